/**
 * The fault on a private page that is in swap: its frame is found in the swap cache (minor) or waited for (major), and the
 * entry names it again. A write by the only one who has the page takes it over and gives the slot back; else the slot
 * stays, so that a page that is not written to again can leave without being written.
 *
 * May sleep, having changed nothing but the swap cache.
 */
import { Errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { makeOwn } from "./copy-on-write.ts";
import type { FaultKind } from "./fault-kinds.ts";
import { pteRights, swapPageIn } from "./pte.ts";
import { isSwapTight } from "./swap-area.ts";
import { giveSlotBack } from "./swap-cache.ts";
import { fetchSwapped } from "./swap-read.ts";
import type { Access, AddressSpace, Vma } from "./types.ts";
import { VMA } from "./vma.ts";

/** Resolves a fault at the swap entry `at`. */
export function swapIn(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  v: Vma,
  at: number,
  page: number,
  access: Access,
): FaultKind {
  const entry = k.machine.ram.u32[at];
  const waited = s.waitingPage === page;
  // Who waits for a read that somebody else began has waited all the same: Linux's mm_account_fault, FAULT_FLAG_TRIED.
  s.waitingPage = page;
  try {
    const frame = fetchSwapped(k, p, entry, (v.flags & VMA.random) === 0);
    swapPageIn(k, s, at, frame, pteRights(v.prot, false));
    s.waitingPage = -1;
    if (access === "write") {
      if (makeOwn(k, s, v, at, page) === "out-of-memory") return "out-of-memory";
    } else if (v.flags & VMA.locked || isSwapTight(k)) giveSlotBack(k, frame);
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    s.waitingPage = -1;
    return thrown.name === "ENOMEM" ? "out-of-memory" : "disk-error";
  }
  return waited ? "swap-in" : "swap-cache";
}
