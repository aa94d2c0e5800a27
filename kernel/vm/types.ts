/**
 * The types of virtual memory's state, and nothing else: plain data, imported by all, importing no function.
 * Which file owns (alone changes) which part stands beside each.
 */
import type { FrameNumber, PagingMode, VirtualAddress } from "../../cpu/paging.ts";
import type { TranslationMode } from "../../cpu/satp.ts";
import type { PagePlace } from "../fs/page-source.ts";
import type { Inode, Mount, ReadAhead } from "../fs/types.ts";
import type { HugeObject, HugeReserve, HugetlbState } from "./hugetlb/types.ts";
import type { MergeState } from "./merge-types.ts";
import type { FlusherState, ReclaimState, RefaultState, UseState } from "./reclaim-types.ts";
import type { TranslationName } from "./shape.ts";
import type { SwapEntry, SwapState } from "./swap-types.ts";

export type * from "./reclaim-types.ts";
export type * from "./swap-types.ts";

/** Why a process touches memory: a load, a store or atomic, a fetch. */
export type Access = "read" | "write" | "execute";

/** Parts with a naive and a real implementation, chosen by name. */
export interface VmPolicies {
  /** Which free frame is given out: frame-allocators.ts. */
  readonly frames: "buddy" | "first-fit" | "highest-first";
  /** What fork does with private pages: fork.ts. */
  readonly fork: "copy-on-write" | "eager";
  /** When the pages of a new mapping become resident: map.ts. */
  readonly population: "demand" | "eager";
  /** Which page leaves RAM: replacement.ts. */
  readonly replacement: "fifo" | "random" | "ageing" | "clock" | "two-lists" | "generations" | "wsclock";
}

/**
 * One row a frame of RAM, by frame index (frame number minus `first`). Owned by frames.ts; the lists of free blocks
 * by frame-allocators.ts.
 */
export interface FrameTable {
  /** Frame number of the first byte of RAM. */
  readonly first: FrameNumber;
  readonly count: number;
  /** A value of OWNER. */
  readonly owner: Uint8Array;
  /** Bits of FRAME. */
  readonly flags: Uint8Array;
  /** Page-table entries that name the frame, plus one for the page cache or swap cache, plus pins. 0 exactly when free. */
  readonly references: Int32Array;
  /** Transfers under way: such a frame is neither freed nor reused. Part of `references`. */
  readonly pins: Uint8Array;
  /** The swap entry whose slot has, or is about to have, what the frame holds; 0: not in the swap cache. swap-cache.ts. */
  readonly slot: Uint32Array;
  /** Which list of the replacement policy the frame is in (0: none), its neighbours (index plus one, 0: the end), its age. */
  readonly list: Uint8Array;
  readonly listNext: Int32Array;
  readonly listPrevious: Int32Array;
  readonly age: Uint8Array;
  /** Merged frame: its node of the stable tree; else 0. merge-nodes.ts. */
  readonly merged: Int32Array;
  /** First reverse-map entry, 0 for none: reverse-map.ts. */
  readonly mappings: Int32Array;
  /** Page table: id of its address space. Cached page: id of its page object. */
  readonly holder: Int32Array;
  /** Page table: first page number that it maps. Cached page: its index in the object. */
  readonly position: Float64Array;
  /** Page table: its level. Free block: its order, in the block's first frame; else 255. */
  readonly order: Uint8Array;
  /** Page table: entries that are not zero. */
  readonly entries: Uint16Array;
  /** Order of the huge page that the frame is part of: 9 (2 MiB), of the pool 18 (1 GiB) too; 0: of none. huge-page.ts. */
  readonly block: Uint8Array;
  /** Page table with leaves: its chunk of the reverse map, 0 for none. */
  readonly chunk: Int32Array;
  /** Free blocks: doubly linked list by order, indices plus one, 0 for the end. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly freeLists: Int32Array;
  free: number;
  /** Frames below this index have been in use; those from it on never were. */
  touched: number;
  /** Counts down at each allocation; the one that reaches 0 fails. 0: never. For tests of running out of memory. */
  failCountdown: number;
}

/** Frame to page-table entries: reverse-map.ts. Entry e lies in chunk (e-1)>>9, slot (e-1)&511. */
export interface ReverseMap {
  /** By entry; 0 ends a list. */
  next: Int32Array;
  previous: Int32Array;
  /** By chunk: frame index of its page table. */
  table: Int32Array;
  /** Chunks that no table uses. */
  readonly freeChunks: number[];
  /** Chunks ever made; chunk 0 is never used. */
  chunks: number;
}

/**
 * What the pages of a mapping come from, when not from nothing: a file's page cache, or memory shared through
 * MAP_SHARED|MAP_ANONYMOUS. Owned by page-cache.ts.
 */
export interface PageObject {
  readonly id: number;
  /** Null: shared anonymous memory. */
  readonly inode: Inode | null;
  /** Shared anonymous memory: id of the System V segment that it is, and lives as long as; else null. kernel/shm.ts. */
  segment: number | null;
  /** SHM_LOCK: its pages are never taken away. */
  locked: boolean;
  /** Bytes of shared anonymous memory; a file's size is its inode's. */
  readonly bytes: number;
  /** Resident pages by index (offset / PAGE_SIZE). */
  readonly pages: Map<number, FrameNumber>;
  /** Pages that are in swap, by index: the object has one use of each slot. No index is in both maps. */
  readonly swapped: Map<number, SwapEntry>;
  /** How Committed_AS counts it, and the indices that count one by one: commit.ts. */
  readonly promise: "none" | "whole" | "by page";
  readonly promised: Set<number>;
  /** The mount in whose capacity promised pages count; null: nobody counts them. fs/capacity.ts. */
  readonly mount: Mount | null;
  /** Vmas of each address space (by id) that map this object. */
  readonly mappers: Map<number, number>;
  /** Where resident pages are kept, by index, of files whose pages may be anywhere (PageSource.claim). */
  readonly places: Map<number, PagePlace>;
  /** Of an object with a home: indices of dirty pages; pages on their way there, by index, in the order of their start, with
   * the number of the transfer (FlusherState.started). */
  readonly dirty: Set<number>;
  readonly writing: Map<number, number>;
  /** Of its mappings, as one reader. */
  readonly ahead: ReadAhead;
  /** A page could not be written: whoever waits for write-back is told once. */
  writeFailed: boolean;
  /** Its pages are huge ones of the pool, and none of those above: hugetlb/. */
  readonly huge: HugeObject | null;
}

export interface PageCache {
  /** By PageObject.id. */
  readonly objects: Map<number, PageObject>;
  /** By inode.id. */
  readonly files: Map<number, PageObject>;
  nextObject: number;
  /** Frames held, file and shared memory, for meminfo. */
  filePages: number;
  sharedPages: number;
  dirtyPages: number;
}

/** Memory that was promised: commit.ts. */
export interface CommitState {
  /** Committed_AS, in pages. */
  committed: number;
}

/** What /proc/sys/vm and /proc/sys/kernel can change: a number each, in the unit of its file. */
export interface MemorySettings {
  overcommitMemory: number;
  overcommitRatio: number;
  overcommitKbytes: number;
  adminReserveKbytes: number;
  userReserveKbytes: number;
  swappiness: number;
  /** Swap is read in groups of 2^pageCluster pages. */
  pageCluster: number;
  minFreeKbytes: number;
  dirtyRatio: number;
  dirtyBackgroundRatio: number;
  /** 0: the share counts; else this, and the share is 0. */
  dirtyBytes: number;
  dirtyBackgroundBytes: number;
  dirtyWritebackCentisecs: number;
  dirtyExpireCentisecs: number;
  oomKillAllocatingTask: number;
  oomDumpTasks: number;
  panicOnOom: number;
  randomizeVaSpace: number;
  mmapMinAddr: number;
}

/** Transparent huge pages: huge-page.ts. */
export interface HugeState {
  /** Transparent huge pages that there are. */
  pages: number;
  /** First frame of the huge page of zeroes (huge-fault.ts); 0 (NO_FRAME) while there is none. Large leaves that name it. */
  zeroFrame: FrameNumber;
  zeroUses: number;
  /** Settings, huge-policy.ts: /sys/kernel/mm/transparent_hugepage, files enabled, defrag, use_zero_page. */
  mode: "always" | "madvise" | "never";
  defrag: "always" | "defer" | "defer+madvise" | "madvise" | "never";
  useZeroPage: number;
  readonly scan: HugeScan;
}

/** Collapsing in the background: huge-scan.ts. The settings are the files of khugepaged/. */
export interface HugeScan {
  defrag: number;
  pagesToScan: number;
  sleepMilliseconds: number;
  allocSleepMilliseconds: number;
  maxPtesNone: number;
  maxPtesSwap: number;
  maxPtesShared: number;
  pagesCollapsed: number;
  fullScans: number;
  /** Spaces to look at, by id, the first one from `page` on; whether waiting may help, and looks in vain. huge-scan-state.ts. */
  readonly candidates: { readonly space: number; page: number; waits: boolean; looks: number }[];
  /** Those of them that are left of the present round. */
  round: number;
  /** When the next step is, in cycles; Infinity: there is nothing to look at. */
  due: number;
}

/** Which hole a run gets: runs.ts. */
export type SegmentFit = "first-fit" | "best-fit" | "worst-fit";

/** Frames in one piece: index of the first in the frame table, and how many. */
export interface Run {
  index: number;
  pages: number;
}

/** Memory without pages: runs.ts. */
export interface ContiguousState {
  readonly fit: SegmentFit;
  /** Whether runs are moved together when there is room, but not in one piece. */
  readonly compaction: boolean;
  /** Runs of shared memory, by PageObject.id. */
  readonly shared: Map<number, Run>;
  /**
   * Since boot: segments that grew in place and that had to move for it; compactions, runs and pages that they moved; requests
   * that failed, or led to a compaction, because what was free lay in pieces; programs loaded over the memory of another.
   */
  readonly figures: {
    grown: number;
    moved: number;
    compactions: number;
    runsMoved: number;
    pagesMoved: number;
    fragmented: number;
    collisions: number;
  };
}

/** Owned by asid.ts. */
export interface AsidState {
  /** Grows when the numbers are used up; a space with an older one must take a new number. */
  generation: number;
  next: number;
  /** Numbers are 1 to limit; 0 is nobody's. */
  readonly limit: number;
  /** Id of the space each hart's satp names; 0 for none. */
  readonly active: number[];
}

/**
 * One mapping: pages start to end - 1 with equal properties. Also a node of its space's tree; `left` to `gap` are
 * vma-tree.ts' own.
 */
export interface Vma {
  start: VirtualAddress;
  /** First address behind it. */
  end: VirtualAddress;
  /** PROT_READ | PROT_WRITE | PROT_EXEC. */
  prot: number;
  /** Bits of VMA. */
  flags: number;
  /** Null: private anonymous or special. */
  object: PageObject | null;
  /** Bytes into the object that `start` shows. Private anonymous: the address at which it was made. */
  offset: number;
  /** Special mapping: its one frame; else 0. Not counted, not in the reverse map. */
  special: FrameNumber;
  /** As /proc/PID/maps shows it: the file's path, "[heap]", "[stack]", or "". */
  name: string;
  /** Whose private pages may lie in one mapping with its own: family.ts. 0: it has none yet. */
  family: number;
  /** It was copied by fork when it had one. */
  inherited: boolean;
  /** It may lie beside an equal neighbour: family.ts (2). */
  apart: boolean;
  /** Private mapping of huge pages: what the pool keeps for it; null: nothing. hugetlb/reserve.ts. */
  reserve: HugeReserve | null;

  left: Vma | null;
  right: Vma | null;
  height: number;
  /** Of the subtree: lowest address in use (guard gap included), first address behind, widest hole inside. */
  low: VirtualAddress;
  high: VirtualAddress;
  gap: number;
}

/** Pages, by what status and statm call them. */
export interface SpaceCounts {
  /** VmSize, and of it: private writable (VmData), growing (VmStk), executable and not writable (VmExe), locked. */
  mapped: number;
  data: number;
  stack: number;
  code: number;
  locked: number;
  /** Resident: RssAnon, RssFile, RssShmem. */
  anonymous: number;
  file: number;
  shared: number;
  /** Entries that say where in swap a page is: VmSwap. */
  swapped: number;
  /** Pages of the pool of huge pages: HugetlbPages. */
  hugetlb: number;
  /** Frames of page tables (VmPTE), the root included. */
  tables: number;
  /** VmPeak and VmHWM. */
  peakMapped: number;
  peakResident: number;
}

/** Owned by address-space.ts. */
export interface AddressSpace {
  readonly id: number;
  /** Processes that use it: more than one only between CLONE_VFORK|CLONE_VM and exec. */
  users: number;
  /** What satp names, a frame of RAM: the top page table, the segment table; 0 for none, and once destroyed. */
  root: FrameNumber;
  /** Vmas or the root have changed since the scheme last saw to it that the hart knows (Scheme.settle). */
  unsettled: boolean;
  asid: number;
  asidGeneration: number;
  /** Bit h: hart h's TLB may hold entries of this space. */
  harts: number;
  vmas: Vma | null;
  vmaCount: number;
  /** The one that was found last: most faults come where the last one came. */
  lastVma: Vma | null;
  nextFamily: number;
  readonly counts: SpaceCounts;
  /** Where things lie; layout.ts draws them, exec fills in the rest. */
  layout: SpaceLayout;
  /** PR_SET_THP_DISABLE: no transparent huge pages. Inherited, and kept by exec. */
  hugeDisabled: boolean;
  /** Level-0 tables in reserve, one for each transparent huge leaf: page-table.ts. */
  readonly deposits: FrameNumber[];
  /** VMA.locked and VMA.lockOnFault as mlockall(MCL_FUTURE) gives them to new mappings; else 0. */
  lockFuture: number;
  /** Page number of the fault that last slept for a disk: it counts as major when it ends. -1: none. */
  waitingPage: number;
  /** Pages, at the last look, and the most that a look has found: working-set.ts. */
  workingSet: number;
  peakWorkingSet: number;
}

export interface SpaceLayout {
  /** New mappings go below this, downwards; with bottomUp above it, upwards. */
  mmapBase: VirtualAddress;
  bottomUp: boolean;
  /** First address behind the stack. */
  stackTop: VirtualAddress;
  /** brk(2): the heap is brkStart to brk - 1. */
  brkStart: VirtualAddress;
  brk: VirtualAddress;
  /** The page with the signal trampoline; until it is mapped where it is to go, 0 for anywhere. */
  trampoline: VirtualAddress;
  /** For /proc/PID/stat: program text and data, stack pointer at start, arguments, environment. */
  codeStart: VirtualAddress;
  codeEnd: VirtualAddress;
  dataStart: VirtualAddress;
  dataEnd: VirtualAddress;
  stackStart: VirtualAddress;
  argumentsStart: VirtualAddress;
  argumentsEnd: VirtualAddress;
  environmentStart: VirtualAddress;
  environmentEnd: VirtualAddress;
}

export interface VmStatistics {
  /** Faults by kind: keys of FAULTS (fault-kinds.ts). */
  readonly faults: Record<string, number>;
  minorFaults: number;
  majorFaults: number;
  /** Times the frame was taken over instead of copied is faults["copy-on-write-takeover"]. */
  framesAllocated: number;
  framesFreed: number;
  pagesZeroed: number;
  pagesCopied: number;
  /** Victims of the OOM killer. */
  oomKills: number;
  /** Reclaim, as /proc/vmstat counts it: pages looked at and taken in the background and by processes themselves. */
  scannedInBackground: number;
  scannedDirectly: number;
  stolenInBackground: number;
  stolenDirectly: number;
  scannedAnonymous: number;
  scannedFile: number;
  stolenAnonymous: number;
  stolenFile: number;
  /** Looked at in active lists; moved between active and inactive. */
  refilled: number;
  activated: number;
  deactivated: number;
  /** Times a process had to reclaim itself, and background reclaim was woken and reached its aim. */
  allocationStalls: number;
  backgroundWakes: number;
  backgroundDone: number;
  /** Locked pages found in the lists, and found unlocked again. */
  culled: number;
  rescued: number;
  lazyFreed: number;
  /** Pages that came back after having been evicted, so soon that they were made active, that they had been active. */
  refaultsAnonymous: number;
  refaultsFile: number;
  refaultActivationsAnonymous: number;
  refaultActivationsFile: number;
  refaultRestoresAnonymous: number;
  refaultRestoresFile: number;
  /** Pages with a home that became dirty, and that were written there. */
  pagesDirtied: number;
  pagesWritten: number;
  /** Large leaves that became tables, and huge pages that became ordinary frames by it: thp_split_pmd, thp_split_page. */
  splitLeaves: number;
  splitPages: number;
  /** Huge pages that were split to go to swap: thp_swpout_fallback. */
  hugeSwapFallbacks: number;
  /** Merged pages that were copied, at a write or to take them apart. */
  mergedCopied: number;
  /** Huge pages given at a fault, and not to be had; zeroes likewise; by collapsing: thp_fault_alloc and so on. */
  hugeFaults: number;
  hugeFallbacks: number;
  hugeZeroes: number;
  hugeZeroFailures: number;
  hugeCollapses: number;
  hugeCollapseFailures: number;
  /** Ranges that were left alone for their holes, pages in swap, shared pages: thp_scan_exceed_none_pte and so on. */
  hugeScanHoles: number;
  hugeScanSwapped: number;
  hugeScanShared: number;
  /** sfence.vma instructions by the kernel: one page, one address space, everything. */
  flushedPages: number;
  flushedSpaces: number;
  flushedAll: number;
}

export interface VmState {
  readonly paging: PagingMode;
  /** The scheme's name, and its shape: shape.ts. */
  readonly translation: TranslationName;
  readonly mode: TranslationMode;
  readonly levels: number;
  /** The level whose table holds segment descriptors; -1: none. */
  readonly descriptorLevel: number;
  /** First address behind user space. */
  readonly userLimit: VirtualAddress;
  readonly policies: VmPolicies;
  readonly frames: FrameTable;
  readonly reverse: ReverseMap;
  readonly cache: PageCache;
  readonly swap: SwapState;
  readonly reclaim: ReclaimState;
  readonly refaults: RefaultState;
  readonly use: UseState;
  readonly flusher: FlusherState;
  readonly merge: MergeState;
  readonly commit: CommitState;
  readonly settings: MemorySettings;
  readonly huge: HugeState;
  /** The pool of huge pages: hugetlb/. */
  readonly hugetlb: HugetlbState;
  readonly asids: AsidState;
  /** Null: memory is made of pages. */
  readonly contiguous: ContiguousState | null;
  /** By AddressSpace.id. */
  readonly spaces: Map<number, AddressSpace>;
  nextSpace: number;
  /** The one frame of zeroes that every untouched anonymous page shows. */
  readonly zeroFrame: FrameNumber;
  /** Code of the signal trampoline, mapped into every process. */
  readonly trampolineFrame: FrameNumber;
  /** Vmas that one space may have: vm.max_map_count. */
  maxMapCount: number;
  /** Check that frames are zero when given out, and spoil them when freed. */
  checking: boolean;
  readonly statistics: VmStatistics;
}
