/**
 * Reclaim under the laboratory's limit (--resident N) where RAM itself is too small: frames are found without asking the policy,
 * so that what it knows stays a function of the reference string.
 *
 *   pages that nobody maps (files that calls have read, what is read ahead) ─► then those of processes, in the order of the lists
 *
 * (1) What is taken from processes is told to whoever records, so that a replay of the same run loses it at the same moment.
 * (2) Locked pages, and those condemned, which leave anyway, are not asked.
 */
import { COSTS } from "../../cpu/costs.ts";
import type { Kernel } from "../kernel.ts";
import { frameLeaves, frameStaysOutside, framesOf, isPolicys, LIST, LISTS } from "./page-lists.ts";
import { isLocked } from "./page-references.ts";
import { type Reclaimed, type Reclaimer, returnFromTransfer, tryEvict } from "./reclaim.ts";
import { takeResident } from "./residents.ts";

/** Takes up to `want` frames. @returns how many are free now, and how many will be when their transfers end */
export function reclaimUnderLimit(k: Kernel, want: number, who: Reclaimer): Reclaimed {
  const sum: Reclaimed = { freed: 0, started: 0 };
  returnFromTransfer(k);
  for (const index of framesOf(k, LIST.outside)) {
    if (sum.freed + sum.started >= want) return sum;
    if (k.vm.frames.list[index] === LIST.outside) tryEvict(k, index, who, sum);
  }
  for (let list = 1; list < LISTS; list++)
    for (const index of isPolicys(list) ? framesOf(k, list) : []) {
      if (sum.freed + sum.started >= want) return sum;
      if (k.vm.frames.list[index] === list) takeFromProcesses(k, index, sum);
    }
  return sum;
}

function takeFromProcesses(k: Kernel, index: number, sum: Reclaimed): void {
  const { list, mappings } = k.vm.frames;
  k.machine.clock.charge(COSTS.reclaimScan);
  if (isLocked(k, index)) return;
  const answer = takeResident(k, index);
  if (answer !== "kept") sum[answer]++;
  if (!isPolicys(list[index]) || list[index] === LIST.none || mappings[index] !== 0) return;
  frameLeaves(k, index);
  frameStaysOutside(k, index);
}
