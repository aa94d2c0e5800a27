/**
 * Scheme: what the MMU asks of a way to translate addresses. The files beside this one are the four ways; satp.MODE
 * chooses (satp.ts).
 *
 * (1) An access is whole bytes of one page: what crosses into another page is two accesses, the one at the lower
 *     address first (core.ts).
 * (2) What an access may not do is a page fault of its kind; a table that does not lie in RAM is an access fault. stval
 *     is the first byte of the access that may not be accessed.
 * (3) A scheme does not look whether the frame that it finds is RAM, a device or nothing: the MMU does, for all alike.
 * (4) Addresses that no number holds exactly (beyond 2^53) arrive rounded; no scheme but `bare` has any that are valid.
 */

import type { Access } from "../access.ts";
import type { FrameNumber, VirtualAddress } from "../paging.ts";
import type { Leaf } from "../tlb.ts";
import { Trap } from "../trap.ts";

export interface Scheme {
  /**
   * Whether the TLB keeps what `translate` finds: then it is asked when the TLB does not know, and the MMU checks
   * permissions in the TLB's entry. Otherwise it is asked at each access, checks all, and nothing is counted or charged.
   */
  readonly usesTlb: boolean;
  /**
   * Where `va` lies. The result is valid until the next call.
   * @param width bytes that are accessed, all of them in the page of `va`
   * @throws Trap page fault or access fault
   */
  translate(va: VirtualAddress, access: Access, width: number): Leaf;
}

/** What a scheme finds: one object each, filled anew. */
export class Found implements Leaf {
  level = 0;
  frame: FrameNumber = 0;
  flags = 0;
}

const TRAP = new Trap();

/**
 * Raises an exception of the present instruction.
 * @param exact stval where `tval` may not be exact
 * @throws Trap always; the object is the next exception's, too
 */
export function raise(cause: number, tval: number, exact: bigint | null = null): never {
  TRAP.cause = cause;
  TRAP.tval = tval;
  TRAP.exact = exact;
  throw TRAP;
}
