/** The advices of madvise(2) about huge pages: MADV_COLLAPSE, and what MADV_HUGEPAGE does besides its bit. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Advice } from "./advise-pages.ts";
import { type Collapse, collapse, NO_LIMITS } from "./huge-collapse.ts";
import { HUGE_BYTES, HUGE_PAGES } from "./huge-page.ts";
import { fits, mayCollapse } from "./huge-policy.ts";
import { noteCandidate } from "./huge-scan-state.ts";
import { forEachPte } from "./page-table.ts";
import { isSwapped } from "./pte.ts";
import { touchPage } from "./touch.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { VMA } from "./vma.ts";

/** What is there already may be collapsed. */
export const wantHugePages: Advice = (k, _p, s, v) => {
  if (v.flags & VMA.hugePages && k.vm.huge.mode !== "never") noteCandidate(k, s);
};

/**
 * MADV_COLLAPSE, whatever the settings say. All of the range is tried; the last failure is told. May sleep: pages in swap.
 * @throws Errno EINVAL nothing there, nothing that can be written, no private anonymous memory, or less than 2 MiB aligned;
 *   ENOMEM no block free; EAGAIN a page is in transfer
 */
export const collapseRange: Advice = (k, p, s, v, from, to) => {
  const aligned = v.end - v.start >= HUGE_BYTES && fits(v, v.end - HUGE_BYTES);
  if (!mayCollapse(k, s, v) || v.family === 0 || !aligned) throw errno("EINVAL");
  const start = Math.ceil(from / HUGE_BYTES) * HUGE_BYTES;
  const end = Math.floor(to / HUGE_BYTES) * HUGE_BYTES;
  if (start > end) throw errno("EINVAL");
  let failure: Collapse | null = null;
  for (let va = start; va < end; va += HUGE_BYTES) {
    const outcome = collapseAt(k, p, s, v, va / PAGE_SIZE);
    if (outcome === "collapsed" || outcome === "already huge") continue;
    failure = outcome;
    if (outcome === "no memory") break;
  }
  if (failure === null) return;
  throw errno(failure === "no memory" ? "ENOMEM" : failure === "busy" ? "EAGAIN" : "EINVAL");
};

function collapseAt(k: Kernel, p: Process, s: AddressSpace, v: Vma, first: number): Collapse {
  for (const page of swappedPages(k, s, first)) touchPage(k, p, s, page * PAGE_SIZE, "read");
  return collapse(k, s, v, first, NO_LIMITS);
}

function swappedPages(k: Kernel, s: AddressSpace, first: number): number[] {
  const pages: number[] = [];
  if (s.counts.swapped === 0) return pages;
  forEachPte(k, s, first, first + HUGE_PAGES, (at, page) => {
    if (isSwapped(k.machine.ram.u32[at])) pages.push(page);
    return true;
  });
  return pages;
}
