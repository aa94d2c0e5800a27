/**
 * Making pages resident before they are touched: MAP_POPULATE, mlock, MADV_POPULATE_*, and the population strategy
 * "eager". Page by page through handleFault, as if the process had touched each.
 *
 *   private, writable ─► by writing (no copy is made later)      readable ─► by reading      PROT_NONE ─► not at all
 *
 * (1) A page that is there with the right is not faulted again.
 * (2) A call that has changed mappings before it populates them says so in p.call.note, and does not change them again
 *     when it runs again: the one exception to "before a sleep nothing has changed but p.call". It holds because what
 *     is left, populating, can be done any number of times and be left off anywhere, and nobody can tell.
 *
 * May sleep: a page on disk, no memory.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { Errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { findVma, nextVma } from "./address-space.ts";
import { allows } from "./prot.ts";
import { noteHeadway } from "./shortage.ts";
import { touchPage } from "./touch.ts";
import type { Access, AddressSpace, Vma } from "./types.ts";
import { VMA } from "./vma.ts";

/** Why a page could not be had: an access would be a signal, or no memory. */
export type PopulateFailure = "EFAULT" | "ENOMEM";

export interface PopulateOptions {
  /** At a page that cannot be had: stop, or leave the rest of its mapping and go on with the next one. */
  readonly until: "failure" | "end";
  /** The handler may sleep and run again: go on where it was (p.call.progress). */
  readonly resume?: boolean;
}

/**
 * Makes the pages of start to end - 1 resident; holes and mappings locked on fault are passed over.
 * @returns null, or why it stopped: with until "failure" only
 */
export function populate(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  start: VirtualAddress,
  end: VirtualAddress,
  options: PopulateOptions,
): PopulateFailure | null {
  // Without pages everything is there.
  if (k.vm.levels === 0) return null;
  const { until, resume = false } = options;
  const first = resume ? Math.max(start, p.call.progress) : start;
  for (let v = nextVma(s, first); v !== null && v.start < end; v = nextVma(s, v.end)) {
    if (v.flags & VMA.lockOnFault) continue;
    const access = accessFor(v);
    const from = Math.max(first, v.start);
    const to = Math.min(end, v.end);
    const failure = access === null ? "EFAULT" : populatePages(k, p, s, from, to, access, resume);
    if (failure !== null && until === "failure") return failure;
  }
  return null;
}

/** As Linux's populate_vma_page_range: any right will do, writing where it makes a later copy needless. */
function accessFor(v: Vma): Access | null {
  if (allows(v.prot, "write") && !(v.flags & VMA.shared)) return "write";
  if (allows(v.prot, "read")) return "read";
  return allows(v.prot, "execute") ? "execute" : null;
}

/**
 * Makes the pages of a range inside one mapping resident for `access`, which it allows.
 * @returns why one could not be had; those below it are there
 */
export function populatePages(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  start: VirtualAddress,
  end: VirtualAddress,
  access: Access,
  resume: boolean,
): PopulateFailure | null {
  const size = PAGE_SIZE * 2 ** (findVma(s, start)?.object?.huge?.order ?? 0);
  for (let va = start; va < end; va += size - (va % size)) {
    if (resume) p.call.progress = va;
    const failure = populatePage(k, p, s, va, access);
    if (failure !== null) return failure;
    // Each page is headway: what the next one wants is one frame again, however many were wanted before (shortage.ts).
    if (!resume) continue;
    p.triedFrames = 0;
    noteHeadway(k, p);
  }
  return null;
}

function populatePage(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  va: VirtualAddress,
  access: Access,
): PopulateFailure | null {
  const fault = touchPage(k, p, s, va, access);
  if (typeof fault === "number") return null;
  return fault.kind === "out-of-memory" ? "ENOMEM" : "EFAULT";
}

/** The population strategy "eager": all of a new mapping at once. What cannot be had is left for the fault. */
export function populateEagerly(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  start: VirtualAddress,
  end: VirtualAddress,
): void {
  if (k.vm.policies.population === "eager") populate(k, p, s, start, end, { until: "end" });
}

/**
 * A call that changes mappings and then populates them: invariant (2). `change` runs once, `rest` again after each sleep.
 * @param change returns a number for `rest`, and may set call.progress, where populating begins; may throw
 */
export function changeThenPopulate(p: Process, change: () => number, rest: (result: number) => void): number {
  const { call } = p;
  try {
    if (call.note === 0) {
      call.progress = 0;
      // 0 is "not yet", and may be an address.
      call.note = change() + 1;
    }
    rest(call.note - 1);
  } catch (thrown) {
    if (thrown instanceof Errno) forget(call);
    throw thrown;
  }
  const result = call.note - 1;
  forget(call);
  return result;
}

/** The call is over: a progress would be taken for bytes moved. */
function forget(call: Process["call"]): void {
  call.note = 0;
  call.progress = 0;
}
