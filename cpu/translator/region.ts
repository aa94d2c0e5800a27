/**
 * Region: guest code that becomes one WebAssembly function, as a graph of basic blocks. Data only: discover.ts finds
 * it, structure.ts brings its control flow into nested blocks and loops, tier1.ts emits it.
 *
 * Addresses are distances in bytes from the region's base, the virtual address of the page that its first instruction
 * lies in: the same function serves wherever the page is mapped. Distances below 0 or from 4096 on lie in other pages.
 *
 * (1) blocks[0] is where the region is entered. A block lies in one page. Blocks do not overlap but where one is a copy (inline.ts).
 * (2) Every block can be reached from block 0 or is in `landings`.
 */

import type { Insn } from "../decode.ts";

/** Where control goes: to a block of the region, or to code outside it at that distance. */
export type Target = { readonly block: number } | { readonly away: number };

export type BlockEnd =
  /**
   * On to the next instruction, which begins another block; or, where `jump`, JAL x0, or JALR x0 behind the AUIPC that sets its
   * register, which is not among the block's instructions, but counted.
   */
  | { readonly kind: "goto"; readonly to: Target; readonly jump: boolean }
  /** The last instruction is a conditional branch; `insn` is not among the block's instructions, but counted. */
  | { readonly kind: "branch"; readonly insn: Insn; readonly taken: Target; readonly next: Target }
  /** JAL with a link, or JALR likewise: calls `callee` (a distance); should the callee return, control is at `back`. */
  | { readonly kind: "call"; readonly insn: Insn; readonly callee: number; readonly back: Target }
  /** JALR with a link. */
  | { readonly kind: "callRegister"; readonly insn: Insn; readonly back: Target }
  /** JALR x0: a return, or a jump through a table, which may lead to one of `landings`. */
  | { readonly kind: "jumpRegister"; readonly insn: Insn; readonly isReturn: boolean }
  /** A call of what stands in the region as a copy (inline.ts) that begins with the block `to`, in the same page. */
  | { readonly kind: "callWithin"; readonly insn: Insn; readonly to: number }
  /**
   * The return of such a copy: to the block `to`, in the same page, when that is where the register points: at distance `back`. Else as any
   * return.
   */
  | { readonly kind: "returnWithin"; readonly insn: Insn; readonly to: number; readonly back: number }
  /** The instruction behind the block is none that tier 1 emits: tier 0 or the reference does it. Not counted. */
  | { readonly kind: "leave" };

export interface Block {
  /** Distance of the first instruction. */
  readonly at: number;
  /** Those before the end; consecutive, 4 bytes each. */
  readonly insns: readonly Insn[];
  readonly end: BlockEnd;
}

/** A page of the region: what was found there is valid while that frame is mapped there. */
export interface RegionPage {
  /** Distance of the page's first byte: a multiple of 4096. */
  readonly at: number;
  /** Frame of RAM, counted from its beginning. */
  readonly frame: number;
  /** Address of its decoded page. */
  readonly decoded: number;
}

export interface Region {
  readonly blocks: readonly Block[];
  /** pages[0] has distance 0. */
  readonly pages: readonly RegionPage[];
  /** Blocks that jumps through registers have been seen to reach, ascending. */
  readonly landings: readonly number[];
  /** Its accesses often miss the fast TLBs: so each asks the slow path, and the region is not left for that. */
  readonly isPatient?: boolean;
}
