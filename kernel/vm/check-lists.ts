/** Invariants (17) and (18): the lists of user frames, and what the flusher remembers. See check.ts. */
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { FRAME, isListed, OWNER } from "./frames.ts";
import { headOf } from "./huge-page.ts";
import { hasHome } from "./page-cache.ts";
import { GENERATIONS, isPolicys, LIST, LISTS } from "./page-lists.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** The lists that a policy uses, `unevictable` aside. */
const TWO_LISTS: readonly number[] = [LIST.inactiveAnonymous, LIST.activeAnonymous, LIST.inactiveFile, LIST.activeFile];
const QUEUE: readonly number[] = [LIST.queue];
const ALL_GENERATIONS: readonly number[] = Array.from({ length: 2 * GENERATIONS }, (_, i) => LIST.generations + i);

function listsOf({ vm: { policies } }: VmKernel): readonly number[] {
  if (policies.replacement === "two-lists") return TWO_LISTS;
  return policies.replacement === "generations" ? ALL_GENERATIONS : QUEUE;
}

/** Asserts (17) and (18). */
export function checkLists(k: Kernel): void {
  const seen = new Uint8Array(k.vm.frames.count);
  for (let list = 1; list < LISTS; list++) checkList(k, list, seen);
  for (let index = 0; index < k.vm.frames.count; index++) checkMember(k, index, seen[index] === 1);
  checkFlusher(k);
}

function checkList(k: VmKernel, list: number, seen: Uint8Array): void {
  const { frames, reclaim } = k.vm;
  let before = 0;
  let length = 0;
  for (let link = reclaim.heads[list]; link !== 0; link = frames.listNext[link - 1]) {
    const index = link - 1;
    if (frames.list[index] !== list || frames.listPrevious[index] !== before || seen[index] === 1)
      panic("vm (17): a list is whole", { list, index, says: frames.list[index] });
    seen[index] = 1;
    before = link;
    length += 1 << frames.block[index];
  }
  if (reclaim.tails[list] !== before || reclaim.lengths[list] !== length)
    panic("vm (17): a list knows its end and length", { list, length, counted: reclaim.lengths[list] });
}

function checkMember(k: VmKernel, index: number, listed: boolean): void {
  const { owner, list } = k.vm.frames;
  if ((isListed(owner[index]) && headOf(k, index) === index) !== listed)
    panic("vm (17): frames of users, and no others, are in a list; of a huge page the first", {
      index,
      owner: owner[index],
      list: list[index],
    });
  if (listed && isPolicys(list[index]) && !listsOf(k).includes(list[index]))
    panic("vm (17): a frame is in a list of the policy", { index, list: list[index] });
  if (listed && k.vm.reclaim.resident > 0) checkLimited(k, index);
}

/** residents.ts (2): listed or kept by a lock while somebody maps it, else outside. */
function checkLimited(k: VmKernel, index: number): void {
  const { list, mappings } = k.vm.frames;
  const isArriving = k.vm.reclaim.arriving.includes(index);
  const inside = isPolicys(list[index]) || list[index] === LIST.unevictable || list[index] === LIST.condemned;
  if ((mappings[index] !== 0) !== inside && !isArriving)
    panic("vm (17): under a limit, the lists hold what processes map", { index, list: list[index] });
}

function checkFlusher(k: Kernel): void {
  const { frames, flusher, cache } = k.vm;
  let writing = 0;
  for (let index = 0; index < frames.count; index++)
    if (frames.owner[index] === OWNER.file && frames.flags[index] & FRAME.writing && frames.slot[index] === 0)
      writing++;
  if (writing !== flusher.writing)
    panic("vm (18): pages on their way home are counted", { writing, counted: flusher.writing });
  if (flusher.dirtied.size === 0 && k.fs.changed.size === 0 && flusher.due !== Number.POSITIVE_INFINITY)
    panic("vm (18): the flusher looks only where something is dirty", { due: flusher.due });
  for (const object of cache.objects.values()) {
    if (object.writeFailed || flusher.dirtied.has(object.id) || cache.dirtyPages === 0) continue;
    for (const frame of object.pages.values())
      if (frames.flags[frame - frames.first] & FRAME.dirty && hasHome(object))
        panic("vm (18): the flusher knows who is dirty", { object: object.id, frame });
  }
}
