/**
 * Tables: what satp names in a random case, by scheme: page tables, a segment table, or both. A space of mode `segments` has
 *
 *     0  RAM from its beginning: the code at CODE        3  the stack, which grows down
 *     1  the same, as SUPER, all rights                  4  the uart's registers
 *     2  the data
 *
 * (1) `restore` puts a segment back as it was made; what `change` has made of it is gone.
 */

import { type Machine, MEMORY_MAP } from "../../../cpu/machine.ts";
import {
  frameOf,
  PAGE_SIZE,
  PTE,
  pteAddress,
  pteFrame,
  pteHigh,
  pteLow,
  type VirtualAddress,
} from "../../../cpu/paging.ts";
import type { Random } from "../../../cpu/random.ts";
import type { SegmentMode } from "../../../cpu/segments.ts";
import {
  DESCRIPTOR,
  DESCRIPTOR_SIZE,
  type Descriptor,
  encodeDescriptor,
  SEGMENT_SIZE,
  SEGMENTS,
} from "../../../cpu/segments.ts";
import { DATA_PAGES, FRAMES, STACK_PAGES } from "./layout.ts";

/** What a space of random cases needs of its tables. */
export interface Tables {
  /** The frame that satp names. */
  readonly root: number;
  /** Physical address of the entry of `va` at `level`. */
  pte(va: VirtualAddress, level?: number): number;
  write(pte: number, frame: number, flags: number): void;
  map(va: VirtualAddress, pa: number, flags: number, level?: number): void;
}

/** Addresses of the segments of mode `segments` that the registers of a program point to. */
export const SEGMENT = { super: 1, data: 2, stack: 3, devices: 4 } as const;

const { V, R, W, X, U, D } = DESCRIPTOR;
const ALL = V | R | W | X | U;
/** Pages of a whole segment. */
const PAGES = SEGMENT_SIZE / PAGE_SIZE;

export class SegmentTables implements Tables {
  readonly root: number;
  private nextFrame: number;
  private readonly made = new Map<number, Descriptor>();

  constructor(
    private readonly machine: Machine,
    private readonly mode: SegmentMode,
    frame: number,
    private readonly random: Random,
  ) {
    this.root = frame;
    this.nextFrame = frame + 1;
    if (mode === "segments") for (const [number, descriptor] of this.plain()) this.make(number, descriptor);
  }

  /** Those of mode `segments`; limits are now and then no whole pages. */
  private plain(): [number, Descriptor][] {
    const { random } = this;
    const first = frameOf(this.machine.ram.base);
    const ragged = random.below(3) === 0 ? random.below(PAGE_SIZE) : 0;
    const wide = random.below(2) === 0 ? SEGMENT_SIZE : this.machine.ram.size - random.below(3);
    const stack = STACK_PAGES * PAGE_SIZE;
    return [
      [0, { flags: random.below(2) === 0 ? ALL : ALL & ~W, base: first, limit: wide - ragged }],
      [SEGMENT.super, { flags: ALL, base: first, limit: wide }],
      [SEGMENT.data, { flags: ALL & ~X, base: first + FRAMES.data, limit: DATA_PAGES * PAGE_SIZE - ragged }],
      [
        SEGMENT.stack,
        {
          flags: (ALL | D) & ~X,
          base: first + FRAMES.stack - PAGES + STACK_PAGES,
          limit: SEGMENT_SIZE - stack + ragged,
        },
      ],
      [SEGMENT.devices, { flags: ALL & ~X, base: frameOf(MEMORY_MAP.uart0.base), limit: PAGE_SIZE }],
    ];
  }

  private make(number: number, descriptor: Descriptor): void {
    this.made.set(number, descriptor);
    this.describe(number, descriptor);
  }

  private describe(number: number, descriptor: Descriptor): void {
    const at = (this.root * PAGE_SIZE - this.machine.ram.base + number * DESCRIPTOR_SIZE) / 4;
    this.machine.ram.u32.set(encodeDescriptor(descriptor), at);
    this.machine.ram.wrote(4 * at, DESCRIPTOR_SIZE);
  }

  /** The descriptor of `va`'s segment as it was made. */
  restore(va: VirtualAddress): boolean {
    const number = numberOf(va);
    const descriptor = this.made.get(number);
    if (descriptor !== undefined) this.describe(number, descriptor);
    return descriptor !== undefined;
  }

  restoreAll(): void {
    for (const [number, descriptor] of this.made) this.describe(number, descriptor);
  }

  /** Makes some descriptor another one: its limit, its rights, its direction, one bit of it. No fence. */
  change(): void {
    const { random } = this;
    const numbers = [...this.made.keys()];
    const number = numbers[random.below(numbers.length)];
    const descriptor = this.made.get(number)!;
    const { flags, base, limit } = descriptor;
    const pages = this.mode === "segmented-paging" ? PAGE_SIZE : 1;
    const kind = random.below(7);
    if (kind === 0) this.describe(number, { flags, base, limit: random.below(0x30_0000 / pages) * pages });
    else if (kind === 1) this.describe(number, { flags: flags & ~[R | W, W, X, U, V][random.below(5)], base, limit });
    else if (kind === 2) this.describe(number, { flags: flags ^ D, base, limit });
    else if (kind === 3 && this.mode === "segments") this.move(number, descriptor);
    else if (kind === 4) {
      this.describe(number, descriptor);
      const at = this.root * PAGE_SIZE - this.machine.ram.base + number * DESCRIPTOR_SIZE;
      this.machine.ram.u8[at + random.below(DESCRIPTOR_SIZE)] ^= 1 << random.below(8);
    } else this.describe(number, descriptor);
  }

  /** Copies code or data to spare frames, as compaction does, and lets the segment lie there. */
  private move(number: number, { flags, base, limit }: Descriptor): void {
    const { ram } = this.machine;
    const [first, pages] = number === SEGMENT.data ? [FRAMES.data, DATA_PAGES] : [FRAMES.code, 8];
    const to = FRAMES.spare + this.random.below(8);
    ram.u8.copyWithin(to * PAGE_SIZE, first * PAGE_SIZE, (first + pages) * PAGE_SIZE);
    ram.wrote(to * PAGE_SIZE, pages * PAGE_SIZE);
    this.describe(number, { flags, base: base + to - first, limit });
  }

  /** Of mode `segments`: the descriptor itself. */
  pte(va: VirtualAddress, level = 0): number {
    const number = numberOf(va);
    if (this.mode === "segments") return this.root * PAGE_SIZE + number * DESCRIPTOR_SIZE;
    if (!this.made.has(number)) this.make(number, this.paged(number));
    const top = this.made.get(number)!.base;
    if (level > 0) return pteAddress(top, va, 1);
    const pointer = pteAddress(top, va, 1);
    const at = (pointer - this.machine.ram.base) / 4;
    const { u32 } = this.machine.ram;
    const isPointer = (u32[at] & (PTE.V | PTE.R | PTE.X)) === PTE.V;
    if (!isPointer) this.write(pointer, this.nextFrame++, PTE.V);
    return pteAddress(pteFrame(u32[at], u32[at + 1]), va, 0);
  }

  /** A segment of mode `segmented-paging`; limits now and then cut a superpage. */
  private paged(number: number): Descriptor {
    const { random } = this;
    const base = this.nextFrame++;
    const kind = random.below(4);
    if (kind === 0) return { flags: ALL | D, base, limit: random.below(16) * PAGE_SIZE };
    if (kind === 1 && number === 1) return { flags: ALL, base, limit: (100 + random.below(412)) * PAGE_SIZE };
    return { flags: ALL, base, limit: kind === 2 ? 0x40_0000 : SEGMENT_SIZE };
  }

  write(pte: number, frame: number, flags: number): void {
    const at = (pte - this.machine.ram.base) / 4;
    this.machine.ram.u32[at] = pteLow(frame, flags);
    this.machine.ram.u32[at + 1] = pteHigh(frame);
    this.machine.ram.wrote(4 * at, 8);
  }

  map(va: VirtualAddress, pa: number, flags: number, level = 0): void {
    if (this.mode === "segments") this.restore(va);
    else this.write(this.pte(va, level), frameOf(pa), flags | PTE.V | PTE.U);
  }
}

function numberOf(va: VirtualAddress): number {
  return Math.floor(va / SEGMENT_SIZE) & (SEGMENTS - 1);
}

/** Bare: there are none. */
export const NO_TABLES: Tables = { root: 0, pte: () => 0, write() {}, map() {} };
