/** The state of virtual memory on a machine that was just switched on: all RAM free but the kernel's own frames. */

import type { Machine } from "../../cpu/machine.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { createDueWork } from "../due-work.ts";
import { panic } from "../panic.ts";
import { ASID_LIMIT, createAsids } from "./asid.ts";
import { noFaults } from "./fault-kinds.ts";
import { allocateFrame, createFrames, NO_FRAME, OWNER } from "./frames.ts";
import { createHuge } from "./huge-policy.ts";
import { createHugetlb } from "./hugetlb/pool.ts";
import { createMerge } from "./merge-boot.ts";
import { createPageCache } from "./page-cache.ts";
import { createRefaults } from "./refault.ts";
import { createReverseMap } from "./reverse-map.ts";
import { createContiguous } from "./runs.ts";
import { hasPages, shapeOf, type TranslationName } from "./shape.ts";
import { createSwap } from "./swap-area.ts";
import type { HugeState, MemorySettings, SegmentFit, VmPolicies, VmState, VmStatistics } from "./types.ts";
import { createFlusher, createReclaim, defaultMinFree } from "./watermarks.ts";
import { createUse } from "./working-set.ts";

/** What can be chosen; the defaults are the real policies. */
export interface VmOptions extends VmPolicies {
  readonly translation: TranslationName;
  /** Of schemes without pages: ContiguousState. */
  readonly segmentFit: SegmentFit;
  readonly compaction: boolean;
  /** Highest address-space number: small ones show the rollover. */
  readonly asids: number;
  /** vm.max_map_count. */
  readonly maxMapCount: number;
  /** See VmState.checking. */
  readonly checking: boolean;
  /** kernel.randomize_va_space at boot. */
  readonly randomizeVaSpace: number;
  /** See ReclaimState. */
  readonly resident: number;
  readonly follows: boolean;
  /** Transparent huge pages: huge-policy.ts. */
  readonly thp: HugeState["mode"] | "auto";
  /** Working sets: working-set.ts. */
  readonly window: number;
}

const DEFAULTS: VmOptions = {
  translation: "paging",
  segmentFit: "first-fit",
  compaction: true,
  frames: "buddy",
  fork: "copy-on-write",
  population: "demand",
  replacement: "two-lists",
  asids: ASID_LIMIT,
  maxMapCount: 65_530,
  checking: false,
  randomizeVaSpace: 2,
  resident: 0,
  follows: false,
  thp: "auto",
  window: 0,
};

function newStatistics(): VmStatistics {
  return {
    faults: noFaults(),
    minorFaults: 0,
    majorFaults: 0,
    framesAllocated: 0,
    framesFreed: 0,
    pagesZeroed: 0,
    pagesCopied: 0,
    oomKills: 0,
    scannedInBackground: 0,
    scannedDirectly: 0,
    stolenInBackground: 0,
    stolenDirectly: 0,
    scannedAnonymous: 0,
    scannedFile: 0,
    stolenAnonymous: 0,
    stolenFile: 0,
    refilled: 0,
    activated: 0,
    deactivated: 0,
    allocationStalls: 0,
    backgroundWakes: 0,
    backgroundDone: 0,
    culled: 0,
    rescued: 0,
    lazyFreed: 0,
    refaultsAnonymous: 0,
    refaultsFile: 0,
    refaultActivationsAnonymous: 0,
    refaultActivationsFile: 0,
    refaultRestoresAnonymous: 0,
    refaultRestoresFile: 0,
    pagesDirtied: 0,
    pagesWritten: 0,
    splitLeaves: 0,
    splitPages: 0,
    hugeSwapFallbacks: 0,
    mergedCopied: 0,
    hugeFaults: 0,
    hugeFallbacks: 0,
    hugeZeroes: 0,
    hugeZeroFailures: 0,
    hugeCollapses: 0,
    hugeCollapseFailures: 0,
    hugeScanHoles: 0,
    hugeScanSwapped: 0,
    hugeScanShared: 0,
    flushedPages: 0,
    flushedSpaces: 0,
    flushedAll: 0,
  };
}

/** Linux's defaults. */
const DEFAULT_SETTINGS: MemorySettings = {
  overcommitMemory: 0,
  overcommitRatio: 50,
  overcommitKbytes: 0,
  adminReserveKbytes: 8192,
  userReserveKbytes: 131_072,
  swappiness: 60,
  pageCluster: 3,
  minFreeKbytes: 0,
  dirtyRatio: 20,
  dirtyBackgroundRatio: 10,
  dirtyBytes: 0,
  dirtyBackgroundBytes: 0,
  dirtyWritebackCentisecs: 500,
  dirtyExpireCentisecs: 3000,
  oomKillAllocatingTask: 0,
  oomDumpTasks: 1,
  panicOnOom: 0,
  randomizeVaSpace: 2,
  mmapMinAddr: 65_536,
};

/** Numbers that newChannel never gives. */
const RECLAIM_CHANNEL = -2;
const FLUSHER_CHANNEL = -3;

/** Finds RAM and takes it over. Panics when there is too little for the kernel's own frames. */
export function createVm(machine: Machine, options: Partial<VmOptions> = {}): VmState {
  const choices = { ...DEFAULTS, ...options };
  const { translation, frames, fork, population, replacement, resident, follows } = choices;
  const { asids, maxMapCount, checking, randomizeVaSpace, thp, segmentFit, compaction, window } = choices;
  const { paging } = machine.config;
  const contiguous = hasPages(translation) ? null : createContiguous(segmentFit, compaction);
  // Where memory is given out in pieces of any size, what is given out by the frame keeps out of the way.
  const single = contiguous === null ? frames : "highest-first";
  const state = {
    paging,
    translation,
    ...shapeOf(translation, paging, machine.ram),
    policies: { frames: single, fork, population, replacement },
    frames: createFrames(machine.ram, single),
    reverse: createReverseMap(),
    cache: createPageCache(),
    swap: createSwap(),
    reclaim: createReclaim(machine.ram, RECLAIM_CHANNEL, {
      replacement,
      resident,
      follows: resident > 0 || follows,
      seed: machine.config.seed,
    }),
    refaults: createRefaults(machine.ram.size / PAGE_SIZE),
    use: createUse(contiguous === null ? window : 0),
    flusher: createFlusher(FLUSHER_CHANNEL),
    merge: createMerge(),
    commit: { committed: 0 },
    settings: { ...DEFAULT_SETTINGS, randomizeVaSpace, minFreeKbytes: defaultMinFree(machine.ram.size) },
    huge: createHuge(thp, machine.ram.size),
    hugetlb: createHugetlb(),
    asids: createAsids(asids),
    contiguous,
    spaces: new Map(),
    nextSpace: 1,
    zeroFrame: NO_FRAME,
    trampolineFrame: NO_FRAME,
    maxMapCount,
    checking,
    statistics: newStatistics(),
  };
  const due = createDueWork();
  const kernel = { machine, vm: state, listeners: [], deathListeners: [], current: null, references: null, due };
  state.zeroFrame = allocateFrame(kernel, OWNER.kernel);
  state.trampolineFrame = allocateFrame(kernel, OWNER.kernel);
  if (state.trampolineFrame === NO_FRAME) panic("RAM holds the kernel's own frames", { ram: machine.ram.size });
  return state;
}
