/**
 * Reclaim: taking frames back from those who can do without. Which ones: replacement.ts. How each leaves: evict().
 *
 *   anonymous, shared ─────────────────────────────────────► swap (swap-out.ts)
 *   a file's page, clean, with a home ─► unmapped, dropped      MADV_FREE, not written since ─► dropped
 *                  dirty, with a home ─► written there first    dirty, without (tmpfs) ───────► swap
 *
 * (1) Runs between handlers only, or when one has been given up: pages that a handler made resident stay until it ends.
 * (2) Never taken: the kernel's frames and page tables, pages in transfer or pinned, pages that mlock keeps.
 * (3) With nothing taken, every frame was asked.
 */
import { COSTS } from "../../cpu/costs.ts";
import { hasHome } from "../fs/traits.ts";
import type { Kernel } from "../kernel.ts";
import { FRAME, isListed, OWNER } from "./frames.ts";
import { dropHugeZero } from "./huge-fault.ts";
import { HUGE_PAGES, headOf, isHuge } from "./huge-page.ts";
import { dropCleanPage } from "./page-cache.ts";
import {
  evictableFrames,
  frameEnters,
  frameLeaves,
  frameStaysOutside,
  framesOf,
  isPolicys,
  LIST,
  LISTS,
  moveToHead,
  moveToTail,
  treatAsAnonymous,
} from "./page-lists.ts";
import { isLocked, isWritten, unmapFrame } from "./page-references.ts";
import { splitHugePage } from "./pte-large.ts";
import { noteEviction, objectPageKey } from "./refault.ts";
import { AGE } from "./refault-activation.ts";
import type { PageKey } from "./reference-observer.ts";
import { KernelMemory, noteMoment, replacement } from "./replacement.ts";
import { swapTotals } from "./swap-area.ts";
import { slotKey } from "./swap-entry.ts";
import { type Eviction, swapOutFrame } from "./swap-out.ts";
import type { PageObject } from "./types.ts";
import { startWriteBack } from "./write-back.ts";

/** Frames that were freed, and frames on their way out. */
export interface Reclaimed {
  freed: number;
  started: number;
}

/** On whose behalf: for the statistics. */
export type Reclaimer = "background" | "direct";

/** Pages in transfer, or held by the kernel for another reason. */
const BUSY = FRAME.reading | FRAME.writing | FRAME.leaving;

/**
 * Takes the page in the frame out of RAM, if it may be taken: invariant (2). A huge page is made ordinary frames first, which are
 * next in their list, and then this one frame leaves. @param advised the program wishes it: MADV_PAGEOUT
 */
export function evict(k: Kernel, index: number, advised = false): Eviction {
  const { frames } = k.vm;
  const owner = frames.owner[index];
  if (isHuge(k, index) && !breakUp(k, headOf(k, index))) return "kept";
  if (!isListed(owner) || frames.pins[index] > 0 || frames.flags[index] & BUSY) return "kept";
  if (isLocked(k, index)) {
    if (isPolicys(frames.list[index])) k.references?.held(index);
    moveToHead(k, LIST.unevictable, index);
    k.vm.statistics.culled++;
    return "kept";
  }
  const object =
    frames.owner[index] === OWNER.anonymous ? null : (k.vm.cache.objects.get(frames.holder[index]) ?? null);
  const wasActive = (frames.age[index] & AGE.workingSet) !== 0;
  const token = tokenOf(k, index);
  const key = keyOf(k, index, object);
  k.vm.reclaim.evicting = true;
  const answer = owner === OWNER.file ? evictFilePage(k, index, object) : evictAnonymous(k, index);
  k.vm.reclaim.evicting = false;
  if (answer === "kept") return answer;
  const isHere = answer === "started" && object?.pages.get(frames.position[index]) === index + frames.first;
  const identity = key === "" ? keyOf(k, index, object) : key;
  if (frames.mappings[index] === 0) k.references?.evicted(index, identity, advised);
  noteEviction(k, identity, wasActive, !isHere, token);
  return answer;
}

/** What the policy keeps of the page until it comes back. Under a limit it has said so when the page was condemned. */
function tokenOf(k: Kernel, index: number): number {
  const { reclaim, policies } = k.vm;
  if (reclaim.resident > 0) return reclaim.tokens[index];
  if (policies.replacement !== "generations" || !isPolicys(k.vm.frames.list[index])) return 0;
  return replacement(k).evicted!(new KernelMemory(k), index);
}

/** @returns whether the huge page is ordinary frames now: not where it is locked, or where none of them could leave */
function breakUp(k: Kernel, head: number): boolean {
  const { owner, flags } = k.vm.frames;
  if (owner[head] !== OWNER.anonymous) return false;
  if (isLocked(k, head)) {
    moveToHead(k, LIST.unevictable, head);
    k.vm.statistics.culled += HUGE_PAGES;
    return false;
  }
  const disposable = (flags[head] & FRAME.lazyFree) !== 0;
  if (!disposable && swapTotals(k).free === 0) return false;
  splitHugePage(k, head);
  if (!disposable) k.vm.statistics.hugeSwapFallbacks++;
  return true;
}

/** What the page is known by while it is away; "" for one that has no slot yet. */
function keyOf(k: Kernel, index: number, object: PageObject | null): PageKey {
  const { slot, position } = k.vm.frames;
  if (object !== null) return objectPageKey(object, position[index]);
  return slot[index] === 0 ? "" : slotKey(slot[index]);
}

function evictAnonymous(k: Kernel, index: number): Eviction {
  const { flags } = k.vm.frames;
  if (!(flags[index] & FRAME.lazyFree)) return swapOutFrame(k, index);
  if (flags[index] & FRAME.dirty || isWritten(k, index)) {
    flags[index] &= ~FRAME.lazyFree;
    treatAsAnonymous(k, index);
    return "kept";
  }
  unmapFrame(k, index);
  k.vm.statistics.lazyFreed++;
  return "freed";
}

/** @param object null: dropped while a transfer ran, and freed with its end */
function evictFilePage(k: Kernel, index: number, object: PageObject | null): Eviction {
  const { frames } = k.vm;
  const inode = object?.inode ?? null;
  if (object === null || inode === null) return "kept";
  const frame = index + frames.first;
  // A page that has a slot of swap came back from there: what its file system keeps is older.
  if (frames.slot[index] !== 0) return swapOutFrame(k, index);
  if (!(frames.flags[index] & FRAME.dirty)) {
    unmapFrame(k, index);
    dropCleanPage(k, object, frame);
    return "freed";
  }
  if (!hasHome(inode)) return swapOutFrame(k, index);
  // A home that fails keeps the page in RAM until somebody has been told.
  if (object.writeFailed) return "kept";
  if (!startWriteBack(k, object, frame) || object.writeFailed) return "kept";
  if (frames.flags[index] & FRAME.writing) return "started";
  // Its home needs no transfer: nothing will end for which somebody could wait.
  unmapFrame(k, index);
  dropCleanPage(k, object, frame);
  return "freed";
}

function count(k: Kernel, who: Reclaimer, index: number): (answer: Eviction) => void {
  const { statistics, frames } = k.vm;
  const isFile = frames.owner[index] === OWNER.file;
  if (who === "background") statistics.scannedInBackground++;
  else statistics.scannedDirectly++;
  if (isFile) statistics.scannedFile++;
  else statistics.scannedAnonymous++;
  return (answer) => {
    if (answer === "kept") return;
    if (who === "background") statistics.stolenInBackground++;
    else statistics.stolenDirectly++;
    if (isFile) statistics.stolenFile++;
    else statistics.stolenAnonymous++;
    if (k.vm.reclaim.resident === 0) k.vm.reclaim.evicted++;
  };
}

/** Takes one frame, if it can be taken, and counts it. */
export function tryEvict(k: Kernel, index: number, who: Reclaimer, sum: Reclaimed): Eviction {
  k.machine.clock.charge(COSTS.reclaimScan);
  const counted = count(k, who, index);
  const answer = evict(k, index);
  counted(answer);
  if (answer !== "kept") sum[answer]++;
  if (answer === "started") moveToHead(k, LIST.transfer, index);
  else if (answer === "kept" && k.vm.reclaim.resident === 0 && isPolicys(k.vm.frames.list[index]))
    replacement(k).spare(new KernelMemory(k), index);
  return answer;
}

/** Pages whose transfers have ended: who is wanted again is as if new, the others are the next to go. */
export function returnFromTransfer(k: Kernel): void {
  const { flags, mappings, owner } = k.vm.frames;
  for (const index of framesOf(k, LIST.transfer)) {
    if (flags[index] & BUSY) continue;
    const isFile = owner[index] === OWNER.file;
    if (mappings[index] === 0) moveToTail(k, index, isFile);
    else reenter(k, index);
  }
}

function reenter(k: Kernel, index: number): void {
  frameLeaves(k, index);
  if (k.vm.reclaim.resident > 0 && k.vm.frames.mappings[index] === 0) frameStaysOutside(k, index);
  else frameEnters(k, index, k.vm.frames.owner[index] === OWNER.file);
}

/**
 * Takes up to `want` frames, by the policy.
 * @returns how many are free now, and how many will be when their transfers end
 */
export function reclaimFrames(k: Kernel, want: number, who: Reclaimer): Reclaimed {
  const sum: Reclaimed = { freed: dropHugeZero(k), started: 0 };
  const policy = replacement(k);
  const memory = new KernelMemory(k);
  noteMoment(k);
  if (k.vm.reclaim.unlocked) rescueUnlocked(k);
  returnFromTransfer(k);
  // Twice around: who was busy is met again. Once more would be in vain, however long the lists are that the policy leaves
  // alone now (anonymous memory, with no swap left for it).
  let [firstKept, rounds] = [-1, 0];
  for (let looks = 2 * evictableFrames(k); looks > 0 && sum.freed + sum.started < want; looks--) {
    policy.sample?.(memory);
    const index = policy.victim(memory);
    if (index < 0 || (index === firstKept && ++rounds === 2)) break;
    if (tryEvict(k, index, who, sum) !== "kept") firstKept = -1;
    else if (firstKept < 0) [firstKept, rounds] = [index, 0];
  }
  return sum;
}

/** Invariant (3): asks every frame, whatever the policy thinks of it, and those that were locked once. */
export function reclaimAnything(k: Kernel, want: number): Reclaimed {
  const sum: Reclaimed = { freed: 0, started: 0 };
  rescueUnlocked(k);
  returnFromTransfer(k);
  for (let list = 1; list < LISTS; list++) {
    if (!isPolicys(list) && list !== LIST.outside) continue;
    for (const index of framesOf(k, list)) {
      if (sum.freed + sum.started >= want) return sum;
      // An eviction may have freed others: page tables never, but what shared a slot.
      if (k.vm.frames.list[index] === list) tryEvict(k, index, "direct", sum);
    }
  }
  return sum;
}

/** Pages whose locks are gone go back to the lists of the policy. */
function rescueUnlocked(k: Kernel): void {
  k.vm.reclaim.unlocked = false;
  for (const index of framesOf(k, LIST.unevictable)) {
    if (isLocked(k, index)) continue;
    reenter(k, index);
    k.vm.statistics.rescued++;
  }
}
