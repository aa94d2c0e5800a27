/** Where a new mapping goes: MAP_FIXED, a hint, or the highest hole below the mmap base. mmap(2). */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import { nextVma } from "./address-space.ts";
import { bottomUpBase, MIN_ADDRESS } from "./layout.ts";
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from "./prot.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { occupiedFrom } from "./vma.ts";
import { highestHole, lowestHole, NO_HOLE } from "./vma-tree.ts";

/**
 * The address of a new mapping of `length` bytes (whole pages).
 * @throws Errno ENOMEM no room; EINVAL misaligned; EPERM below MIN_ADDRESS; EEXIST for MAP_FIXED_NOREPLACE
 */
export function placeMapping(
  k: VmKernel,
  s: AddressSpace,
  address: VirtualAddress,
  length: number,
  flags: number,
): VirtualAddress {
  const { userLimit } = k.vm;
  if (length > userLimit) throw errno("ENOMEM");
  if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))) return placeFreely(k, s, address, length);
  if (address > userLimit - length) throw errno("ENOMEM");
  if (address % PAGE_SIZE !== 0) throw errno("EINVAL");
  if (address < MIN_ADDRESS) throw errno("EPERM");
  if (flags & MAP_FIXED_NOREPLACE) {
    const next = nextVma(s, address);
    if (next !== null && next.start < address + length) throw errno("EEXIST");
  }
  return address;
}

function placeFreely(k: VmKernel, s: AddressSpace, hint: VirtualAddress, length: number): VirtualAddress {
  const { userLimit } = k.vm;
  // Rounded down, as Linux's round_hint_to_min does; mmap(2) only speaks of "a nearby page boundary".
  const page = hint - (hint % PAGE_SIZE);
  if (page > 0) {
    const wish = Math.max(page, MIN_ADDRESS);
    if (wish <= userLimit - length && isHole(s, wish, length)) return wish;
  }
  const high = highestHole(s.vmas, MIN_ADDRESS, s.layout.mmapBase, length);
  if (high !== NO_HOLE) return high;
  const low = lowestHole(s.vmas, bottomUpBase(userLimit), userLimit, length);
  if (low === NO_HOLE) throw errno("ENOMEM");
  return low;
}

/** Whether nothing lies there, the guard gap of a stack above included. */
function isHole(s: AddressSpace, start: VirtualAddress, length: number): boolean {
  const next = nextVma(s, start);
  return next === null || start + length <= occupiedFrom(next);
}
