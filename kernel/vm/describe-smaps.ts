/** /proc/PID/smaps and smaps_rollup: the text. The figures are smaps.ts'. proc(5). */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { vmaList } from "./address-space.ts";
import { describeRange, describeVma } from "./describe.ts";
import { isEligible } from "./huge-policy.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "./prot.ts";
import { addMapping, type MappingFigures, noFigures, wholeBytes } from "./smaps.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { VMA } from "./vma.ts";

const kB = (bytes: number) => `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;
const row = (title: string, bytes: number) => `${`${title}:`.padEnd(16)}${kB(bytes)}\n`;

/** Letters of VmFlags in the order of Linux's bits. Every mapping may be read: mr. */
// biome-ignore format: a table is read in columns
const FLAGS: readonly (readonly [letters: string, holds: (v: Vma) => boolean])[] = [
  ["rd", (v) => (v.prot & PROT_READ) !== 0],
  ["wr", (v) => (v.prot & PROT_WRITE) !== 0],
  ["ex", (v) => (v.prot & PROT_EXEC) !== 0],
  // What can never be written is no VM_SHARED for Linux: only ms says that it is MAP_SHARED.
  ["sh", (v) => has(v, VMA.shared) && has(v, VMA.mayWrite)],
  ["mr", () => true],
  ["mw", (v) => has(v, VMA.mayWrite) || !has(v, VMA.shared)],
  ["me", (v) => !has(v, VMA.neverExecuted)],
  ["ms", (v) => has(v, VMA.shared)],
  ["gd", (v) => has(v, VMA.growsDown)],
  ["lo", (v) => has(v, VMA.locked)],
  ["sr", (v) => has(v, VMA.sequential)],
  ["rr", (v) => has(v, VMA.random)],
  ["dc", (v) => has(v, VMA.dontFork)],
  ["de", (v) => v.special !== 0 || has(v, VMA.hugetlb)],
  // VM_LOCKONFAULT has no letters in Linux either.
  ["??", (v) => has(v, VMA.lockOnFault)],
  ["ac", (v) => has(v, VMA.accounted)],
  ["nr", (v) => has(v, VMA.noReserve)],
  ["ht", (v) => has(v, VMA.hugetlb)],
  ["wf", (v) => has(v, VMA.wipeOnFork)],
  ["dd", (v) => has(v, VMA.dontDump)],
  ["mg", (v) => has(v, VMA.mergeable)],
  ["hg", (v) => has(v, VMA.hugePages)],
  ["nh", (v) => has(v, VMA.noHugePages)],
];

const has = (v: Vma, flag: number) => (v.flags & flag) !== 0;

/** What smaps and smaps_rollup have in common behind Pss_Dirty. */
function commonRows(f: MappingFigures): string {
  return [
    row("Shared_Clean", f.sharedClean),
    row("Shared_Dirty", f.sharedDirty),
    row("Private_Clean", f.privateClean),
    row("Private_Dirty", f.privateDirty),
    row("Referenced", f.referenced),
    row("Anonymous", f.anonymous),
    row("LazyFree", f.lazyFree),
    row("AnonHugePages", f.hugeAnonymous),
    ...["ShmemPmdMapped", "FilePmdMapped"].map((t) => row(t, 0)),
    row("Shared_Hugetlb", f.sharedHugetlb),
    row("Private_Hugetlb", f.privateHugetlb),
    row("Swap", f.swap),
    row("SwapPss", wholeBytes(f.swapShare)),
    row("Locked", wholeBytes(f.lockedShare)),
  ].join("");
}

const pageSizeOf = (v: Vma) => PAGE_SIZE * 2 ** (v.object?.huge?.order ?? 0);

function describeMapping(k: Kernel, s: AddressSpace, v: Vma): string {
  const f = noFigures();
  addMapping(k, s, v, f);
  const flags = FLAGS.filter(([, holds]) => holds(v)).map(([letters]) => `${letters} `);
  return [
    describeVma(k, v),
    row("Size", v.end - v.start),
    row("KernelPageSize", pageSizeOf(v)),
    row("MMUPageSize", pageSizeOf(v)),
    row("Rss", f.resident),
    row("Pss", wholeBytes(f.share)),
    row("Pss_Dirty", wholeBytes(f.dirtyShare)),
    commonRows(f),
    `THPeligible:    ${isEligible(k, s, v) ? 1 : 0}\n`,
    `VmFlags: ${flags.join("")}\n`,
  ].join("");
}

/** /proc/PID/smaps. */
export function describeSmaps(k: Kernel, s: AddressSpace): string {
  return vmaList(s)
    .map((v) => describeMapping(k, s, v))
    .join("");
}

/** /proc/PID/smaps_rollup: all mappings as one. */
export function describeRollup(k: Kernel, s: AddressSpace): string {
  const all = vmaList(s);
  const f = noFigures();
  for (const v of all) addMapping(k, s, v, f);
  const start = all.length > 0 ? all[0].start : 0;
  const end = all.length > 0 ? all[all.length - 1].end : 0;
  return [
    describeRange(start, end, "---p", 0, [0, 0], 0, "[rollup]"),
    row("Rss", f.resident),
    row("Pss", wholeBytes(f.share)),
    row("Pss_Dirty", wholeBytes(f.dirtyShare)),
    row("Pss_Anon", wholeBytes(f.anonymousShare)),
    row("Pss_File", wholeBytes(f.fileShare)),
    row("Pss_Shmem", wholeBytes(f.sharedShare)),
    commonRows(f),
  ].join("");
}
