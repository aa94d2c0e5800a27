/** Invariants (10), (11) and (14): vmas, the page cache, promises. See check.ts. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import { vmaList } from "./address-space.ts";
import { promisedPages } from "./commit.ts";
import { FRAME, OWNER } from "./frames.ts";
import { hasHome, ownerOfPages } from "./page-cache.ts";
import type { AddressSpace, PageObject, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { canMerge, isCode, isData, occupiedFrom, pagesIn, VMA } from "./vma.ts";

/** Asserts (10) for one space. */
export function checkVmas(k: VmKernel, s: AddressSpace): void {
  checkNode(s, s.vmas);
  const list = vmaList(s);
  const sums = { mapped: 0, data: 0, stack: 0, code: 0 };
  for (const [i, v] of list.entries()) {
    checkPlace(k, s, v, list[i - 1] ?? null);
    const pages = pagesIn(v.start, v.end);
    sums.mapped += pages;
    if (isData(v.prot, v.flags)) sums.data += pages;
    if (v.flags & VMA.growsDown) sums.stack += pages;
    if (isCode(v.prot, v.flags)) sums.code += pages;
  }
  if (list.length !== s.vmaCount) panic("vm (10): vmas are counted", { space: s.id, found: list.length });
  for (const [name, sum] of Object.entries(sums))
    if (s.counts[name as keyof typeof sums] !== sum)
      panic("vm (10): the counts are sums over the vmas", { space: s.id, name, sum, counts: JSON.stringify(s.counts) });
}

function checkPlace(k: VmKernel, s: AddressSpace, v: Vma, before: Vma | null): void {
  const where = { space: s.id, start: v.start, end: v.end };
  const aligned = v.start % PAGE_SIZE === 0 && v.end % PAGE_SIZE === 0;
  if (!aligned || v.start >= v.end || v.end > k.vm.userLimit)
    panic("vm (10): a vma is whole pages of user space", where);
  if (before === null) return;
  if (before.end > v.start) panic("vm (10): vmas do not overlap", where);
  if (v.family === 0 && before.family === 0 && !v.apart && !before.apart && canMerge(before, v))
    panic("vm (10): vmas that can be one are one", where);
}

/** Heights and the figures that the search for holes uses. Returns low, high and gap as they should be. */
function checkNode(s: AddressSpace, n: Vma | null): { height: number; low: number; high: number; gap: number } | null {
  if (n === null) return null;
  const left = checkNode(s, n.left);
  const right = checkNode(s, n.right);
  const from = occupiedFrom(n);
  const [leftHeight, rightHeight] = [left?.height ?? 0, right?.height ?? 0];
  const below = left === null ? 0 : Math.max(left.gap, from - left.high);
  const above = right === null ? 0 : Math.max(right.gap, right.low - n.end);
  const should = {
    height: 1 + Math.max(leftHeight, rightHeight),
    low: left?.low ?? from,
    high: right?.high ?? n.end,
    gap: Math.max(below, above, 0),
  };
  if (Math.abs(leftHeight - rightHeight) > 1 || n.height !== should.height)
    panic("vm (10): the tree of vmas is balanced", { space: s.id, start: n.start, leftHeight, rightHeight });
  if (n.low !== should.low || n.high !== should.high || n.gap !== should.gap)
    panic("vm (10): the tree knows its holes", { space: s.id, start: n.start, gap: n.gap, found: should.gap });
  return should;
}

/** Asserts (14). */
export function checkPromises(k: VmKernel): void {
  let vmas = 0;
  for (const s of k.vm.spaces.values())
    for (const v of vmaList(s)) if (v.flags & VMA.accounted) vmas += pagesIn(v.start, v.end);
  let objects = 0;
  for (const object of k.vm.cache.objects.values()) {
    checkPromisedPages(k, object);
    objects += promisedPages(object);
  }
  const { committed } = k.vm.commit;
  if (committed !== vmas + objects)
    panic("vm (14): Committed_AS is the sum of all promises", { committed, vmas, objects });
}

/** What has no home but memory and swap was promised, page by page where not as a whole. */
function checkPromisedPages(k: VmKernel, object: PageObject): void {
  if (object.promise !== "by page") return;
  const { flags, first } = k.vm.frames;
  for (const index of object.swapped.keys())
    if (!object.promised.has(index)) panic("vm (14): a page in swap was promised", { object: object.id, index });
  for (const [index, frame] of object.pages)
    if (flags[frame - first] & FRAME.dirty && !object.promised.has(index))
      panic("vm (14): a dirty page without a home was promised", { object: object.id, index, frame });
}

/** Asserts (11). */
export function checkCache(k: VmKernel): void {
  const { cache } = k.vm;
  const found = { file: 0, shared: 0, dirty: 0 };
  const mappers = countMappers(k);
  for (const object of cache.objects.values()) {
    checkObject(k, object, found);
    for (const [space, count] of object.mappers)
      if (mappers.get(`${object.id}:${space}`) !== count)
        panic("vm (11): an object counts its mappings", { object: object.id, space, count });
    for (const space of object.mappers.keys()) mappers.delete(`${object.id}:${space}`);
    const known =
      object.inode === null
        ? object.mappers.size > 0 || object.segment !== null
        : cache.files.get(object.inode.id) === object;
    if (!known) panic("vm (11): an object is somebody's", { object: object.id });
  }
  for (const mapping of mappers.keys()) panic("vm (11): an object counts its mappings", { mapping });
  const counts = `${cache.filePages}+${cache.sharedPages}+${cache.dirtyPages}`;
  if (counts !== `${found.file}+${found.shared}+${found.dirty}`)
    panic("vm (11): cached pages are counted", { counts, found: JSON.stringify(found) });
}

/** Vmas by "object:space". */
function countMappers(k: VmKernel): Map<string, number> {
  const mappers = new Map<string, number>();
  for (const s of k.vm.spaces.values())
    for (const { object } of vmaList(s)) {
      const key = `${object?.id}:${s.id}`;
      if (object !== null) mappers.set(key, (mappers.get(key) ?? 0) + 1);
    }
  return mappers;
}

function checkObject(k: VmKernel, object: PageObject, found: { file: number; shared: number; dirty: number }): void {
  const { frames } = k.vm;
  const owner = ownerOfPages(object);
  for (const [index, frame] of object.pages) {
    const i = frame - frames.first;
    if (frames.owner[i] !== owner || frames.holder[i] !== object.id || frames.position[i] !== index)
      panic("vm (11): a cached frame knows its object and index", { object: object.id, index, frame });
    if (owner === OWNER.file) found.file++;
    else found.shared++;
    const dirty = hasHome(object) && (frames.flags[i] & FRAME.dirty) !== 0;
    const writing = hasHome(object) && (frames.flags[i] & FRAME.writing) !== 0;
    if (dirty) found.dirty++;
    if (dirty !== object.dirty.has(index) || writing !== object.writing.has(index))
      panic("vm (11): an object knows its dirty pages and those under way", {
        object: object.id,
        index,
        dirty,
        writing,
      });
  }
  for (const index of [...object.dirty, ...object.writing.keys()])
    if (!object.pages.has(index))
      panic("vm (11): an object knows its dirty pages and those under way", { object: object.id, index });
}
