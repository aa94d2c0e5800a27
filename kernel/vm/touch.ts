/**
 * Touching a page as the process itself would: by the kernel on its behalf, for a copy (kernel/usercopy.ts) or so that it
 * is resident (populate.ts).
 *
 * (1) Rights, faults, A and D are those of the process's own access: Priv 4.3.1.
 *
 * May sleep, as any fault.
 */
import { PAGE_SIZE, PTE, type VirtualAddress } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { type Fault, handleFault } from "./fault.ts";
import { findPte, frameUnder, levelOf, NO_PTE } from "./page-table.ts";
import { pteFrameOf } from "./pte.ts";
import { noteTouch } from "./residents.ts";
import type { Access, AddressSpace } from "./types.ts";

/** A fault may lead to another once or twice (stack growth, then a private copy), not more. */
const MOST_FAULTS = 4;

const USER = PTE.V | PTE.U;

/** Entry bits that an access needs. A table by name would be searched at every copy: names are compared instead. */
function neededBits(access: Access): number {
  if (access === "read") return USER | PTE.R;
  return access === "write" ? USER | PTE.W : USER | PTE.X;
}

/** Index of the frame that the entry at `at` shows `page` in. */
function touchedFrame(k: Kernel, at: number, page: number): number {
  const frame = levelOf(k, at) === 0 ? pteFrameOf(k.machine.ram.u32[at]) : frameUnder(k, at, page);
  return frame - k.vm.frames.first;
}

/**
 * Makes the page of `va` resident for `access`, and marks it as used.
 * @param va inside user space
 * @returns the word of RAM with the low half of its PTE; or the fault by which the process would get a signal
 */
export function touchPage(k: Kernel, p: Process, s: AddressSpace, va: VirtualAddress, access: Access): number | Fault {
  const { u32 } = k.machine.ram;
  const page = Math.floor(va / PAGE_SIZE);
  const needs = neededBits(access);
  for (let attempt = 0; attempt <= MOST_FAULTS; attempt++) {
    const at = findPte(k, s, page);
    const low = at === NO_PTE ? 0 : u32[at];
    if ((low & needs) === needs) {
      u32[at] = low | (access === "write" ? PTE.A | PTE.D : PTE.A);
      if (k.vm.reclaim.follows) noteTouch(k, s, touchedFrame(k, at, page), page, access === "write");
      return at;
    }
    const fault = handleFault(k, p, va, access, s);
    if (fault.signal !== null) return fault;
  }
  return panic("a resolved fault lets the access through", { va, access, pid: p.pid });
}
