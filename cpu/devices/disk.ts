/**
 * Disk: a block device of 512-byte sectors with DMA, one command at a time, and a completion interrupt. Owns the registers
 * and the head's position; its bytes are a DiskStore's (disk-store.ts).
 *
 *   offset  access  register (32 bits each)
 *   0x00    R       identity     0x4b534944, "DISK"
 *   0x04    R       capacity     sectors of the disk
 *   0x08    RW      sector       first sector of the command
 *   0x0c    RW      count        sectors of the command
 *   0x10    RW      addressLow   physical address of the buffer, or of the table of pieces
 *   0x14    RW      addressHigh
 *   0x18    W       command      begins it:
 *                                  1 read          disk to the buffer
 *                                  2 write         buffer to disk
 *                                  3 flush         what was written outlasts the loss of power; sector, count, address unused
 *                                  4 read pieces   disk to the pieces of memory that a table names
 *                                  5 write pieces  the pieces to disk
 *   0x1c    R       status       bit 0 busy, bit 1 done, bit 2 error
 *   0x20    W       acknowledge  any value clears done and error and lowers the interrupt line
 *
 * A table of pieces (scatter and gather) is in memory at an address divisible by 8, 16 bytes a piece, little-endian:
 *
 *   0   64 bits   physical address of the piece
 *   8   32 bits   its sectors, 1 or more
 *   12  32 bits   not looked at
 *
 * The sectors of the command go to the pieces one after the other. The table ends with the piece that makes `count` full;
 * it has at most 256, and none of them holds more than what is left.
 *
 * Driver: when status is not busy, write sector, count and address, then command. At the interrupt, read status, then
 * write acknowledge. A command that reaches outside the disk or RAM, whose table is wrong, or that is none, ends with done
 * and error and has moved nothing. Registers that are written while busy keep their old value; a command then is lost.
 *
 * (1) While busy, exactly one event waits in the queue: the completion.
 * (2) DMA moves all bytes at completion and none before. Buffers and table are the device's until then.
 * (3) The interrupt line is high exactly while done is set.
 * (4) A command in which the store refuses a piece (DiskError) ends with done and error: the pieces before that one have
 *     been moved, those behind it have not, and its own bytes are worth nothing. Which one it was the device does not say.
 */

import type { Clock } from "../clock.ts";
import { COSTS } from "../costs.ts";
import type { EventQueue } from "../events.ts";
import type { Ram } from "../ram.ts";
import type { Device, InterruptLine } from "./device.ts";
import { DiskError, type DiskImage, type DiskStore, isDiskStore, MemoryStore, SECTOR_SIZE } from "./disk-store.ts";

export { SECTOR_SIZE } from "./disk-store.ts";

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
export const DISK_COMMAND = { read: 1, write: 2, flush: 3, readPieces: 4, writePieces: 5 } as const;
export const DISK_STATUS = { busy: 1, done: 2, error: 4 } as const;
/** Of a table of pieces: bytes of an entry, offsets in it, and how many there may be. */
export const DISK_PIECE = { size: 16, addressLow: 0, addressHigh: 4, sectors: 8, most: 256 } as const;

/** A run of sectors in memory. */
interface Piece {
  /** Offset in RAM. */
  readonly at: number;
  /** Bytes. */
  readonly length: number;
}

interface Saved {
  /** Registers by offset / 4. */
  registers: Uint32Array<ArrayBuffer>;
  /** The sector after the last command's: the head's position. */
  head: number;
  store: unknown;
}

const SECTOR = DISK.sector / 4;
const COUNT = DISK.count / 4;
const COMMAND = DISK.command / 4;
const STATUS = DISK.status / 4;

export class Disk implements Device {
  private readonly store: DiskStore;
  /** Bytes. */
  private readonly size: number;
  private registers = new Uint32Array(DISK.acknowledge / 4 + 1);
  private head = 0;

  /**
   * @param name the target of this device's events
   * @param contents what keeps the bytes, or an initial image, which is only read
   */
  constructor(
    private readonly name: string,
    contents: DiskImage | DiskStore,
    private readonly ram: Ram,
    private readonly clock: Clock,
    private readonly events: EventQueue,
    private readonly line: InterruptLine,
  ) {
    this.store = isDiskStore(contents) ? contents : new MemoryStore(contents);
    this.size = this.store.size;
  }

  /** Sectors. */
  get capacity(): number {
    return this.size / SECTOR_SIZE;
  }

  /** A copy of the whole disk as it is now, for saving it on the host. @throws DiskError */
  contents(): Uint8Array {
    return this.bytes(0, this.size);
  }

  /** A copy of any bytes as they are now, for those who look from outside. @throws DiskError */
  bytes(position: number, length: number): Uint8Array {
    const first = Math.floor(position / SECTOR_SIZE) * SECTOR_SIZE;
    const sectors = new Uint8Array(Math.ceil((position + length - first) / SECTOR_SIZE) * SECTOR_SIZE);
    this.store.read(first, sectors);
    return sectors.subarray(position - first, position - first + length);
  }

  /** What a sector holds now: a copy. */
  sector(number: number): Uint8Array {
    return this.bytes(number * SECTOR_SIZE, SECTOR_SIZE);
  }

  private get pa(): number {
    return this.registers[DISK.addressLow / 4] + this.registers[DISK.addressHigh / 4] * 2 ** 32;
  }

  private begin(command: number): void {
    this.registers[COMMAND] = command;
    this.registers[STATUS] = DISK_STATUS.busy;
    this.events.schedule(this.clock.cycles + this.latency(command), this.name);
  }

  /** Cycles that the command takes: the head's way, then the sectors. A flush has nothing to move. */
  private latency(command: number): number {
    if (command === DISK_COMMAND.flush) return COSTS.diskSequential;
    const way = this.registers[SECTOR] === this.head ? COSTS.diskSequential : COSTS.diskSeek;
    return this.pieces(command) === null ? way : way + this.registers[COUNT] * COSTS.diskSector;
  }

  /** Where the command's sectors lie in memory; null: it cannot be done. */
  private pieces(command: number): Piece[] | null {
    const count = this.registers[COUNT];
    if (this.registers[SECTOR] + count > this.capacity) return null;
    if (command === DISK_COMMAND.readPieces || command === DISK_COMMAND.writePieces) return this.table(count);
    if (command !== DISK_COMMAND.read && command !== DISK_COMMAND.write) return null;
    const piece = this.pieceAt(this.pa, count);
    return piece === null ? null : [piece];
  }

  private table(count: number): Piece[] | null {
    const { u32, base } = this.ram;
    const pieces: Piece[] = [];
    let left = count;
    for (let pa = this.pa; left > 0; pa += DISK_PIECE.size) {
      if (pa % 8 !== 0 || pieces.length === DISK_PIECE.most || !this.ram.contains(pa, DISK_PIECE.size)) return null;
      const at = (pa - base) / 4;
      const [low, high, sectors] = [u32[at], u32[at + DISK_PIECE.addressHigh / 4], u32[at + DISK_PIECE.sectors / 4]];
      const piece = this.pieceAt(low + high * 2 ** 32, sectors);
      if (piece === null || sectors === 0 || sectors > left) return null;
      pieces.push(piece);
      left -= sectors;
    }
    return pieces;
  }

  private pieceAt(pa: number, sectors: number): Piece | null {
    const length = sectors * SECTOR_SIZE;
    return this.ram.contains(pa, length) ? { at: pa - this.ram.base, length } : null;
  }

  /** The command completes. */
  onEvent(): void {
    const ok = this.complete(this.registers[COMMAND]);
    this.registers[STATUS] = DISK_STATUS.done | (ok ? 0 : DISK_STATUS.error);
    this.line.set(true);
  }

  /** @returns whether all was moved */
  private complete(command: number): boolean {
    const pieces = command === DISK_COMMAND.flush ? [] : this.pieces(command);
    if (pieces === null) return false;
    try {
      if (command === DISK_COMMAND.flush) this.store.flush?.();
      else this.transfer(command, pieces);
      return true;
    } catch (error) {
      if (error instanceof DiskError) return false;
      throw error;
    }
  }

  private transfer(command: number, pieces: readonly Piece[]): void {
    this.head = this.registers[SECTOR] + this.registers[COUNT];
    const read = command === DISK_COMMAND.read || command === DISK_COMMAND.readPieces;
    let position = this.registers[SECTOR] * SECTOR_SIZE;
    for (const { at, length } of pieces) {
      const memory = this.ram.u8.subarray(at, at + length);
      if (read) {
        this.store.read(position, memory);
        this.ram.wrote(at, length);
      } else this.store.write(position, memory);
      position += length;
    }
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
    return { registers: this.registers.slice(), head: this.head, store: this.store.save() } satisfies Saved;
  }

  restore(saved: unknown): void {
    const { registers, head, store } = saved as Saved;
    this.registers = registers.slice();
    this.head = head;
    this.store.restore(store);
  }
}
