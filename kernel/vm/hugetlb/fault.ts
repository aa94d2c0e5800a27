/**
 * Faults in mappings of huge pages: Linux's hugetlb_fault, hugetlb_no_page and hugetlb_wp.
 *
 *   no leaf ─► a page was taken from this mapping for its parent's sake? ─► pool-lost              SIGBUS
 *         └─► the object has the page? ─ no ─► beyond its end? ─► beyond-end                       SIGBUS
 *                                           └► a page of the pool, zeroed; shared: the object's    none: pool-empty, SIGBUS
 *         └─► shown. A private write to a page of the object's: a copy.
 *   a write without W ─► shared: allowed; private: the page is its alone? allowed; else a copy
 *
 *   copy:   parent ─► 7 ◄─ child     parent writes, the pool is empty:     parent ─► 7, with W; the child has lost it
 *
 * (1) Whoever made a private mapping keeps its pages: when no page is left for its copy, children lose theirs (loseToOwner), and are
 *     told by SIGBUS when they touch the mapping again where they have no page.
 * (2) A fault that ends in a signal has changed nothing.
 */
import { type FrameNumber, PAGE_SIZE, PTE, type VirtualAddress } from "../../../cpu/paging.ts";
import type { Kernel } from "../../kernel.ts";
import { LOG_LEVEL, log } from "../../log.ts";
import type { Process } from "../../process.ts";
import type { FaultKind } from "../fault-kinds.ts";
import { flushPage } from "../flush.ts";
import { NO_FRAME } from "../frames.ts";
import { copyHugePage, zeroHugePage } from "../huge-page.ts";
import { objectSize } from "../page-cache.ts";
import { ensurePte, findPte, NO_PTE, pruneTables } from "../page-table.ts";
import { changeRights, pteFrameOf, pteRights, WAS_SHARED } from "../pte.ts";
import { clearLeaf, putHugePage } from "../pte-large.ts";
import { countMappings } from "../reverse-map.ts";
import type { Access, AddressSpace, Vma } from "../types.ts";
import { VMA } from "../vma.ts";
import { firstEndingAbove } from "../vma-tree.ts";
import { addHugePage, findHugePage, isObjects } from "./object.ts";
import { claimOf, claimPage, hugeIndex, hugeOf } from "./reserve.ts";
import { bytesOfOrder, levelOfOrder } from "./sizes.ts";

/** Where a fault is. */
interface Place {
  readonly s: AddressSpace;
  readonly v: Vma;
  readonly order: number;
  /** First page number of the huge page, and its index in the object. */
  readonly page: number;
  readonly index: number;
}

/** Decides about an access that the vma allows. @returns a row of FAULTS */
export function hugeFault(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  v: Vma,
  va: VirtualAddress,
  access: Access,
): FaultKind {
  const { order } = hugeOf(v.object!);
  const bytes = bytesOfOrder(order);
  const place: Place = { s, v, order, page: (va - (va % bytes)) / PAGE_SIZE, index: hugeIndex(v, va) };
  const at = findPte(k, s, place.page);
  if (at === NO_PTE) return firstTouch(k, p, place, access);
  const low = k.machine.ram.u32[at];
  if (access === "write" && !(low & PTE.W)) return makeWritable(k, place, at);
  flushPage(k, s, place.page);
  return "spurious";
}

function firstTouch(k: Kernel, p: Process, place: Place, access: Access): FaultKind {
  const { s, v, order, index, page } = place;
  if (v.flags & VMA.hugeLost) {
    log(k, LOG_LEVEL.warning, `PID ${p.pid} killed due to inadequate hugepage pool`);
    return "pool-lost";
  }
  const known = findHugePage(v.object!, index);
  if (known === NO_FRAME && index * bytesOfOrder(order) >= objectSize(v.object!)) return "beyond-end";
  const at = ensurePte(k, s, page, levelOfOrder(order));
  if (at === NO_PTE) return "out-of-memory";
  const copies = access === "write" && !(v.flags & VMA.shared);
  const head = known !== NO_FRAME && !copies ? known : freshPage(k, place, known);
  if (head === NO_FRAME) {
    pruneTables(k, s, page);
    return "pool-empty";
  }
  const writable = (v.flags & VMA.shared) !== 0 || copies;
  putHugePage(k, s, at, head, pteRights(v.prot, writable), false);
  if (!isObjects(k, head)) v.flags |= VMA.copied;
  if (known === NO_FRAME) return "pool-page";
  return copies ? "private-file-copy" : "shared-page";
}

/** A page that the mapping does not find: the object's next one, or one of its own, zeroed or a copy of `from`. */
function freshPage(k: Kernel, { v, order, index }: Place, from: FrameNumber): FrameNumber {
  if (v.flags & VMA.shared) return addHugePage(k, v.object!, index);
  const head = claimPage(k, claimOf(v, index));
  if (head === NO_FRAME) return NO_FRAME;
  if (from === NO_FRAME) zeroHugePage(k, head, order);
  else copyHugePage(k, head, from, order);
  return head;
}

/** A write, allowed by the vma, where the leaf has no W. */
function makeWritable(k: Kernel, place: Place, at: number): FaultKind {
  const { s, v, page } = place;
  const low = k.machine.ram.u32[at];
  const old = pteFrameOf(low);
  if (v.flags & VMA.shared) return allowWrites(k, place, at, "shared-write");
  const own = low & WAS_SHARED ? "copy-on-write-takeover" : "permission-upgrade";
  if (isAlone(k, old)) return allowWrites(k, place, at, own);
  // The owner's reservation is for the page that it has, not for a copy beside its children's.
  const beside = v.reserve !== null && !isObjects(k, old);
  const head = claimPage(k, claimOf(v, place.index), beside);
  if (head === NO_FRAME) {
    if (!beside) return "pool-empty";
    loseToOwner(k, place, old);
    return allowWrites(k, place, at, own);
  }
  copyHugePage(k, head, old, place.order);
  const kind = isObjects(k, old) ? "private-file-copy" : "copy-on-write";
  clearLeaf(k, s, at);
  putHugePage(k, s, at, head, pteRights(v.prot, true), false);
  flushPage(k, s, page);
  v.flags |= VMA.copied;
  return kind;
}

/** Is it a private page that one leaf names? */
function isAlone(k: Kernel, head: FrameNumber): boolean {
  return !isObjects(k, head) && countMappings(k, head, 2) === 1;
}

function allowWrites(k: Kernel, { s, v, page }: Place, at: number, kind: FaultKind): FaultKind {
  changeRights(k, at, pteRights(v.prot, true));
  flushPage(k, s, page);
  return kind;
}

/** Takes a page from all private mappings of the object but the owner's: invariant (1). Linux's unmap_ref_private. */
function loseToOwner(k: Kernel, { v, index }: Place, head: FrameNumber): void {
  const object = v.object!;
  for (const id of object.mappers.keys()) {
    const s = k.vm.spaces.get(id)!;
    for (let other = firstEndingAbove(s.vmas, 0); other !== null; other = firstEndingAbove(s.vmas, other.end))
      if (other !== v && other.object === object && !(other.flags & VMA.shared)) losePage(k, s, other, index, head);
  }
}

function losePage(k: Kernel, s: AddressSpace, v: Vma, index: number, head: FrameNumber): void {
  if (v.reserve !== null || index < hugeIndex(v, v.start) || index >= hugeIndex(v, v.end)) return;
  const page = (v.start - v.offset) / PAGE_SIZE + index * 2 ** hugeOf(v.object!).order;
  const at = findPte(k, s, page);
  if (at === NO_PTE || pteFrameOf(k.machine.ram.u32[at]) !== head) return;
  clearLeaf(k, s, at);
  flushPage(k, s, page);
  pruneTables(k, s, page);
  v.flags |= VMA.hugeLost;
}
