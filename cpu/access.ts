/**
 * Access: the three things that a program does with an address, what each needs of a translation, and the exceptions that
 * it raises. Source: Volume II (privileged) 20211203, section 4.3.2 and table 4.2.
 */

import { PTE } from "./paging.ts";
import { CAUSE } from "./trap.ts";

/** What an access needs of a PTE or segment descriptor, which of A and D it sets, and the exceptions that it raises. */
export interface Access {
  readonly permission: number;
  readonly sets: number;
  readonly pageFault: number;
  readonly accessFault: number;
  readonly misaligned: number;
}

export const FETCH: Access = {
  permission: PTE.X | PTE.U,
  sets: PTE.A,
  pageFault: CAUSE.instructionPageFault,
  accessFault: CAUSE.instructionAccessFault,
  misaligned: CAUSE.instructionMisaligned,
};

export const LOAD: Access = {
  permission: PTE.R | PTE.U,
  sets: PTE.A,
  pageFault: CAUSE.loadPageFault,
  accessFault: CAUSE.loadAccessFault,
  misaligned: CAUSE.loadMisaligned,
};

/** Stores, SC and AMOs: the last need R too, but W without R is no valid PTE and no valid descriptor. */
export const STORE: Access = {
  permission: PTE.W | PTE.U,
  sets: PTE.A | PTE.D,
  pageFault: CAUSE.storePageFault,
  accessFault: CAUSE.storeAccessFault,
  misaligned: CAUSE.storeMisaligned,
};
