/** Bare: no translation. The virtual address is the physical one, and every program may access all of it (Volume II, 4.1.11). */

import type { Access } from "../access.ts";
import { PAGE_SIZE, type VirtualAddress } from "../paging.ts";
import type { Leaf } from "../tlb.ts";
import { Found, type Scheme } from "./scheme.ts";

export class Bare implements Scheme {
  readonly usesTlb = false;
  private readonly found = new Found();

  translate(va: VirtualAddress, _access: Access, _width: number): Leaf {
    this.found.frame = Math.floor(va / PAGE_SIZE);
    return this.found;
  }
}
