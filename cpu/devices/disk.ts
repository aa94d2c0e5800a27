/**
 * Disk: a block device of 512-byte sectors with DMA, one request at a time, and a completion interrupt.
 * Owns the disk's contents: the initial image, which is never written, and the blocks that differ from it.
 *
 *   offset  access  register (32 bits each)
 *   0x00    R       identity     0x4b534944, "DISK"
 *   0x04    R       capacity     sectors of the disk
 *   0x08    RW      sector       first sector of the request
 *   0x0c    RW      count        sectors of the request
 *   0x10    RW      addressLow   physical address of the buffer
 *   0x14    RW      addressHigh
 *   0x18    W       command      1 read (disk to memory), 2 write (memory to disk), 3 flush; begins the request
 *   0x1c    R       status       bit 0 busy, bit 1 done, bit 2 error
 *   0x20    W       acknowledge  any value clears done and error and lowers the interrupt line
 *
 * Driver: when status is not busy, write sector, count and address, then command. At the interrupt, read status, then
 * write acknowledge. A request that reaches outside the disk or RAM, or is no command, ends with done and error and has
 * moved nothing. Registers that are written while busy keep their old value; a command then is lost.
 *
 * (1) While busy, exactly one event waits in the queue: the completion.
 * (2) DMA moves all bytes at completion and none before.
 * (3) The interrupt line is high exactly while done is set.
 */

import type { Clock } from "../clock.ts";
import { COSTS } from "../costs.ts";
import type { EventQueue } from "../events.ts";
import { panic } from "../panic.ts";
import type { Ram } from "../ram.ts";
import type { Device, InterruptLine } from "./device.ts";

/** Offsets of the registers. */
export const DISK = {
  identity: 0x00,
  capacity: 0x04,
  sector: 0x08,
  count: 0x0c,
  addressLow: 0x10,
  addressHigh: 0x14,
  command: 0x18,
  status: 0x1c,
  acknowledge: 0x20,
} as const;

export const DISK_IDENTITY = 0x4b53_4944;
export const DISK_COMMAND = { read: 1, write: 2, flush: 3 } as const;
export const DISK_STATUS = { busy: 1, done: 2, error: 4 } as const;
/** Bytes of a sector. */
export const SECTOR_SIZE = 512;

/** A disk's initial contents, whole sectors: all of it, or what it begins with, and zeroes up to `size` bytes. */
export type DiskImage = Uint8Array | { readonly size: number; readonly start: Uint8Array };

const NOTHING = new Uint8Array(SECTOR_SIZE);

/** Sectors are kept in blocks of this many bytes once written. */
const BLOCK_SIZE = 4096;

interface Saved {
  /** Registers by offset / 4. */
  registers: Uint32Array<ArrayBuffer>;
  /** The sector after the last request's: the head's position. */
  head: number;
  /** Written blocks by block number. */
  blocks: Map<number, Uint8Array>;
}

const SECTOR = DISK.sector / 4;
const COUNT = DISK.count / 4;
const COMMAND = DISK.command / 4;
const STATUS = DISK.status / 4;

export class Disk implements Device {
  private readonly image: Uint8Array;
  /** Bytes; beyond the image there are zeroes. */
  private readonly size: number;
  private registers = new Uint32Array(DISK.acknowledge / 4 + 1);
  private head = 0;
  private blocks = new Map<number, Uint8Array>();

  /**
   * @param name the target of this device's events
   * @param image initial contents; read only
   */
  constructor(
    private readonly name: string,
    image: DiskImage,
    private readonly ram: Ram,
    private readonly clock: Clock,
    private readonly events: EventQueue,
    private readonly line: InterruptLine,
  ) {
    this.image = image instanceof Uint8Array ? image : image.start;
    this.size = image instanceof Uint8Array ? image.length : image.size;
    const whole = this.size % SECTOR_SIZE === 0 && this.image.length % SECTOR_SIZE === 0;
    if (!whole || this.image.length > this.size) panic("a disk is whole sectors", { name, bytes: this.size });
  }

  /** Sectors. */
  get capacity(): number {
    return this.size / SECTOR_SIZE;
  }

  /** A copy of the whole disk as it is now, for saving it on the host. */
  contents(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    bytes.set(this.image);
    for (const [block, data] of this.blocks)
      bytes.set(data.subarray(0, bytes.length - block * BLOCK_SIZE), block * BLOCK_SIZE);
    return bytes;
  }

  /** What a sector holds now; not to be written to. For those who look from outside. */
  sector(number: number): Uint8Array {
    return this.sectorBytes(number);
  }

  private get pa(): number {
    return this.registers[DISK.addressLow / 4] + this.registers[DISK.addressHigh / 4] * 2 ** 32;
  }

  private begin(command: number): void {
    this.registers[COMMAND] = command;
    this.registers[STATUS] = DISK_STATUS.busy;
    this.events.schedule(this.clock.cycles + this.latency(command), this.name);
  }

  /** Cycles that the request takes: the head's way, then the sectors. A flush has nothing to move. */
  private latency(command: number): number {
    if (command === DISK_COMMAND.flush) return COSTS.diskSequential;
    const way = this.registers[SECTOR] === this.head ? COSTS.diskSequential : COSTS.diskSeek;
    return this.valid(command) ? way + this.registers[COUNT] * COSTS.diskSector : way;
  }

  private valid(command: number): boolean {
    if (command === DISK_COMMAND.flush) return true;
    const end = this.registers[SECTOR] + this.registers[COUNT];
    const known = command === DISK_COMMAND.read || command === DISK_COMMAND.write;
    return known && end <= this.capacity && this.ram.contains(this.pa, this.registers[COUNT] * SECTOR_SIZE);
  }

  /** The request completes. */
  onEvent(): void {
    const command = this.registers[COMMAND];
    const valid = this.valid(command);
    if (valid && command !== DISK_COMMAND.flush) this.transfer(command);
    this.registers[STATUS] = DISK_STATUS.done | (valid ? 0 : DISK_STATUS.error);
    this.line.set(true);
  }

  private transfer(command: number): void {
    const [sector, count] = [this.registers[SECTOR], this.registers[COUNT]];
    this.head = sector + count;
    for (let i = 0; i < count; i++) {
      const at = this.pa - this.ram.base + i * SECTOR_SIZE;
      const memory = this.ram.u8.subarray(at, at + SECTOR_SIZE);
      if (command === DISK_COMMAND.read) memory.set(this.sectorBytes(sector + i));
      else this.ownBlock(sector + i).set(memory, this.offsetInBlock(sector + i));
    }
  }

  private offsetInBlock(sector: number): number {
    return (sector * SECTOR_SIZE) % BLOCK_SIZE;
  }

  private sectorBytes(sector: number): Uint8Array {
    const block = this.blocks.get(Math.floor((sector * SECTOR_SIZE) / BLOCK_SIZE));
    const at = block === undefined ? sector * SECTOR_SIZE : this.offsetInBlock(sector);
    if (block === undefined && at >= this.image.length) return NOTHING;
    return (block ?? this.image).subarray(at, at + SECTOR_SIZE);
  }

  /** The block of `sector` for writing: copied from the image the first time. */
  private ownBlock(sector: number): Uint8Array {
    const number = Math.floor((sector * SECTOR_SIZE) / BLOCK_SIZE);
    let block = this.blocks.get(number);
    if (block === undefined) {
      block = new Uint8Array(BLOCK_SIZE);
      block.set(this.image.subarray(number * BLOCK_SIZE, (number + 1) * BLOCK_SIZE));
      this.blocks.set(number, block);
    }
    return block;
  }

  read(offset: number, width: number): number | null {
    return this.peek(offset, width);
  }

  write(offset: number, width: number, value: number): boolean {
    if (width !== 4) return false;
    const busy = (this.registers[STATUS] & DISK_STATUS.busy) !== 0;
    if (offset >= DISK.sector && offset <= DISK.addressHigh) {
      if (!busy) this.registers[offset / 4] = value;
    } else if (offset === DISK.command) {
      if (!busy) this.begin(value);
    } else if (offset === DISK.acknowledge) {
      this.registers[STATUS] &= DISK_STATUS.busy;
      this.line.set(false);
    } else return false;
    return true;
  }

  peek(offset: number, width: number): number | null {
    if (width !== 4) return null;
    if (offset === DISK.identity) return DISK_IDENTITY;
    if (offset === DISK.capacity) return this.capacity;
    const readable = (offset >= DISK.sector && offset <= DISK.addressHigh) || offset === DISK.status;
    return readable ? this.registers[offset / 4] : null;
  }

  save(): unknown {
    return structuredClone({ registers: this.registers, head: this.head, blocks: this.blocks } satisfies Saved);
  }

  restore(saved: unknown): void {
    ({ registers: this.registers, head: this.head, blocks: this.blocks } = structuredClone(saved as Saved));
  }
}
