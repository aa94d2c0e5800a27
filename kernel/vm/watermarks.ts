/**
 * The watermarks: how many frames are kept free, so that whoever needs one seldom has to wait until another is taken back.
 *
 *   free ──► below low: background reclaim wakes ──► at high it rests
 *        └─► at min: only who frees memory, and the kernel itself, gets one; all others must reclaim (shortage.ts)
 *
 * Linux's figures: min is the square root of 16 times the KiB of RAM, in KiB (mm/page_alloc.c, min_free_kbytes); low and
 * high lie a quarter of it above each other. For little RAM they are not Linux's, which would keep an eighth of 1 MiB
 * unused: min is at most a 32nd of RAM there, and the steps are at least the pages that one write to swap takes, so
 * that writing in clusters pays. RAM      1 MiB   4 MiB  16 MiB  128 MiB   1 GiB      in frames
 *                     min          8      32     128      362    1024
 *                     low, high 16, 24  40, 48  160, 192 452, 543 1280, 1536
 */

import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { Ram } from "../../cpu/ram.ts";
import { WORK } from "../due-work.ts";
import { isKilled } from "../signal-state.ts";
import { LISTS } from "./page-lists.ts";
import { TICK } from "./replacement-memory.ts";
import type { FlusherState, GenerationState, ReclaimState, VmPolicies } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

const KIB_PER_FRAME = PAGE_SIZE / 1024;
/** Linux's largest default: 256 MiB. */
const MOST_MIN_FREE = 262_144;
const SMALL_SHARE = 32;
/** Pages of one write to swap. */
const LEAST_STEP = 8;

/** vm.min_free_kbytes of a computer with so many bytes of RAM. */
export function defaultMinFree(ramBytes: number): number {
  const kib = ramBytes / 1024;
  return Math.min(Math.floor(Math.sqrt(kib * 16)), Math.floor(kib / SMALL_SHARE), MOST_MIN_FREE);
}

function watermarksFor(minFreeKbytes: number): ReclaimState["watermarks"] {
  const min = Math.max(1, Math.floor(minFreeKbytes / KIB_PER_FRAME));
  const step = Math.max(LEAST_STEP, Math.floor(min / 4));
  return { min, low: min + step, high: min + 2 * step };
}

/** vm.min_free_kbytes has changed: what it says holds from now on. */
export function applyMinFree(k: VmKernel): void {
  k.vm.reclaim.watermarks = watermarksFor(k.vm.settings.minFreeKbytes);
  k.vm.reclaim.failures = 0;
}

/** After so many attempts that got nothing background reclaim rests until a process has got something, or has ended. */
export const MOST_FAILURES = 16;

/**
 * Whether the running process may have a frame, and the waking of background reclaim. The last frames are for the kernel
 * (between processes) and for those who are dying: what they do gives memory back.
 */
export function mayTake(k: VmKernel): boolean {
  const { free } = k.vm.frames;
  const { watermarks, failures } = k.vm.reclaim;
  if (free > watermarks.low) return true;
  if ((k.due.work & WORK.reclaim) === 0 && failures < MOST_FAILURES) {
    k.due.work |= WORK.reclaim;
    k.vm.statistics.backgroundWakes++;
  }
  if (free > watermarks.min) return true;
  const p = k.current;
  return free > 0 && (p === null || p.oomVictim || isKilled(p.signals));
}

/** What the reclaim state is made for. */
export interface ReclaimChoices {
  readonly replacement: VmPolicies["replacement"];
  /** See ReclaimState. */
  readonly resident: number;
  readonly follows: boolean;
  readonly seed: number;
}

/** Kinds times tiers. */
const CELLS = 8;

/** All generations empty, as many as may be: Linux's lru_gen_init_lruvec. */
export function createGenerations(): GenerationState {
  return {
    max: 3,
    min: [0, 0],
    refaulted: new Float64Array(CELLS),
    evicted: new Float64Array(CELLS),
    protected: new Float64Array(CELLS),
    averageRefaulted: new Float64Array(CELLS),
    averageTotal: new Float64Array(CELLS),
  };
}

/** Nothing in any list. */
export function createReclaim(ram: Ram, channel: number, choices: ReclaimChoices): ReclaimState {
  return {
    ...createPolicyState(choices, ram.size / PAGE_SIZE),
    watermarks: watermarksFor(defaultMinFree(ram.size)),
    unlocked: false,
    shortage: 0,
    leaving: 0,
    channel,
    stalls: 0,
    failures: 0,
    nextTick: TICK,
    arriving: [],
    evicting: false,
  };
}

/** The part that replacement policies, and the laboratory's limit, work with. */
export type PolicyState = Omit<
  ReclaimState,
  | "watermarks"
  | "unlocked"
  | "shortage"
  | "leaving"
  | "channel"
  | "stalls"
  | "failures"
  | "nextTick"
  | "arriving"
  | "evicting"
>;

/** Nothing in any list, nothing learned. @param pages that there may be, numbered from 0 */
export function createPolicyState(choices: ReclaimChoices, pages: number): PolicyState {
  const { replacement, resident, follows, seed } = choices;
  // Only one policy needs them: elsewhere they take no memory.
  const clocks = replacement === "wsclock" ? pages : 0;
  return {
    heads: new Int32Array(LISTS),
    tails: new Int32Array(LISTS),
    lengths: new Int32Array(LISTS),
    cost: { anonymous: 0, file: 0 },
    turn: 0,
    age: 0,
    nextSample: 0,
    evicted: 0,
    generations: createGenerations(),
    usedAt: new Float64Array(clocks),
    usedBy: new Int32Array(clocks),
    now: 0,
    running: 0,
    virtual: new Map(),
    resident,
    chance: seed >>> 0,
    follows,
    fresh: [],
    room: false,
    tokens: new Float64Array(resident > 0 ? pages : 0),
  };
}

/** Nothing dirty. */
export function createFlusher(channel: number): FlusherState {
  return { dirtied: new Map(), due: Number.POSITIVE_INFINITY, writing: 0, started: 0, channel };
}
