/**
 * Families of private pages: which neighbouring vmas may become one once pages of their own have been put into them. Linux
 * finds the mappings of a private page through its anon_vma, and joins only vmas that have one in common; programs see it in
 * /proc/PID/maps, and in calls that refuse to work across mappings. This kernel's reverse map needs no such thing, so only
 * the rule is kept:
 *
 *   mmap ─► no family ── first private page ─► that of a neighbour that could be the same mapping, or a new one
 *   split: both halves have it        fork: the child's vma gets a new one, and is `inherited`
 *
 * (1) Numbers are of one space; 0 is none. Shared mappings have none.
 * (2) What MREMAP_DONTUNMAP leaves or makes, and a child's copy that differed in its lock or family, may stay `apart` from an
 *     equal neighbour until one of them changes.
 *
 * Source: Linux 6.1, is_mergeable_anon_vma, find_mergeable_anon_vma, anon_vma_fork.
 */
import type { AddressSpace, Vma } from "./types.ts";
import { continues, VMA } from "./vma.ts";
import { firstEndingAbove, lastStartingBelow } from "./vma-tree.ts";

/** Only one ancestor: what Linux's list_is_singular asks of a vma's chain. */
function isFirst(v: Vma): boolean {
  return v.family !== 0 && !v.inherited;
}

/** Whether what has `family` may be joined to `neighbour`. One of the two without family does only with a first one. */
export function mayJoin(family: number, neighbour: Vma): boolean {
  return family === neighbour.family || ((family === 0 || neighbour.family === 0) && isFirst(neighbour));
}

/** Whether two neighbours of a vma that goes over to both may be one. */
export function mayMeet(below: Vma, above: Vma): boolean {
  return below.family === 0 || above.family === 0 || below.family === above.family;
}

/** The vma that `v` and another have become keeps the family that there is. */
export function adoptFamily(v: Vma, other: Vma): void {
  if (v.family !== 0 || other.family === 0) return;
  v.family = other.family;
  v.inherited = other.inherited;
}

/** A first private page is put into the vma. */
export function ensureFamily(s: AddressSpace, v: Vma): void {
  if (v.family !== 0) return;
  const above = firstEndingAbove(s.vmas, v.end);
  const below = lastStartingBelow(s.vmas, v.start);
  if (above !== null && isFirst(above) && couldBeOne(v, above)) v.family = above.family;
  else if (below !== null && isFirst(below) && couldBeOne(below, v)) v.family = below.family;
  else v.family = s.nextFamily++;
  v.inherited = false;
}

/** Whether they differ in nothing but protection. */
function couldBeOne(a: Vma, b: Vma): boolean {
  return a.end === b.start && ((a.flags ^ b.flags) & ~VMA.copied) === 0 && continues(a, b);
}

/** fork: the child's copy of a vma. */
export function inheritFamily(child: AddressSpace, copy: Vma): void {
  const inherits = copy.family !== 0 && (copy.flags & VMA.wipeOnFork) === 0;
  copy.family = inherits ? child.nextFamily++ : 0;
  copy.inherited = inherits;
}
