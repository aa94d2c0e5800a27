/**
 * The pages that processes map: noticed where they arrive, kept to the laboratory's limit, told to whoever records the run.
 * The rules are resident-limit.ts'; here they meet the kernel. Nothing of this happens in a run with neither.
 *
 *   entry names a frame that nobody mapped ─► `arriving` (pte.ts) ─ fault decided ─► settleArrivals: arriveUnderLimit
 *                                                                                       └► condemned ─► before user mode
 *                                                                                          evictCondemned: reclaim.ts' evict
 *
 * (1) Between two turns in user mode no frame is arriving, none is condemned.
 * (2) Under a limit a user's frame is in a list of the policy, or is kept there by a lock, exactly while somebody maps it;
 *     else it is `outside`, where no limit counts it: pages of files that calls use, frames in transfer.
 */
import { PTE } from "../../cpu/paging.ts";
import { account } from "../accounting.ts";
import { WORK } from "../due-work.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { isFrameDirty, mayClean } from "./clean-frame.ts";
import { FRAME, OWNER } from "./frames.ts";
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
} from "./page-lists.ts";
import { isLocked, isMappedCode, isWritten, takeReferenced, unmapFrame } from "./page-references.ts";
import { evict } from "./reclaim.ts";
import { objectPageKey } from "./refault.ts";
import type { PageKey, PageKind, ReferenceObserver } from "./reference-observer.ts";
import { KernelMemory, noteMoment, replacement } from "./replacement.ts";
import { arriveUnderLimit, type LimitedMemory } from "./resident-limit.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import { swapTotals } from "./swap-area.ts";
import { slotKey } from "./swap-entry.ts";
import { type Eviction, leaveWhileWritten } from "./swap-out.ts";
import { freeSlots } from "./swap-slots.ts";
import { tellTouch } from "./tell-references.ts";
import type { AddressSpace } from "./types.ts";

class KernelResidents extends KernelMemory implements LimitedMemory {
  needsNoSlot(page: number): boolean {
    const { owner, flags } = this.k.vm.frames;
    if (owner[page] !== OWNER.anonymous) return true;
    return this.isDisposable(page) && !(flags[page] & FRAME.dirty) && !isWritten(this.k, page);
  }

  condemn(page: number): void {
    this.takeAccessed(page);
    this.takeReferenced(page);
    moveToHead(this.k, LIST.condemned, page);
    this.k.references?.condemned(page);
  }
}

/** What is known of the frame's page when it is away. @param slot that it has, or had when it was mapped; 0: none */
function identityOf(k: Kernel, index: number, slot: number): PageKey {
  const { owner, holder, position } = k.vm.frames;
  if (owner[index] === OWNER.anonymous) return slot === 0 ? "" : slotKey(slot);
  const object = k.vm.cache.objects.get(holder[index]);
  return object === undefined ? "" : objectPageKey(object, position[index]);
}

function pageKindOf(k: Kernel, index: number): PageKind {
  const owner = k.vm.frames.owner[index];
  if (owner === OWNER.anonymous) return "anonymous";
  if (owner === OWNER.shared) return "shared";
  return isMappedCode(k, index) ? "code" : "file";
}

/** Frames that processes have begun to map arrive, in their order. */
export function settleArrivals(k: Kernel): void {
  const { arriving } = k.vm.reclaim;
  if (arriving.length === 0) return;
  noteMoment(k);
  if (k.vm.reclaim.resident > 0) followLocks(k);
  for (let i = 0; i < arriving.length; i += 2) {
    const [index, slot] = [arriving[i], arriving[i + 1]];
    const at = mappingsOf(k, index + k.vm.frames.first)[0];
    if (at !== undefined) arrive(k, index, slot, at);
  }
  arriving.length = 0;
  k.due.work |= WORK.arrivals;
}

function arrive(k: Kernel, index: number, slot: number, at: number): void {
  const { owner } = k.vm.frames;
  const [identity, kind] = [identityOf(k, index, slot), pageKindOf(k, index)];
  judgeRoom(k);
  k.references?.arrived(index, spaceOfPte(k, at), pageOfPte(k, at), identity, kind, isFrameDirty(k, index));
  if (k.vm.reclaim.resident === 0) k.vm.reclaim.fresh.push(index);
  else {
    frameLeaves(k, index);
    takeReferenced(k, index);
    arriveUnderLimit(new KernelResidents(k), replacement(k), index, owner[index] === OWNER.file);
  }
  if (k.references) tellUses(k, k.references, index);
}

/** The kernel has used the page before it has arrived: merging, a touch that finds it condemned. */
function tellUses(k: Kernel, references: ReferenceObserver, index: number): void {
  for (const at of mappingsOf(k, index + k.vm.frames.first))
    if (k.machine.ram.u32[at] & PTE.A) references.touched(index, spaceOfPte(k, at), pageOfPte(k, at), false, null);
}

/** Whether swap has a slot for every page that may be taken before the next one arrives: limit (5). */
function judgeRoom(k: Kernel): void {
  const { reclaim, settings } = k.vm;
  const free = freeSlots(k);
  if (reclaim.resident > 0) reclaim.room = free > evictableFrames(k) + reclaim.lengths[LIST.condemned];
  if (!k.references) return;
  const spare = reclaim.resident > 0 ? reclaim.room : free > 0;
  k.references.conditions(spare ? "room" : swapTotals(k).total > 0 ? "full" : "none", settings.swappiness);
  if (reclaim.resident > 0) tellStates(k, k.references);
}

/** What only some policies ask, and no reference tells. */
function tellStates(k: Kernel, references: ReferenceObserver): void {
  const { owner } = k.vm.frames;
  const asksDirt = k.vm.policies.replacement === "wsclock";
  for (let list = 1; list < LISTS; list++) {
    if (!isPolicys(list)) continue;
    for (const index of framesOf(k, list)) {
      const code = isMappedCode(k, index);
      if (asksDirt) references.looked(index, { dirty: isFrameDirty(k, index), stuck: !mayClean(k, index), code });
      else if (owner[index] === OWNER.file) references.looked(index, { dirty: false, stuck: false, code });
    }
  }
}

/** mlock and munlock since the last arrival. */
function followLocks(k: Kernel): void {
  let locked = k.vm.reclaim.unlocked;
  for (const s of k.vm.spaces.values()) if (s.counts.locked > 0) locked = true;
  if (!locked && k.vm.reclaim.lengths[LIST.unevictable] === 0) return;
  k.vm.reclaim.unlocked = false;
  for (let list = 1; list < LISTS; list++) {
    if (!isPolicys(list)) continue;
    for (const index of framesOf(k, list)) {
      if (!isLocked(k, index)) continue;
      moveToHead(k, LIST.unevictable, index);
      k.vm.statistics.culled++;
      k.references?.held(index);
    }
  }
  for (const index of framesOf(k, LIST.unevictable)) {
    if (isLocked(k, index)) continue;
    frameLeaves(k, index);
    frameEnters(k, index, k.vm.frames.owner[index] === OWNER.file);
    k.vm.statistics.rescued++;
    k.references?.released(index);
  }
}

/** A call has touched the page on the process's behalf: whoever was condemned is wanted again, limit (4). */
export function noteTouch(k: Kernel, s: AddressSpace, index: number, page: number, write: boolean): void {
  const { frames, reclaim } = k.vm;
  if (frames.list[index] === LIST.condemned) {
    reclaim.arriving.push(index, frames.slot[index]);
    settleArrivals(k);
  }
  tellTouch(k, index, s.id, page, write);
}

/** Before user mode: those who were condemned leave RAM. */
export function evictCondemned(k: Kernel, p: Process | null): void {
  const { list } = k.vm.frames;
  for (const index of framesOf(k, LIST.condemned)) {
    // Freed, and perhaps used again, meanwhile.
    if (list[index] !== LIST.condemned) continue;
    const answer = isLocked(k, index) ? evict(k, index) : takeResident(k, index);
    if (answer === "kept" && k.vm.frames.mappings[index] !== 0) stay(k, index);
    if (list[index] === LIST.condemned) goesOutside(k, index);
  }
  account(k, p, "system");
}

/** Takes a page that processes map, whatever policies think of it. It is in no process then, unless "kept" is the answer. */
export function takeResident(k: Kernel, index: number): Eviction {
  const { statistics, frames } = k.vm;
  const isFile = frames.owner[index] === OWNER.file;
  // Page cache leaves the process even where it can leave RAM only later.
  if (frames.owner[index] !== OWNER.anonymous) unmapResident(k, index);
  const answer = takeOut(k, index);
  if (answer === "kept") return answer;
  statistics.stolenDirectly++;
  if (isFile) statistics.stolenFile++;
  else statistics.stolenAnonymous++;
  return answer;
}

function goesOutside(k: Kernel, index: number): void {
  frameLeaves(k, index);
  frameStaysOutside(k, index);
}

/** Locked, or in use by a transfer, since it was chosen: it is in RAM as before. */
function stay(k: Kernel, index: number): void {
  const isHeld = k.vm.frames.list[index] === LIST.unevictable;
  if (!isHeld) {
    frameLeaves(k, index);
    frameEnters(k, index, k.vm.frames.owner[index] === OWNER.file);
  }
  k.references?.stayed(index);
  if (isHeld) k.references?.held(index);
}

/** A private page goes at once, even while it is being written for an eviction before. */
function takeOut(k: Kernel, index: number): Eviction {
  const { reclaim, frames } = k.vm;
  if (!(frames.flags[index] & FRAME.writing)) {
    const answer = evict(k, index);
    // MADV_FREE's page that was written to is an ordinary one now.
    return answer === "kept" && frames.mappings[index] !== 0 ? evict(k, index) : answer;
  }
  reclaim.evicting = true;
  const left = leaveWhileWritten(k, index);
  reclaim.evicting = false;
  if (left) k.references?.evicted(index, slotKey(frames.slot[index]), false);
  return left ? "started" : "kept";
}

function unmapResident(k: Kernel, index: number): void {
  const { reclaim, frames } = k.vm;
  reclaim.evicting = true;
  unmapFrame(k, index);
  reclaim.evicting = false;
  k.references?.evicted(index, identityOf(k, index, frames.slot[index]), false);
}

/** Somebody has executed an instruction: limit (3). */
export function noteProgress(k: Kernel): void {
  k.due.work &= ~WORK.arrivals;
  const { fresh } = k.vm.reclaim;
  if (fresh.length === 0) return;
  fresh.length = 0;
  k.references?.progressed();
}
