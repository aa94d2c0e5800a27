/**
 * The spaces that the scanner visits: those that have asked for it by MADV_MERGEABLE, and their children.
 *
 * (1) A space is here from the first time it asks until a full scan finds no mergeable mapping of it, or until it has ended:
 *     then the scanner forgets its items when it comes by; at once when there are none.
 *
 * Source: Linux 6.1 mm/ksm.c, __ksm_enter, __ksm_exit.
 */
import type { MergeState } from "./merge-types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** MergeSettings.run. */
export const RUN = { stop: 0, merge: 1, unmerge: 2 } as const;

/** The space is to be visited: just before the scanner would come to it last, so that it settles first. */
export function enterSpace(k: VmKernel, space: number): void {
  const m = k.vm.merge;
  if (m.spaces.has(space)) return;
  m.spaces.set(space, { space, first: 0, items: 0, merged: 0 });
  const here = m.order.indexOf(m.cursor.space);
  if (here < 0 || m.settings.run === RUN.unmerge) m.order.push(space);
  else m.order.splice(here, 0, space);
  if (m.order.length === 1) wakeScanner(k);
}

/** fork: the child's mappings are mergeable where the parent's are. */
export function inheritMerging(k: VmKernel, parent: number, child: number): void {
  if (k.vm.merge.spaces.has(parent)) enterSpace(k, child);
}

/** The space has ended. */
export function leaveSpace(k: VmKernel, space: number): void {
  const m = k.vm.merge;
  const found = m.spaces.get(space);
  if (found === undefined || m.cursor.space === space) return;
  if (found.first === 0) {
    forgetSpace(m, space);
    return;
  }
  m.order.splice(m.order.indexOf(space), 1);
  m.order.splice(m.order.indexOf(m.cursor.space) + 1, 0, space);
}

/** It has no items. */
export function forgetSpace(m: MergeState, space: number): void {
  m.spaces.delete(space);
  m.order.splice(m.order.indexOf(space), 1);
}

/** Whether the scanner has anything to do. */
export function hasWork(m: MergeState): boolean {
  return (m.settings.run & RUN.merge) !== 0 && m.order.length > 0;
}

/** Has it work, and rests, the scanner begins at once. */
export function wakeScanner(k: VmKernel): void {
  const m = k.vm.merge;
  if (hasWork(m) && m.due === Number.POSITIVE_INFINITY) m.due = k.machine.clock.cycles;
}
