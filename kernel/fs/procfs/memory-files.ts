/**
 * The files of /proc about the memory of the whole computer: meminfo, vmstat, swaps, buddyinfo, zoneinfo. proc(5); names,
 * order and columns are those of Linux 6.1 on one processor whose memory is one zone. What Quire has not (slabs,
 * compaction) has no line in vmstat; in meminfo, where programs look for lines by name, it is 0.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import type { Kernel } from "../../kernel.ts";
import { type FrameCensus, takeCensus } from "../../vm/census.ts";
import { commitLimit } from "../../vm/commit.ts";
import { dirtyLimits } from "../../vm/dirty.ts";
import { MAX_ORDER } from "../../vm/frame-allocators.ts";
import { HUGE_PAGES } from "../../vm/huge-page.ts";
import { hugetlbFrames, poolOf, poolSize } from "../../vm/hugetlb/pool.ts";
import { DEFAULT_SIZE } from "../../vm/hugetlb/sizes.ts";
import { GENERATIONS, generationList, LIST } from "../../vm/page-lists.ts";
import { swapAreas, swapTotals } from "../../vm/swap-area.ts";
import { describePath } from "../names.ts";
import type { ByteString } from "../types.ts";
import { kibibytes } from "./text.ts";

const ZONE = "DMA32";
const KIB_PER_PAGE = PAGE_SIZE / 1024;
const SECTORS_PER_KIB = 2;

/** What a line is worked out from. */
interface Figures extends FrameCensus {
  readonly k: Kernel;
  readonly active: { readonly anonymous: number; readonly file: number };
  readonly inactive: { readonly anonymous: number; readonly file: number };
  readonly swap: ReturnType<typeof swapTotals>;
}

function figuresOf(k: Kernel): Figures {
  const { lengths } = k.vm.reclaim;
  return {
    ...takeCensus(k),
    k,
    active: {
      anonymous: lengths[LIST.activeAnonymous] + generations(k, false, true),
      file: lengths[LIST.activeFile] + generations(k, true, true),
    },
    // The policies that have one list have no active pages.
    inactive: {
      anonymous: lengths[LIST.inactiveAnonymous] + lengths[LIST.queue] + generations(k, false, false),
      file: lengths[LIST.inactiveFile] + generations(k, true, false),
    },
    swap: swapTotals(k),
  };
}

/** Pages of the two youngest generations, which count as active (lru_gen_is_active), or of the others. */
function generations(k: Kernel, isFile: boolean, active: boolean): number {
  const { lengths, generations: g } = k.vm.reclaim;
  let pages = 0;
  for (let age = active ? 0 : 2; age < (active ? 2 : GENERATIONS); age++)
    if (g.max - age >= 0) pages += lengths[generationList(isFile, g.max - age)];
  return pages;
}

/** Linux's si_mem_available: what programs may still use without anything being swapped out. */
function available({ k, active, inactive, reclaimableFile }: Figures): number {
  const { low, high } = k.vm.reclaim.watermarks;
  const listed = active.file + inactive.file;
  const cached = listed > 0 ? Math.min(listed, reclaimableFile) : reclaimableFile;
  return Math.max(0, k.vm.frames.free - high + cached - Math.min(Math.floor(cached / 2), low));
}

const none = () => 0;

/** Pages. */
// biome-ignore format: a table is read in columns
const MEMINFO: readonly (readonly [name: string, pages: (f: Figures) => number])[] = [
  ["MemTotal",       ({ k }) => k.vm.frames.count],
  ["MemFree",        ({ k }) => k.vm.frames.free],
  ["MemAvailable",   available],
  ["Buffers",        ({ buffers }) => buffers],
  ["Cached",         ({ k, buffers }) => k.vm.cache.filePages + k.vm.cache.sharedPages - buffers],
  ["SwapCached",     ({ swap }) => swap.cached],
  ["Active",         ({ active }) => active.anonymous + active.file],
  ["Inactive",       ({ inactive }) => inactive.anonymous + inactive.file],
  ["Active(anon)",   ({ active }) => active.anonymous],
  ["Inactive(anon)", ({ inactive }) => inactive.anonymous],
  ["Active(file)",   ({ active }) => active.file],
  ["Inactive(file)", ({ inactive }) => inactive.file],
  ["Unevictable",    ({ k }) => k.vm.reclaim.lengths[LIST.unevictable]],
  ["Mlocked",        ({ locked }) => locked],
  ["SwapTotal",      ({ swap }) => swap.total],
  ["SwapFree",       ({ swap }) => swap.free],
  ["Dirty",          ({ k }) => k.vm.cache.dirtyPages],
  ["Writeback",      ({ writing }) => writing],
  ["AnonPages",      ({ anonymous }) => anonymous],
  ["Mapped",         ({ mapped }) => mapped],
  ["Shmem",          ({ k }) => k.vm.cache.sharedPages],
  ["KReclaimable",   none],
  ["Slab",           none],
  ["SReclaimable",   none],
  ["SUnreclaim",     none],
  ["KernelStack",    none],
  ["PageTables",     ({ tables }) => tables],
  ["SecPageTables",  none],
  ["NFS_Unstable",   none],
  ["Bounce",         none],
  ["WritebackTmp",   none],
  ["CommitLimit",    ({ k }) => commitLimit(k)],
  ["Committed_AS",   ({ k }) => k.vm.commit.committed],
  ["VmallocTotal",   none],
  ["VmallocUsed",    none],
  ["VmallocChunk",   none],
  ["Percpu",         none],
  ["AnonHugePages",  ({ k }) => k.vm.huge.pages * HUGE_PAGES],
  ["ShmemHugePages", none],
  ["ShmemPmdMapped", none],
  ["FileHugePages",  none],
  ["FilePmdMapped",  none],
];

/** Numbers of huge pages of the usual size: Linux's hugetlb_report_meminfo. */
function poolRows(k: Kernel): [name: string, pages: number][] {
  const pool = poolOf(k, DEFAULT_SIZE.order);
  return [
    ["HugePages_Total", poolSize(pool)],
    ["HugePages_Free", pool.free.length],
    ["HugePages_Rsvd", pool.reserved],
    ["HugePages_Surp", pool.surplus],
  ];
}

export function meminfo(k: Kernel): ByteString {
  const figures = figuresOf(k);
  const kB = (pages: number) => String(kibibytes(pages * PAGE_SIZE)).padStart(8);
  const line = (name: string, value: string) => `${`${name}:`.padEnd(16)}${value}\n`;
  return [
    ...MEMINFO.map(([name, pages]) => line(name, `${kB(pages(figures))} kB`)),
    ...poolRows(k).map(([name, count]) => line(name, String(count).padStart(8))),
    line("Hugepagesize", `${kB(2 ** DEFAULT_SIZE.order)} kB`),
    line("Hugetlb", `${kB(hugetlbFrames(k))} kB`),
  ].join("");
}

const diskKib = (k: Kernel, name: "sectorsRead" | "sectorsWritten") =>
  Math.floor(k.fs.disks.reduce((sum, disk) => sum + disk[name], 0) / SECTORS_PER_KIB);

/** Of the zone; of the node; counted since boot. */
// biome-ignore format: a table is read in columns
const ZONE_ROWS: readonly (readonly [name: string, value: (f: Figures) => number])[] = [
  ["nr_free_pages",          ({ k }) => k.vm.frames.free],
  ["nr_zone_inactive_anon",  ({ inactive }) => inactive.anonymous],
  ["nr_zone_active_anon",    ({ active }) => active.anonymous],
  ["nr_zone_inactive_file",  ({ inactive }) => inactive.file],
  ["nr_zone_active_file",    ({ active }) => active.file],
  ["nr_zone_unevictable",    ({ k }) => k.vm.reclaim.lengths[LIST.unevictable]],
  ["nr_zone_write_pending",  ({ k, writing }) => k.vm.cache.dirtyPages + writing],
  ["nr_mlock",               ({ locked }) => locked],
];

// biome-ignore format: a table is read in columns
const NODE_ROWS: typeof ZONE_ROWS = [
  ["nr_inactive_anon",         ({ inactive }) => inactive.anonymous],
  ["nr_active_anon",           ({ active }) => active.anonymous],
  ["nr_inactive_file",         ({ inactive }) => inactive.file],
  ["nr_active_file",           ({ active }) => active.file],
  ["nr_unevictable",           ({ k }) => k.vm.reclaim.lengths[LIST.unevictable]],
  ["workingset_refault_anon",  ({ k }) => k.vm.statistics.refaultsAnonymous],
  ["workingset_refault_file",  ({ k }) => k.vm.statistics.refaultsFile],
  ["workingset_activate_anon", ({ k }) => k.vm.statistics.refaultActivationsAnonymous],
  ["workingset_activate_file", ({ k }) => k.vm.statistics.refaultActivationsFile],
  ["workingset_restore_anon",  ({ k }) => k.vm.statistics.refaultRestoresAnonymous],
  ["workingset_restore_file",  ({ k }) => k.vm.statistics.refaultRestoresFile],
  ["nr_anon_pages",            ({ anonymous }) => anonymous],
  ["nr_mapped",                ({ mapped }) => mapped],
  ["nr_file_pages",            ({ k, swap }) => k.vm.cache.filePages + k.vm.cache.sharedPages + swap.cached],
  ["nr_dirty",                 ({ k }) => k.vm.cache.dirtyPages],
  ["nr_writeback",             ({ writing }) => writing],
  ["nr_shmem",                 ({ k }) => k.vm.cache.sharedPages],
  ["nr_shmem_hugepages",       none],
  ["nr_shmem_pmdmapped",       none],
  ["nr_file_hugepages",        none],
  ["nr_file_pmdmapped",        none],
  ["nr_anon_transparent_hugepages", ({ k }) => k.vm.huge.pages],
  ["nr_dirtied",               ({ k }) => k.vm.statistics.pagesDirtied],
  ["nr_written",               ({ k }) => k.vm.statistics.pagesWritten],
  ["nr_page_table_pages",      ({ tables }) => tables],
  ["nr_swapcached",            ({ swap }) => swap.cached],
];

// biome-ignore format: a table is read in columns
const EVENT_ROWS: typeof ZONE_ROWS = [
  ["nr_dirty_threshold",            ({ k }) => dirtyLimits(k).most],
  ["nr_dirty_background_threshold", ({ k }) => dirtyLimits(k).background],
  ["pgpgin",                   ({ k }) => diskKib(k, "sectorsRead")],
  ["pgpgout",                  ({ k }) => diskKib(k, "sectorsWritten")],
  ["pswpin",                   ({ k }) => k.vm.swap.pagesIn],
  ["pswpout",                  ({ k }) => k.vm.swap.pagesOut],
  ["pgalloc_dma32",            ({ k }) => k.vm.statistics.framesAllocated],
  ["allocstall_dma32",         ({ k }) => k.vm.statistics.allocationStalls],
  ["pgfree",                   ({ k }) => k.vm.statistics.framesFreed],
  ["pgactivate",               ({ k }) => k.vm.statistics.activated],
  ["pgdeactivate",             ({ k }) => k.vm.statistics.deactivated],
  ["pgfault",                  ({ k }) => k.vm.statistics.minorFaults + k.vm.statistics.majorFaults],
  ["pgmajfault",               ({ k }) => k.vm.statistics.majorFaults],
  ["pglazyfreed",              ({ k }) => k.vm.statistics.lazyFreed],
  ["pgrefill",                 ({ k }) => k.vm.statistics.refilled],
  ["pgreuse",                  ({ k }) => k.vm.statistics.faults["copy-on-write-takeover"]],
  ["pgsteal_kswapd",           ({ k }) => k.vm.statistics.stolenInBackground],
  ["pgsteal_direct",           ({ k }) => k.vm.statistics.stolenDirectly],
  ["pgscan_kswapd",            ({ k }) => k.vm.statistics.scannedInBackground],
  ["pgscan_direct",            ({ k }) => k.vm.statistics.scannedDirectly],
  ["pgscan_anon",              ({ k }) => k.vm.statistics.scannedAnonymous],
  ["pgscan_file",              ({ k }) => k.vm.statistics.scannedFile],
  ["pgsteal_anon",             ({ k }) => k.vm.statistics.stolenAnonymous],
  ["pgsteal_file",             ({ k }) => k.vm.statistics.stolenFile],
  ["pageoutrun",               ({ k }) => k.vm.statistics.backgroundWakes],
  ["oom_kill",                 ({ k }) => k.vm.statistics.oomKills],
  ["htlb_buddy_alloc_success", ({ k }) => k.vm.hugetlb.allocated],
  ["htlb_buddy_alloc_fail",    ({ k }) => k.vm.hugetlb.refused],
  ["unevictable_pgs_culled",   ({ k }) => k.vm.statistics.culled],
  ["unevictable_pgs_rescued",  ({ k }) => k.vm.statistics.rescued],
  ["thp_fault_alloc",          ({ k }) => k.vm.statistics.hugeFaults],
  ["thp_fault_fallback",       ({ k }) => k.vm.statistics.hugeFallbacks],
  ["thp_fault_fallback_charge", none],
  ["thp_collapse_alloc",       ({ k }) => k.vm.statistics.hugeCollapses],
  ["thp_collapse_alloc_failed", ({ k }) => k.vm.statistics.hugeCollapseFailures],
  ["thp_file_alloc",           none],
  ["thp_file_fallback",        none],
  ["thp_file_fallback_charge", none],
  ["thp_file_mapped",          none],
  ["thp_split_page",           ({ k }) => k.vm.statistics.splitPages],
  ["thp_split_page_failed",    none],
  // What nobody maps whole is ordinary frames at once: nothing waits to be split.
  ["thp_deferred_split_page",  none],
  ["thp_split_pmd",            ({ k }) => k.vm.statistics.splitLeaves],
  ["thp_scan_exceed_none_pte", ({ k }) => k.vm.statistics.hugeScanHoles],
  ["thp_scan_exceed_swap_pte", ({ k }) => k.vm.statistics.hugeScanSwapped],
  ["thp_scan_exceed_share_pte", ({ k }) => k.vm.statistics.hugeScanShared],
  ["thp_zero_page_alloc",      ({ k }) => k.vm.statistics.hugeZeroes],
  ["thp_zero_page_alloc_failed", ({ k }) => k.vm.statistics.hugeZeroFailures],
  ["thp_swpout",               none],
  ["thp_swpout_fallback",      ({ k }) => k.vm.statistics.hugeSwapFallbacks],
  ["ksm_swpin_copy",           none],
  ["cow_ksm",                  ({ k }) => k.vm.statistics.mergedCopied],
];

export function vmstat(k: Kernel): ByteString {
  const figures = figuresOf(k);
  return [...ZONE_ROWS, ...NODE_ROWS, ...EVENT_ROWS].map(([name, value]) => `${name} ${value(figures)}\n`).join("");
}

export function swaps(k: Kernel): ByteString {
  const rows = swapAreas(k).map(({ inode, usable, used, priority }) => {
    const path = describePath(k, inode).replace(
      /[ \t\n\\]/g,
      (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`,
    );
    const kind = inode.data.kind === "device" ? "partition" : "file\t";
    const kib = (pages: number) => {
      const size = pages * KIB_PER_PAGE;
      return `${size}\t${size < 10_000_000 ? "\t" : ""}`;
    };
    return `${path.length < 40 ? path.padEnd(40) : `${path} `}${kind}\t${kib(usable)}${kib(used)}${priority}\n`;
  });
  return `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${rows.join("")}`;
}

/** Free blocks of each order. First-fit knows single frames only. */
function freeBlocks(k: Kernel): number[] {
  const { freeLists, next } = k.vm.frames;
  return Array.from({ length: MAX_ORDER + 1 }, (_, order) => {
    let count = 0;
    for (let block = freeLists[order]; block !== 0; block = next[block - 1]) count++;
    return count;
  });
}

const zoneName = `Node 0, zone ${ZONE.padStart(8)}`;

export function buddyinfo(k: Kernel): ByteString {
  const counts = freeBlocks(k).map((count) => `${String(count).padStart(6)} `);
  return `${zoneName} ${counts.join("")}\n`;
}

export function zoneinfo(k: Kernel): ByteString {
  const figures = figuresOf(k);
  const { frames, reclaim } = k.vm;
  const indented = (rows: typeof ZONE_ROWS) =>
    rows.map(([name, value]) => `      ${name.padEnd(12)} ${value(figures)}\n`).join("");
  const { min, low, high } = reclaim.watermarks;
  const sizes = {
    boost: 0,
    min,
    low,
    high,
    spanned: frames.count,
    present: frames.count,
    managed: frames.count,
    cma: 0,
  };
  const pages = Object.entries(sizes).map(([name, value]) => `        ${name.padEnd(8)} ${value}\n`);
  return [
    `${zoneName}\n  per-node stats\n`,
    indented(NODE_ROWS),
    `  pages free     ${frames.free}\n`,
    ...pages,
    "        protection: (0, 0, 0)\n",
    indented(ZONE_ROWS),
    "  node_unreclaimable:  0\n",
    `  start_pfn:           ${frames.first}\n`,
  ].join("");
}
