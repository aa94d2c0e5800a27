/**
 * The invariants of virtual memory, by number, and the one function that asserts them all. It trusts nothing: every
 * figure is worked out again from the page tables in RAM, the page cache and the TLBs.
 *
 *  (1) A frame is free exactly when nobody has it and it has no references; free + used = RAM.      check-frames.ts
 *  (2) Frames are given out zeroed (asserted by frames.ts while vm.checking); the zero frame is zero.
 *  (3) References of a frame = entries that name it + 1 if it is in the page cache or a pool + 1 if in the swap cache + pins.
 *  (4) The reverse map of a frame = the entries that name it.
 *  (5) Free blocks are whole, aligned, joined, and hold every free frame once.
 *  (6) Tables: entry counts, levels, spaces and first pages are right; something is mapped in the     check-tables.ts
 *      range of each but the root; no table has two parents; tables per space are counted.
 *  (7) Every resident entry lies in a vma that gives its rights, and names a frame that the vma may show.
 *  (8) W only on private frames that one entry and no swap entry names, and on shared pages that are dirty or have no file.
 *  (9) Resident counts per space (anonymous, file, shared) and swapped = what its tables say.
 * (10) Vmas are in order, balanced, page-aligned, joined where they can be, and sum up to the counts.  check-vmas.ts
 * (11) The page cache: every page once, objects known by their mappers, dirty, file and shared counts.
 * (12) No TLB entry that the tables do not justify: same frame, same rights, A and D not ahead.         check-tlb.ts
 * (13) Two spaces of the present generation never share a number.
 * (14) Committed_AS = pages of accounted vmas + pages promised to objects; what only memory keeps was promised.
 * (15) Uses of a slot of swap = swap entries in tables + page objects that have it; taken and free slots are     check-swap.ts
 *      counted, by area and by cluster; no page of an object is in RAM and in swap.
 * (16) The swap cache: one frame a slot, one slot a frame; none that nobody wants, no slot that nobody needs.
 * (17) Every frame of a user is in one list of the policy, or among those locked or in transfer; no   check-lists.ts
 *      other frame is; links and lengths are right.
 * (18) The flusher knows the objects with dirty pages that have a home, and how many pages are on their way there.
 * (19) A frame in the swap cache that is not dirty and not in transfer is byte for byte what its slot has.
 * (20) Locked pages = pages of locked mappings; what is locked on fault is locked, the kernel's page never.  check-locks.ts
 * (21) Huge pages: a large leaf lies in one vma and names a whole huge page, aligned; a transparent one has a table   check-huge.ts
 *      in reserve; a huge page is known as one in all its frames, has a leaf that names it whole, and is not in swap.
 * (22) A merged frame is private memory, no entry lets it be written, the stable tree knows it, and its content    check-merge.ts
 *      is what it was when it was merged.
 * (23) The stable tree is balanced and in order of content; chains hold frames of one content, and are counted.
 * (24) Items: by space in order of pages, in the list of the node that they say, and counted.
 * (25) The unstable tree is balanced and holds this full scan's items; it is empty between two full scans.
 * (26) The pools of huge pages: sizes, who has their pages, reservations and surplus; mappings of them are whole ones.   check-hugetlb.ts
 *
 * And those of refault.ts, by its own numbers.                                                  check-refaults.ts
 * And those of the translation scheme, by its own numbers.                                      kernel/schemes/
 *
 * A broken one panics with its number and the values. Cost: proportional to RAM and vmas; for tests and --check.
 */
import type { Kernel } from "../kernel.ts";
import { checkFrames } from "./check-frames.ts";
import { checkHugePages } from "./check-huge.ts";
import { checkHugetlb } from "./check-hugetlb.ts";
import { checkLists } from "./check-lists.ts";
import { checkLocks } from "./check-locks.ts";
import { checkMerge } from "./check-merge.ts";
import { checkRefaults } from "./check-refaults.ts";
import { checkSwap } from "./check-swap.ts";
import { type Census, checkTables, newCensus } from "./check-tables.ts";
import { checkAsids, checkTlbs } from "./check-tlb.ts";
import { checkCache, checkPromises, checkVmas } from "./check-vmas.ts";

/** Asserts all invariants. Changes nothing. */
export function checkVm(k: Kernel): void {
  const census: Census = newCensus(k);
  for (const s of k.vm.spaces.values()) {
    checkVmas(k, s);
    if (k.vm.levels > 0) checkTables(k, s, census);
    k.scheme.check(k, s, census);
  }
  checkCache(k);
  checkPromises(k);
  checkSwap(k, census);
  checkFrames(k, census);
  checkHugePages(k, census);
  checkHugetlb(k, census.large);
  checkLists(k);
  checkRefaults(k);
  checkLocks(k);
  checkMerge(k);
  checkAsids(k);
  checkTlbs(k);
}
