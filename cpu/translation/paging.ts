/**
 * Paging: Sv39 and Sv48. A tree of page tables, one entry of each level for 9 bits of the address.
 * Source: Volume II (privileged) 20211203, sections 4.3.2, 4.4 and 4.5.
 */

import type { Access } from "../access.ts";
import { type FrameNumber, PAGING, type PagingMode, userLimit, type VirtualAddress } from "../paging.ts";
import type { Leaf } from "../tlb.ts";
import type { PageWalk } from "./page-walk.ts";
import { raise, type Scheme } from "./scheme.ts";

/** The first address above the lower half. */
const LIMITS: Readonly<Record<PagingMode, VirtualAddress>> = { sv39: userLimit("sv39"), sv48: userLimit("sv48") };

export class Paging implements Scheme {
  readonly usesTlb = true;
  private root: FrameNumber = 0;
  private levels = 0;
  private limit = 0;

  constructor(private readonly walk: PageWalk) {}

  /** Takes over what satp says. */
  activate(mode: PagingMode, root: FrameNumber): void {
    this.root = root;
    this.levels = PAGING[mode].levels;
    this.limit = LIMITS[mode];
  }

  translate(va: VirtualAddress, access: Access): Leaf {
    // Section 4.4.1, 4.5.1: bits above the virtual address must equal its top bit.
    if (!(va >= -this.limit && va < this.limit)) raise(access.pageFault, va);
    this.walk.count();
    // Step 1.
    return this.walk.from(this.root, this.levels - 1, va, access);
  }
}
