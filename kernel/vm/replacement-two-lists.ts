/**
 * Two lists, active and inactive, a pair for anonymous memory and one for files: what Linux does (mm/vmscan.c of 6.1).
 *
 *   arrives ─► inactive ──used twice──► active
 *                 │  ▲                    │ while the inactive list is the shorter one
 *                 │  └────────────────────┘
 *                 └─ not used since it was last looked at ─► taken
 *
 * A page that is read once and never again passes through the inactive list and disturbs no page that is in use.
 * Which pair is looked at: in proportion to its length, to swappiness (files: 200 - swappiness), and against the
 * trouble that its pages have made (refault-activation.ts: rotations, writes to swap, pages that had to come back).
 *
 * (1) Anonymous memory is looked at only where there is swap for it.
 * (2) Code that is used once is active: taking it makes everyone wait.
 */
import { COSTS } from "../../cpu/costs.ts";
import { LIST, moveToHead, tailOf } from "./page-lists.ts";
import { AGE, activate, addCost, kindOf, settleReturn } from "./refault-activation.ts";
import type { BookKeeper, PolicyMemory, ReplacementPolicy } from "./replacement-memory.ts";

type Kind = "anonymous" | "file";

const INACTIVE: Readonly<Record<Kind, number>> = { anonymous: LIST.inactiveAnonymous, file: LIST.inactiveFile };
const ACTIVE: Readonly<Record<Kind, number>> = { anonymous: LIST.activeAnonymous, file: LIST.activeFile };

/** Linux's swappiness goes up to here: 100 treats both alike. */
const MOST_SWAPPINESS = 200;
/** Active pages looked at at once. */
const REFILL = 32;
const PAGES_PER_GIB = 2 ** 18;

const lengthOf = (k: BookKeeper, kind: Kind) =>
  k.vm.reclaim.lengths[INACTIVE[kind]] + k.vm.reclaim.lengths[ACTIVE[kind]];

/**
 * Whose turn it is: the kinds take turns by weight. `turn` is what files have had less than their share, in pages.
 * @returns null: no list that may be looked at has a page
 */
function chooseKind(k: PolicyMemory): Kind | null {
  const { reclaim, settings } = k.vm;
  const hasFile = lengthOf(k, "file") > 0;
  const mayBeSwapped = settings.swappiness > 0 || !hasFile;
  if (lengthOf(k, "anonymous") === 0 || !mayBeSwapped || !k.hasSwap()) return hasFile ? "file" : null;
  if (!hasFile) return "anonymous";
  const { cost } = reclaim;
  const total = cost.anonymous + cost.file;
  // Linux's get_scan_count: trouble counts against a kind, but never more than two to one.
  const anonymous = (settings.swappiness * lengthOf(k, "anonymous")) / (total + cost.anonymous + 1);
  const file = ((MOST_SWAPPINESS - settings.swappiness) * lengthOf(k, "file")) / (total + cost.file + 1);
  reclaim.turn += file / (anonymous + file);
  if (reclaim.turn < 1) return "anonymous";
  reclaim.turn -= 1;
  return "file";
}

/** Linux's inactive_is_low: with more RAM a smaller share is enough to tell which pages are in use. */
function isInactiveLow(k: PolicyMemory, kind: Kind): boolean {
  const { lengths } = k.vm.reclaim;
  const gib = Math.floor(lengthOf(k, kind) / PAGES_PER_GIB);
  const ratio = gib > 0 ? Math.floor(Math.sqrt(10 * gib)) : 1;
  return lengths[INACTIVE[kind]] * ratio < lengths[ACTIVE[kind]];
}

/** Pages that have been active longest become inactive, used or not: they have a whole list to be used again. */
function refill(k: PolicyMemory, kind: Kind): void {
  const { statistics, frames } = k.vm;
  for (let n = Math.min(REFILL, k.vm.reclaim.lengths[ACTIVE[kind]]); n > 0; n--) {
    const index = tailOf(k, ACTIVE[kind]);
    k.charge(COSTS.reclaimScan);
    statistics.refilled++;
    if (k.takeAccessed(index) > 0 && k.isMappedCode(index)) {
      moveToHead(k, ACTIVE[kind], index);
      addCost(k, kind, 1);
      continue;
    }
    moveToHead(k, INACTIVE[kind], index);
    frames.age[index] = AGE.workingSet;
    statistics.deactivated++;
  }
}

/** The oldest inactive page: is it to be taken, or has it been used? Linux's folio_check_references. */
function judge(k: PolicyMemory, kind: Kind, index: number): "take" | "keep" | "activate" {
  const { age } = k.vm.frames;
  const usedBefore = k.takeReferenced(index) || (age[index] & AGE.referenced) !== 0;
  age[index] &= ~AGE.referenced;
  const uses = k.takeAccessed(index);
  if (uses === 0 || k.isDisposable(index)) return "take";
  if (usedBefore || uses > 1 || (kind === "file" && k.isMappedCode(index))) return "activate";
  age[index] |= AGE.referenced;
  return "keep";
}

export const twoListsPolicy: ReplacementPolicy = {
  victim(k) {
    // Every page becomes inactive and unused in time, if nobody runs meanwhile: active, inactive, kept once, taken.
    for (let looks = 3 * (lengthOf(k, "anonymous") + lengthOf(k, "file")); looks > 0; looks--) {
      const kind = chooseKind(k);
      if (kind === null) return -1;
      if (isInactiveLow(k, kind)) refill(k, kind);
      const index = tailOf(k, INACTIVE[kind]);
      if (index < 0) continue;
      k.charge(COSTS.reclaimScan);
      const verdict = judge(k, kind, index);
      if (verdict === "take") return index;
      addCost(k, kind, 1);
      if (verdict === "keep") moveToHead(k, INACTIVE[kind], index);
      else {
        activate(k, index);
        k.vm.statistics.activated++;
      }
    }
    return -1;
  },
  usedAgain(k, index) {
    const list = k.vm.frames.list[index];
    if (list === LIST.inactiveFile || list === LIST.inactiveAnonymous) activate(k, index);
  },
  spare(k, index) {
    const list = k.vm.frames.list[index];
    moveToHead(k, list, index);
  },
  /** When it was, by the clock of evictions and activations, and whether it had been active. */
  evicted(k, index) {
    return 2 * ++k.vm.reclaim.age + (k.vm.frames.age[index] & AGE.workingSet ? 1 : 0);
  },
  returned(k, index, token) {
    const shadow = { age: Math.floor(token / 2), wasActive: token % 2 === 1 };
    settleReturn(k, index, shadow, kindOf(k, index) === "file", k.hasSwap());
  },
};
