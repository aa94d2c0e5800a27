/** Changing a property of part of a mapping: split at the borders, change, join with neighbours that are equal now. */
import type { VirtualAddress } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { changeVma, mergeAround, nextVma, previousVma, splitVmaAt } from "./address-space.ts";
import { mayJoin } from "./family.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { canMerge, isPageOf, sliceVma, VMA } from "./vma.ts";

/**
 * Makes `from` to `to` - 1, which lie in `v`, a mapping of their own that can be changed; mergeAround() ends it.
 * @param change what will be changed, to know whether the part will be joined with a neighbour instead
 * @throws Errno ENOMEM max_map_count; EINVAL in the middle of a huge page; nothing has changed
 */
export function isolatePart(
  k: Kernel,
  s: AddressSpace,
  v: Vma,
  from: VirtualAddress,
  to: VirtualAddress,
  change: Partial<Pick<Vma, "prot" | "flags">>,
): Vma {
  const pieces = Number(from > v.start) + Number(to < v.end);
  if (pieces > 0 && !joinsNeighbour(s, v, from, to, change) && s.vmaCount + pieces > k.vm.maxMapCount)
    throw errno("ENOMEM");
  if (!isPageOf(v, from) || !isPageOf(v, to)) throw errno("EINVAL");
  splitVmaAt(k, s, from);
  splitVmaAt(k, s, to);
  return nextVma(s, from)!;
}

/** Linux moves the border to a neighbour that is equal, which takes no mapping more. */
function joinsNeighbour(
  s: AddressSpace,
  v: Vma,
  from: VirtualAddress,
  to: VirtualAddress,
  change: Partial<Pick<Vma, "prot" | "flags">>,
): boolean {
  const part = { ...sliceVma(v, from, to), ...change };
  const below = from === v.start ? previousVma(s, from) : null;
  const above = to === v.end ? nextVma(s, to) : null;
  const joins = (n: Vma | null, low: Vma | null, high: Vma | null) =>
    n !== null && canMerge(low!, high!) && mayJoin(part.family, n);
  return joins(below, below, part) || joins(above, part, above);
}

/**
 * Gives `from` to `to` - 1, which lie in `v`, the flags `flags`.
 * @throws Errno ENOMEM max_map_count; nothing has changed
 */
export function changeFlags(
  k: Kernel,
  s: AddressSpace,
  v: Vma,
  from: VirtualAddress,
  to: VirtualAddress,
  flags: number,
): void {
  if (v.flags === flags) return;
  if (v.flags & ~flags & VMA.locked) k.vm.reclaim.unlocked = true;
  const part = isolatePart(k, s, v, from, to, { flags });
  changeVma(s, part, part.prot, flags);
  mergeAround(k, s, part);
}
