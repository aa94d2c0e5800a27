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

import { account } from "../accounting.ts";
import { WORK } from "../due-work.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { isFrameDirty } from "./clean-frame.ts";
import { FRAME, OWNER } from "./frames.ts";
import {
  frameEnters,
  frameLeaves,
  frameStaysOutside,
  framesOf,
  isPolicys,
  LIST,
  LISTS,
  moveToHead,
} from "./page-lists.ts";
import { isLocked, isMappedCode, takeReferenced, unmapFrame } from "./page-references.ts";
import { evict } from "./reclaim.ts";
import { objectPageKey } from "./refault.ts";
import type { PageKind } from "./reference-observer.ts";
import { KernelMemory, noteMoment, replacement } from "./replacement.ts";
import { arriveUnderLimit, type LimitedMemory } from "./resident-limit.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import { slotKey } from "./swap-entry.ts";
import { type Eviction, leaveWhileWritten } from "./swap-out.ts";
import { tellTouch } from "./tell-references.ts";
import type { AddressSpace } from "./types.ts";

class KernelResidents extends KernelMemory implements LimitedMemory {
  condemn(page: number): void {
    this.takeAccessed(page);
    this.takeReferenced(page);
    moveToHead(this.k, LIST.condemned, page);
    this.k.references?.condemned(page);
  }
}

/** What is known of the frame's page when it is away. @param slot that it has, or had when it was mapped; 0: none */
function identityOf(k: Kernel, index: number, slot: number): string {
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
  k.references?.arrived(index, spaceOfPte(k, at), pageOfPte(k, at), identity, kind, isFrameDirty(k, index));
  if (k.vm.reclaim.resident === 0) k.vm.reclaim.fresh.push(index);
  else {
    frameLeaves(k, index);
    takeReferenced(k, index);
    arriveUnderLimit(new KernelResidents(k), replacement(k), index, owner[index] === OWNER.file);
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
  const { statistics } = k.vm;
  for (const index of framesOf(k, LIST.condemned)) {
    if (k.vm.frames.list[index] !== LIST.condemned) continue;
    const isFile = k.vm.frames.owner[index] === OWNER.file;
    // Page cache leaves the process even where it can leave RAM only later.
    if (k.vm.frames.owner[index] !== OWNER.anonymous) unmapCondemned(k, index);
    const answer = takeOut(k, index);
    if (answer !== "kept") statistics.stolenDirectly++;
    if (answer !== "kept" && isFile) statistics.stolenFile++;
    else if (answer !== "kept") statistics.stolenAnonymous++;
    // Freed and used again meanwhile it would be in another list.
    if (k.vm.frames.list[index] !== LIST.condemned) continue;
    frameLeaves(k, index);
    if (k.vm.frames.mappings[index] === 0) frameStaysOutside(k, index);
    else frameEnters(k, index, isFile);
  }
  account(k, p, "system");
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
  if (left) k.references?.evicted(index, slotKey(frames.slot[index]));
  return left ? "started" : "kept";
}

function unmapCondemned(k: Kernel, index: number): void {
  const { reclaim, frames } = k.vm;
  reclaim.evicting = true;
  unmapFrame(k, index);
  reclaim.evicting = false;
  k.references?.evicted(index, identityOf(k, index, frames.slot[index]));
}

/** Somebody has executed an instruction: limit (3). */
export function noteProgress(k: Kernel): void {
  k.due.work &= ~WORK.arrivals;
  const { fresh } = k.vm.reclaim;
  if (fresh.length === 0) return;
  fresh.length = 0;
  k.references?.progressed();
}
