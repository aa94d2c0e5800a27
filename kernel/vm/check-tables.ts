/** Invariants (6) to (9): page tables and their entries. See check.ts. */
import { type FrameNumber, PAGE_SIZE, PTE, PTE_PPN_SHIFT } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import { nextVma } from "./address-space.ts";
import { checkPoolLeaf } from "./check-hugetlb.ts";
import { FRAME, OWNER } from "./frames.ts";
import { HUGE_ORDER } from "./huge-page.ts";
import { findPage } from "./page-cache.ts";
import { entriesAt, isLargeLeaf, nthEntry, pagesAt } from "./page-table.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "./prot.ts";
import { isResident, isSwapped, NO_ACCESS, pteFrameOf } from "./pte.ts";
import { isExclusive } from "./swap-cache.ts";
import type { AddressSpace, SwapEntry, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { objectIndex, VMA } from "./vma.ts";

/** What the tables of all spaces say, by frame index. */
export interface Census {
  /** Level-0 entries that name the frame; large leaves that show it. */
  readonly names: Int32Array;
  readonly large: Int32Array;
  /** 1: the frame is a table of some space. */
  readonly tables: Uint8Array;
  /** How often a run of a scheme without pages has the frame: runs.ts. */
  readonly segments: Int32Array;
  /** By swap entry: level-0 entries that are it, and page objects that have it. */
  readonly slots: Map<SwapEntry, number>;
  /** Large leaves that name the huge page of zeroes. */
  zeroUses: number;
}

export function newCensus(k: VmKernel): Census {
  const { count } = k.vm.frames;
  return {
    names: new Int32Array(count),
    large: new Int32Array(count),
    tables: new Uint8Array(count),
    segments: new Int32Array(count),
    slots: new Map(),
    zeroUses: 0,
  };
}

/** What one space's tables hold. */
interface Found {
  tables: number;
  anonymous: number;
  file: number;
  shared: number;
  swapped: number;
  /** Transparent large leaves. */
  huge: number;
  /** Pages that large leaves of the pool show. */
  hugetlb: number;
}

/** Asserts (6) to (9) for one space and adds it to the census. */
export function checkTables(k: VmKernel, s: AddressSpace, census: Census): void {
  const found: Found = { tables: 0, anonymous: 0, file: 0, shared: 0, swapped: 0, huge: 0, hugetlb: 0 };
  checkTable(k, s, census, found, s.root, k.vm.levels - 1, 0);
  checkDeposits(k, s, census, found);
  const { tables, anonymous, file, shared } = s.counts;
  if (tables !== found.tables) panic("vm (6): tables are counted", { space: s.id, tables, found: found.tables });
  if (anonymous !== found.anonymous || file !== found.file || shared !== found.shared)
    panic("vm (9): resident counts are what the tables say", {
      space: s.id,
      counted: `${anonymous}+${file}+${shared}`,
      found: `${found.anonymous}+${found.file}+${found.shared}`,
    });
  if (s.counts.hugetlb !== found.hugetlb)
    panic("vm (9): pages of the pool are what the tables say", {
      space: s.id,
      counted: s.counts.hugetlb,
      found: found.hugetlb,
    });
  if (s.counts.swapped !== found.swapped)
    panic("vm (9): swapped pages are what the tables say", {
      space: s.id,
      counted: s.counts.swapped,
      found: found.swapped,
    });
}

function checkTable(
  k: VmKernel,
  s: AddressSpace,
  census: Census,
  found: Found,
  table: FrameNumber,
  level: number,
  base: number,
): void {
  const { frames } = k.vm;
  const index = table - frames.first;
  const where = { space: s.id, table, level, base };
  if (frames.owner[index] !== OWNER.table) panic("vm (6): a table's frame is a table's", where);
  if (census.tables[index]) panic("vm (6): no table has two parents", where);
  if (frames.holder[index] !== s.id || frames.position[index] !== base || frames.order[index] !== level)
    panic("vm (6): a table knows its space, first page and level", where);
  census.tables[index] = 1;
  found.tables++;
  const { u32 } = k.machine.ram;
  const first = nthEntry(k, index, level, 0);
  const step = nthEntry(k, index, level, 1) - first;
  const count = entriesAt(k, level);
  let entries = 0;
  for (let i = 0; i < count; i++) {
    const low = u32[first + step * i];
    if (low === 0) continue;
    entries++;
    const page = base + i * pagesAt(level);
    if (level === 0) checkEntry(k, s, census, found, low, page);
    else if (isLargeLeaf(k, low, level)) checkLargeLeaf(k, s, census, found, low, page, level);
    else checkTable(k, s, census, found, low >>> PTE_PPN_SHIFT, level - 1, page);
  }
  if (entries !== frames.entries[index])
    panic("vm (6): a table's entries are counted", { ...where, entries, counted: frames.entries[index] });
  if (entries > 0 || table === s.root) return;
  const next = nextVma(s, base * PAGE_SIZE);
  if (next === null || next.start >= (base + count * pagesAt(level)) * PAGE_SIZE)
    panic("vm (6): a table in whose range nothing is mapped was freed", where);
}

/** (6) and (21): tables in reserve. */
function checkDeposits(k: VmKernel, s: AddressSpace, census: Census, found: Found): void {
  const { frames } = k.vm;
  for (const table of s.deposits) {
    const index = table - frames.first;
    const where = { space: s.id, table, owner: frames.owner[index], entries: frames.entries[index] };
    if (frames.owner[index] !== OWNER.table || frames.holder[index] !== s.id || frames.order[index] !== 0)
      panic("vm (6): a table in reserve is a table's frame, of level 0", where);
    if (census.tables[index] || frames.entries[index] !== 0)
      panic("vm (6): a table in reserve is used by nobody", where);
    census.tables[index] = 1;
    found.tables++;
  }
  if (s.deposits.length !== found.huge)
    panic("vm (21): a transparent large leaf has a table in reserve", {
      space: s.id,
      reserve: s.deposits.length,
      leaves: found.huge,
    });
}

/** (21): a leaf above level 0. */
function checkLargeLeaf(
  k: VmKernel,
  s: AddressSpace,
  census: Census,
  found: Found,
  low: number,
  page: number,
  level: number,
): void {
  const { frames, huge } = k.vm;
  const va = page * PAGE_SIZE;
  const v = nextVma(s, va);
  const size = pagesAt(level);
  const index = pteFrameOf(low) - frames.first;
  const where = { space: s.id, va, level, frame: pteFrameOf(low), owner: frames.owner[index] };
  if (v === null || v.start > va || v.end < va + size * PAGE_SIZE)
    panic("vm (21): a large leaf lies in one vma", where);
  if (index % size !== 0) panic("vm (21): a large leaf names frames that begin at a multiple of its size", where);
  checkRights(s, v, va, low);
  if (frames.owner[index] === OWNER.huge) {
    for (let i = index; i < index + size; i++) census.large[i]++;
    found.hugetlb += size;
    checkPoolLeaf(k, s, v, va, low, level);
    return;
  }
  if (level !== 1 || v.object !== null || v.special !== 0)
    panic("vm (21): a transparent large leaf is private anonymous memory's, in a table of level 1", where);
  found.huge++;
  if (pteFrameOf(low) === huge.zeroFrame) {
    if (low & PTE.W) panic("vm (8): the huge page of zeroes is not writable", where);
    census.zeroUses++;
    return;
  }
  found.anonymous += size;
  for (let i = index; i < index + size; i++) {
    census.large[i]++;
    if (frames.owner[i] !== OWNER.anonymous || frames.block[i] !== HUGE_ORDER)
      panic("vm (21): a large leaf names a whole huge page", { ...where, index: i, block: frames.block[i] });
    if (low & PTE.W) checkWritable(k, s, v, va, i);
  }
}

function checkEntry(k: VmKernel, s: AddressSpace, census: Census, found: Found, low: number, page: number): void {
  const va = page * PAGE_SIZE;
  if (!isResident(low)) {
    checkSwapped(s, low, va);
    census.slots.set(low, (census.slots.get(low) ?? 0) + 1);
    found.swapped++;
    return;
  }
  // Not findVma, which remembers what it found.
  const v = nextVma(s, va);
  if (v === null || v.start > va) panic("vm (7): a resident page lies in a vma", { space: s.id, va });
  const frame = pteFrameOf(low);
  const index = frame - k.vm.frames.first;
  checkRights(s, v, va, low);
  checkFrameOf(k, s, v, va, frame);
  if (low & PTE.W) checkWritable(k, s, v, va, index);
  const owner = k.vm.frames.owner[index];
  if (owner === OWNER.kernel) return;
  census.names[index]++;
  if (owner === OWNER.anonymous) found.anonymous++;
  else if (owner === OWNER.file) found.file++;
  else found.shared++;
}

/** What is not resident is in swap, and private. */
function checkSwapped(s: AddressSpace, low: number, va: number): void {
  const v = nextVma(s, va);
  const where = { space: s.id, va, entry: low };
  if (!isSwapped(low)) panic("vm (7): an entry is resident or in swap", where);
  if (v === null || v.start > va) panic("vm (7): a swapped page lies in a vma", where);
  if (v.flags & VMA.shared || v.special !== 0) panic("vm (7): only private pages have swap entries", where);
  if (v.object !== null && !(v.flags & VMA.copied)) panic("vm (7): a vma with private copies says so", where);
}

/** The rights are the vma's, W aside, which may be missing. */
function checkRights(s: AddressSpace, v: Vma, va: number, low: number): void {
  const where = { space: s.id, va, prot: v.prot, entry: low & 0x3ff };
  if (v.prot === 0) {
    if (low & PTE.V || !(low & NO_ACCESS)) panic("vm (7): a page without access is not valid", where);
    return;
  }
  const readable = (v.prot & (PROT_READ | PROT_WRITE)) !== 0;
  const good =
    (low & (PTE.V | PTE.U)) === (PTE.V | PTE.U) &&
    ((low & PTE.R) !== 0) === readable &&
    ((low & PTE.X) !== 0) === ((v.prot & PROT_EXEC) !== 0) &&
    !(low & PTE.W && !(v.prot & PROT_WRITE)) &&
    !(low & PTE.G);
  if (!good) panic("vm (7): an entry has the rights of its vma", where);
}

/** The frame is one that the vma may show at `va`. */
function checkFrameOf(k: VmKernel, s: AddressSpace, v: Vma, va: number, frame: FrameNumber): void {
  const owner = k.vm.frames.owner[frame - k.vm.frames.first];
  const where = { space: s.id, va, frame, owner };
  if (v.special !== 0) {
    if (frame !== v.special) panic("vm (7): a special mapping shows its frame", where);
    return;
  }
  const isPrivate = !(v.flags & VMA.shared);
  if (isPrivate && owner === OWNER.anonymous) {
    if (v.object !== null && !(v.flags & VMA.copied)) panic("vm (7): a vma with private copies says so", where);
    return;
  }
  // A merged copy of a file's page may be all zeroes (use_zero_pages).
  if (isPrivate && (v.object === null || v.flags & VMA.copied) && frame === k.vm.zeroFrame) return;
  if (v.object === null || findPage(k, v.object, objectIndex(v, va)) !== frame)
    panic("vm (7): an entry names what its vma may show", where);
}

function checkWritable(k: VmKernel, s: AddressSpace, v: Vma, va: number, index: number): void {
  const { owner, references, flags } = k.vm.frames;
  const where = { space: s.id, va, owner: owner[index], references: references[index] };
  if (owner[index] === OWNER.kernel) panic("vm (8): a frame of the kernel's is not writable", where);
  if (owner[index] === OWNER.anonymous && !isExclusive(k, index))
    panic("vm (8): a shared private frame is not writable", where);
  if (owner[index] === OWNER.anonymous) return;
  const isKnown = v.object?.inode === null || (flags[index] & FRAME.dirty) !== 0;
  if (!(v.flags & VMA.shared) || !isKnown) panic("vm (8): a writable file page is shared and dirty", where);
}
