/** Machines with a segment table that the test describes: one instruction in segment 1, which is all of RAM. */

import { encode } from "../../../cpu/fields.ts";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { RAM_BASE } from "../../../cpu/machine.ts";
import { frameOf, PAGE_SIZE } from "../../../cpu/paging.ts";
import {
  DESCRIPTOR,
  DESCRIPTOR_SIZE,
  type Descriptor,
  encodeDescriptor,
  SEGMENT_SIZE,
  type SegmentMode,
} from "../../../cpu/segments.ts";
import { machine, runToTrap } from "../machines.ts";

const { V, R, W, X, U } = DESCRIPTOR;
/** All rights. */
export const ALL = V | R | W | X | U;
/** Frames from the beginning of RAM: of the segment table, and the first that tests may use. */
const TABLE = 1;
export const FIRST = frameOf(RAM_BASE);

/** Accesses by width in bytes. */
export const LOADS = { 1: "lbu", 2: "lhu", 4: "lwu", 8: "ld" } as const;
export const STORES = { 1: "sb", 2: "sh", 4: "sw", 8: "sd" } as const;
export type Width = keyof typeof LOADS;
export const WIDTHS = [1, 2, 4, 8] as const;

export class SegmentMachine {
  readonly m = machine();
  readonly hart = this.m.harts[0]!;

  constructor(readonly mode: SegmentMode) {
    // The instructions lie in the first frame, behind them an ECALL; of mode segmented-paging frames 2 and 3 have the tables.
    this.describe(1, { flags: ALL, base: mode === "segments" ? FIRST : FIRST + 2, limit: SEGMENT_SIZE });
    this.pte(2, 0, FIRST + 3, V);
    this.pte(3, 0, FIRST, V | R | W | X | U | 0xc0);
    this.hart.setSatp(mode, 1, FIRST + TABLE);
  }

  /** Writes a descriptor. No fence. */
  describe(number: number, descriptor: Descriptor): void {
    this.words(number, encodeDescriptor(descriptor));
  }

  words(number: number, words: readonly number[]): void {
    this.m.ram.u32.set(words, (TABLE * PAGE_SIZE + number * DESCRIPTOR_SIZE) / 4);
  }

  /** Writes entry `index` of the page table in a frame of RAM. */
  pte(table: number, index: number, frame: number, flags: number): void {
    this.m.ram.u64[(table * PAGE_SIZE) / 8 + index] = (BigInt(frame) << 10n) | BigInt(flags);
  }

  fence(): void {
    this.hart.sfenceVma();
  }

  /** Executes one instruction with x5 = va, x6 = value. Null: it completed; else the trap's cause and stval. */
  execute(word: number, va: number | bigint, value = 0n): { cause: number; stval: bigint } | null {
    this.m.ram.u32.set([word, encode("ecall", {})], 0);
    this.m.ram.wrote(0, 8);
    this.hart.x[5] = BigInt.asIntN(64, BigInt(va));
    this.hart.x[6] = value;
    this.hart.csr[CSR_SLOT.sepc] = BigInt(SEGMENT_SIZE);
    const { cause, stval } = runToTrap(this.m);
    return cause === 8n ? null : { cause: Number(cause), stval };
  }

  load(va: number | bigint, width: Width = 8) {
    return this.execute(encode(LOADS[width], { rd: 7, rs1: 5, imm: 0 }), va);
  }

  store(va: number | bigint, width: Width, value: bigint) {
    return this.execute(encode(STORES[width], { rs1: 5, rs2: 6, imm: 0 }), va, value);
  }

  /** Goes to va. */
  jump(va: number | bigint) {
    return this.execute(encode("jalr", { rd: 0, rs1: 5, imm: 0 }), va);
  }
}
