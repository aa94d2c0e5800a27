/** Resource limits that bear on memory: getrlimit(2). Limits are bytes; Infinity stands for RLIM_INFINITY. */

import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS } from "../abi.ts";
import type { Limit } from "../process.ts";
import type { AddressSpace } from "./types.ts";
import { isData } from "./vma.ts";

/** A process's limits, by RLIMIT number; null: none apply (the kernel's own mappings). */
export type Limits = readonly Limit[] | null;

const { RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK } = CONSTANTS.rlimit;

/** The soft limit in bytes. */
function softLimit(limits: Limits, resource: number): number {
  return limits === null ? Number.POSITIVE_INFINITY : limits[resource].soft;
}

/** Whether `pages` more of this kind keep the space within RLIMIT_AS and RLIMIT_DATA: Linux's may_expand_vm. */
export function mayExpand(s: AddressSpace, limits: Limits, pages: number, prot: number, flags: number): boolean {
  if (limits === null) return true;
  const within = (have: number, limit: number) => (have + pages) * PAGE_SIZE <= limit;
  if (!within(s.counts.mapped, limits[RLIMIT_AS].soft)) return false;
  const { soft, hard } = limits[RLIMIT_DATA];
  // A soft limit of 0 on data means the heap alone to some programs: Linux takes the hard one then.
  return !isData(prot, flags) || within(s.counts.data, soft === 0 ? hard : soft);
}

/** Whether RLIMIT_STACK lets a stack have `bytes`. */
export function stackAllows(limits: Limits, bytes: number): boolean {
  return bytes <= softLimit(limits, RLIMIT_STACK);
}

/** Whether RLIMIT_DATA lets heap and initialised data have `bytes`: brk(2). */
export function dataAllows(limits: Limits, bytes: number): boolean {
  return bytes <= softLimit(limits, RLIMIT_DATA);
}
