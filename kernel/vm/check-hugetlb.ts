/** Invariant (26): the pools of huge pages, who has their pages, and what is promised. See check.ts. */
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import { vmaList } from "./address-space.ts";
import { OWNER } from "./frames.ts";
import { findHugePage } from "./hugetlb/object.ts";
import { poolSize } from "./hugetlb/pool.ts";
import { unused } from "./hugetlb/reserve.ts";
import { bytesOfOrder, levelOfOrder } from "./hugetlb/sizes.ts";
import type { HugePool } from "./hugetlb/types.ts";
import { pteFrameOf } from "./pte.ts";
import type { AddressSpace, PageObject, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";

/** Asserts (26). @param large by frame index: large leaves that show it */
export function checkHugetlb(k: VmKernel, large: Int32Array): void {
  let frames = 0;
  for (const pool of k.vm.hugetlb.pools) {
    checkPool(k, pool, large);
    checkReservations(k, pool);
    frames += poolSize(pool) * 2 ** pool.order;
  }
  for (const object of k.vm.cache.objects.values()) checkObject(k, object);
  for (const s of k.vm.spaces.values()) for (const v of vmaList(s)) checkVma(s, v);
  const { owner } = k.vm.frames;
  let owned = 0;
  for (let index = 0; index < owner.length; index++) if (owner[index] === OWNER.huge) owned++;
  if (owned !== frames) panic("vm (26): the frames of pools are those of their pages", { owned, frames });
}

function checkPool(k: VmKernel, pool: HugePool, large: Int32Array): void {
  const { order, free, used, reserved, surplus } = pool;
  const where = { order, free: free.length, used: used.size, reserved, surplus };
  if (reserved < 0 || reserved > free.length) panic("vm (26): what is reserved is free", where);
  if (surplus < 0 || surplus > poolSize(pool)) panic("vm (26): surplus pages are the pool's", where);
  if (new Set([...free, ...used.keys()]).size !== poolSize(pool)) panic("vm (26): a page is in its pool once", where);
  const { first, owner, block, holder } = k.vm.frames;
  for (const head of [...free, ...used.keys()]) {
    const index = head - first;
    const isUsed = large[index] > 0 || holder[index] !== 0;
    const place = { ...where, head, owner: owner[index], block: block[index] };
    if (owner[index] !== OWNER.huge || block[index] !== order || index % 2 ** order !== 0)
      panic("vm (26): a page of a pool is aligned frames of its own", place);
    if (isUsed !== used.has(head)) panic("vm (26): a page of a pool is used exactly when somebody has it", place);
  }
}

/** What is reserved is what mappings were promised and have not had, what mounts keep, and what is stranded. */
function checkReservations(k: VmKernel, pool: HugePool): void {
  let promised = pool.stranded;
  for (const { huge } of k.vm.cache.objects.values())
    if (huge?.order === pool.order) promised += huge.reserved.size - huge.pages.size;
  for (const s of k.vm.spaces.values())
    for (const v of vmaList(s)) if (v.reserve !== null && v.object?.huge?.order === pool.order) promised += unused(v);
  for (const limits of k.vm.hugetlb.subpools.values()) if (limits.order === pool.order) promised += limits.reserved;
  if (promised !== pool.reserved)
    panic("vm (26): reservations are counted", { order: pool.order, promised, reserved: pool.reserved });
}

function checkObject(k: VmKernel, object: PageObject): void {
  const { huge } = object;
  if (huge === null) return;
  const { first, holder, position, block } = k.vm.frames;
  if (object.pages.size > 0) panic("vm (26): an object of huge pages has no others", { object: object.id });
  for (const [index, head] of huge.pages) {
    const i = head - first;
    const where = { object: object.id, index, head, holder: holder[i], position: position[i] };
    if (holder[i] !== object.id || position[i] !== index || block[i] !== huge.order)
      panic("vm (26): a page of an object knows it", where);
    if (!huge.reserved.has(index)) panic("vm (26): an index with a page is among the reserved ones", where);
  }
}

function checkVma(s: AddressSpace, v: Vma): void {
  const huge = v.object?.huge ?? null;
  const where = { space: s.id, start: v.start, end: v.end, flags: v.flags };
  if ((huge !== null) !== ((v.flags & VMA.hugetlb) !== 0))
    panic("vm (26): a mapping of huge pages says so, and no other", where);
  if (huge === null) {
    if (v.reserve !== null) panic("vm (26): only huge pages are reserved", where);
    return;
  }
  const size = bytesOfOrder(huge.order);
  if (v.start % size !== 0 || v.end % size !== 0 || v.offset % size !== 0)
    panic("vm (26): a mapping of huge pages is whole ones", where);
  if (v.flags & (VMA.locked | VMA.accounted)) panic("vm (26): huge pages are neither locked nor promised", where);
  if (v.reserve !== null && v.flags & (VMA.shared | VMA.noReserve))
    panic("vm (26): a reserve is of a private mapping that wants one", where);
}

/** (26): a leaf that names a page of the pool lies in such a mapping, and shows the object's page or a private one. */
export function checkPoolLeaf(k: VmKernel, s: AddressSpace, v: Vma, va: number, low: number, level: number): void {
  const { first, holder, references } = k.vm.frames;
  const head = pteFrameOf(low);
  const index = head - first;
  const where = { space: s.id, va, level, head, holder: holder[index], references: references[index] };
  const { object } = v;
  if (object === null || object.huge === null || levelOfOrder(object.huge.order) !== level)
    panic("vm (26): a page of the pool is shown by a mapping of such pages", where);
  if (holder[index] === 0) {
    if (v.flags & VMA.shared || !(v.flags & VMA.copied)) panic("vm (26): a private huge page is private", where);
    // The pool's own reference, and this leaf's.
    if (low & PTE.W && references[index] !== 2) panic("vm (8): a shared private frame is not writable", where);
    return;
  }
  if (findHugePage(object, Math.floor((v.offset + (va - v.start)) / (PAGE_SIZE * 2 ** object.huge.order))) !== head)
    panic("vm (26): a mapping shows its object's huge page", where);
  if (low & PTE.W && !(v.flags & VMA.shared)) panic("vm (8): a writable page of an object is shared", where);
}
