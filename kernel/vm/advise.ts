/**
 * madvise: what a process tells about its use of a range. Rules by advice, one row each: a property of mappings that is
 * set or cleared, or something that is done to the pages now (advise-pages.ts).
 *
 * (1) Mappings are advised upwards, and what lies below an error has been. A hole is told at the end, with ENOMEM, after
 *     everything else was advised.
 *
 * May sleep: MADV_POPULATE_*, MADV_COLLAPSE; the call goes on from p.call.progress.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { CONSTANTS } from "../abi.ts";
import { Errno, errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { findVma, nextVma } from "./address-space.ts";
import { collapseRange, wantHugePages } from "./advise-huge.ts";
import {
  type Advice,
  coolPages,
  dropContent,
  evictPages,
  freeLazily,
  populateFor,
  readAhead,
  removeContent,
} from "./advise-pages.ts";
import { changeFlags } from "./change-flags.ts";
import { unmergeRange } from "./merge-break.ts";
import { enterSpace } from "./merge-spaces.ts";
import { changeThenPopulate } from "./populate.ts";
import type { Vma } from "./types.ts";
import { pageAlign, VMA } from "./vma.ts";

const M = CONSTANTS.madvise;
/** Addresses are 64 bits. */
const WRAP = 2 ** 64;

/** Sets and clears bits of the mapping, unless it is one that cannot have them. */
function flags(set: number, clear: number, refuses: (v: Vma) => boolean = () => false): Advice {
  return (k, _p, s, v, from, to) => {
    if (refuses(v)) throw errno("EINVAL");
    try {
      changeFlags(k, s, v, from, to, (v.flags & ~clear) | set);
    } catch (thrown) {
      // Too many mappings: "kernel resources are temporarily unavailable".
      throw thrown instanceof Errno && thrown.name === "ENOMEM" ? errno("EAGAIN") : thrown;
    }
  };
}

/** Refused for a mapping that is locked. */
const unlocked =
  (advice: Advice): Advice =>
  (k, p, s, v, from, to) => {
    if (v.flags & VMA.locked) throw errno("EINVAL");
    advice(k, p, s, v, from, to);
  };

/** Refused for a mapping of huge pages of the pool. */
const ordinary =
  (advice: Advice): Advice =>
  (k, p, s, v, from, to) => {
    if (v.flags & VMA.hugetlb) throw errno("EINVAL");
    advice(k, p, s, v, from, to);
  };

const hasObject = (v: Vma) => v.object !== null;
const isKernels = (v: Vma) => v.special !== 0;

/** MADV_MERGEABLE. What is shared, or the kernel's, is passed over. */
const mergeable: Advice = (k, p, s, v, from, to) => {
  if (v.flags & (VMA.mergeable | VMA.shared) || isKernels(v)) return;
  enterSpace(k, s.id);
  flags(VMA.mergeable, 0)(k, p, s, v, from, to);
};

/** MADV_UNMERGEABLE: what is merged is taken apart first. @throws Errno ENOMEM */
const unmergeable: Advice = (k, p, s, v, from, to) => {
  if (!(v.flags & VMA.mergeable)) return;
  unmergeRange(k, p, s, v, from, to);
  flags(0, VMA.mergeable)(k, p, s, v, from, to);
};

/** One after the other; the first may change or split the mapping. */
const both =
  (first: Advice, second: Advice): Advice =>
  (k, p, s, v, from, to) => {
    first(k, p, s, v, from, to);
    second(k, p, s, findVma(s, from)!, from, to);
  };

/** By number. Absent, and so EINVAL: memory failures. */
const ADVICES: Readonly<Record<number, Advice>> = {
  [M.MADV_NORMAL]: flags(0, VMA.random | VMA.sequential),
  [M.MADV_RANDOM]: flags(VMA.random, VMA.sequential),
  [M.MADV_SEQUENTIAL]: flags(VMA.sequential, VMA.random),
  [M.MADV_DONTFORK]: flags(VMA.dontFork, 0),
  [M.MADV_DOFORK]: flags(0, VMA.dontFork),
  [M.MADV_WIPEONFORK]: flags(VMA.wipeOnFork, 0, hasObject),
  [M.MADV_KEEPONFORK]: flags(0, VMA.wipeOnFork),
  [M.MADV_DONTDUMP]: flags(VMA.dontDump, 0),
  [M.MADV_DODUMP]: flags(0, VMA.dontDump, isKernels),
  [M.MADV_MERGEABLE]: mergeable,
  [M.MADV_UNMERGEABLE]: unmergeable,
  [M.MADV_HUGEPAGE]: both(flags(VMA.hugePages, VMA.noHugePages, isKernels), wantHugePages),
  [M.MADV_NOHUGEPAGE]: flags(VMA.noHugePages, VMA.hugePages),
  [M.MADV_COLLAPSE]: collapseRange,
  [M.MADV_WILLNEED]: readAhead,
  [M.MADV_DONTNEED]: unlocked(dropContent),
  [M.MADV_DONTNEED_LOCKED]: dropContent,
  [M.MADV_FREE]: unlocked(freeLazily),
  [M.MADV_REMOVE]: unlocked(removeContent),
  [M.MADV_COLD]: unlocked(ordinary(coolPages)),
  [M.MADV_PAGEOUT]: unlocked(ordinary(evictPages)),
  [M.MADV_POPULATE_READ]: populateFor("read"),
  [M.MADV_POPULATE_WRITE]: populateFor("write"),
};

/**
 * madvise(2).
 * @throws Errno EINVAL an advice that does not exist or that a mapping cannot follow, misaligned, a range that wraps around;
 *   ENOMEM a hole; EINVAL, ENOMEM, EAGAIN (MADV_COLLAPSE); EACCES, EPERM, ENOTSUP (MADV_REMOVE); EFAULT, ENOMEM (MADV_POPULATE_*); EAGAIN
 */
export function advise(k: Kernel, p: Process, start: VirtualAddress, length: number, advice: number): void {
  const act = ADVICES[advice];
  if (act === undefined || start % PAGE_SIZE !== 0) throw errno("EINVAL");
  const bytes = pageAlign(length) % WRAP;
  if ((length > 0 && bytes === 0) || start + bytes >= WRAP) throw errno("EINVAL");
  if (bytes === 0) return;
  const nothingFirst = () => 0;
  changeThenPopulate(p, nothingFirst, () => adviseRange(k, p, start, start + bytes, act));
}

function adviseRange(k: Kernel, p: Process, start: VirtualAddress, end: VirtualAddress, act: Advice): void {
  const s = p.space!;
  let hole = false;
  for (let at = start; at < end; ) {
    const v = nextVma(s, at);
    if (v === null || v.start >= end) throw errno("ENOMEM");
    if (v.start > at) hole = true;
    const from = Math.max(at, v.start);
    at = Math.min(end, v.end);
    act(k, p, s, v, from, at);
  }
  if (hole) throw errno("ENOMEM");
}
