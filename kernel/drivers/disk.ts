/**
 * Driver of the disks: one command at a time, completed by interrupt. What waits, and in which order, is kernel/block's.
 *
 * (1) startCommand is called of an idle device only; its end is told once, by endCommand.
 * (2) A command of several requests has a table of pieces in the disk's own frame, which stays as it is until the end.
 *
 * Registers: cpu/devices/disk.ts.
 */
import { DISK, DISK_COMMAND, DISK_IDENTITY, DISK_PIECE, DISK_STATUS, SECTOR_SIZE } from "../../cpu/devices/disk.ts";
import { MEMORY_MAP } from "../../cpu/machine.ts";
import { frameAddress, type PhysicalAddress } from "../../cpu/paging.ts";
import type { DiskCommand, DiskState } from "../block/types.ts";
import { emit } from "../events.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { enableInterrupt } from "./plic.ts";

/** The rows of the memory map that are disks, by disk number. */
export const DISK_ROWS = [
  MEMORY_MAP.disk0,
  MEMORY_MAP.disk1,
  MEMORY_MAP.disk2,
  MEMORY_MAP.disk3,
  MEMORY_MAP.disk4,
  MEMORY_MAP.disk5,
  MEMORY_MAP.disk6,
  MEMORY_MAP.disk7,
] as const;

/** Finds disk `number` and lets it interrupt. @returns its bytes; null: the machine has none there */
export function attachDisk(k: Kernel, number: number): number | null {
  if (k.machine.bus.deviceAt(DISK_ROWS[number].base) === null) return null;
  const { base, irq } = DISK_ROWS[number];
  const identity = k.machine.bus.read(base + DISK.identity, 4);
  if (identity !== DISK_IDENTITY) panic("what the memory map calls a disk is one", { number, identity });
  enableInterrupt(k, irq);
  return k.machine.bus.read(base + DISK.capacity, 4) * SECTOR_SIZE;
}

/** Gives the device a command. */
export function startCommand(k: Kernel, disk: DiskState, command: DiskCommand): void {
  const { base } = DISK_ROWS[disk.number];
  const write = (register: number, value: number) => k.machine.bus.write(base + register, 4, value);
  if (command.what === "flush") write(DISK.command, DISK_COMMAND.flush);
  else {
    const { address, pieces } = memoryOf(k, disk, command);
    write(DISK.sector, command.sector);
    write(DISK.count, command.sectors);
    write(DISK.addressLow, address % 2 ** 32);
    write(DISK.addressHigh, Math.floor(address / 2 ** 32));
    const [one, several] = COMMANDS[command.what];
    write(DISK.command, pieces ? several : one);
  }
  tell(k, disk, command, "start");
}

/** By direction: with one buffer, with a table of pieces. */
const COMMANDS = {
  read: [DISK_COMMAND.read, DISK_COMMAND.readPieces],
  write: [DISK_COMMAND.write, DISK_COMMAND.writePieces],
} as const;

interface Run {
  readonly address: PhysicalAddress;
  /** Bytes. */
  length: number;
}

/** The address for the device: of the one buffer, or of the table. */
function memoryOf(k: Kernel, disk: DiskState, command: DiskCommand): { address: PhysicalAddress; pieces: boolean } {
  if (command.bounced) return { address: frameAddress(disk.bounce), pieces: false };
  const runs: Run[] = [];
  for (const { address, moved, length } of command.requests) {
    const last = runs[runs.length - 1];
    if (last !== undefined && last.address + last.length === address) last.length += length;
    else runs.push({ address: address + moved, length: length - moved });
  }
  if (runs.length === 1) return { address: runs[0].address, pieces: false };
  const address = frameAddress(disk.bounce);
  for (const [i, run] of runs.entries()) writePiece(k, address + i * DISK_PIECE.size, run);
  return { address, pieces: true };
}

function writePiece(k: Kernel, at: PhysicalAddress, { address, length }: Run): void {
  const { u32, base } = k.machine.ram;
  const word = (at - base) / 4;
  u32[word + DISK_PIECE.addressLow / 4] = address % 2 ** 32;
  u32[word + DISK_PIECE.addressHigh / 4] = Math.floor(address / 2 ** 32);
  u32[word + DISK_PIECE.sectors / 4] = length / SECTOR_SIZE;
}

/** The device interrupts. @returns how its command has ended; null: none has */
export function endCommand(k: Kernel, disk: DiskState): "done" | "failed" | null {
  const { base } = DISK_ROWS[disk.number];
  const status = k.machine.bus.read(base + DISK.status, 4);
  k.machine.bus.write(base + DISK.acknowledge, 4, 0);
  if (disk.active === null || (status & DISK_STATUS.done) === 0) return null;
  tell(k, disk, disk.active, "done");
  return status & DISK_STATUS.error ? "failed" : "done";
}

function tell(k: Kernel, disk: DiskState, command: DiskCommand, what: "start" | "done"): void {
  if (k.listeners.length === 0) return;
  const { sector, sectors: count, requests } = command;
  const common = { type: "disk", what, disk: disk.number, sector, count } as const;
  emit(k, { ...common, write: command.what === "write", flush: command.what === "flush", requests: requests.length });
}
