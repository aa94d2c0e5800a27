/** Where a new mapping goes: MAP_FIXED, a hint, or the highest hole below the mmap base. mmap(2). */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { isPrivileged } from "../credentials.ts";
import { errno } from "../errno.ts";
import { nextVma } from "./address-space.ts";
import { bottomUpBase } from "./layout.ts";
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from "./prot.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { occupiedFrom, pageAlign } from "./vma.ts";
import { highestHole, lowestHole, NO_HOLE } from "./vma-tree.ts";

/**
 * The address of a new mapping of `length` bytes (whole pages).
 * @param align bytes of its pages: where it begins is a multiple
 * @throws Errno ENOMEM no room; EINVAL misaligned; EPERM below vm.mmap_min_addr; EEXIST for MAP_FIXED_NOREPLACE
 */
export function placeMapping(
  k: VmKernel,
  s: AddressSpace,
  address: VirtualAddress,
  length: number,
  flags: number,
  align = PAGE_SIZE,
): VirtualAddress {
  const { userLimit } = k.vm;
  if (length > userLimit) throw errno("ENOMEM");
  if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))) return placeFreely(k, s, address, length, align);
  if (align > PAGE_SIZE && address % align !== 0) throw errno("EINVAL");
  if (address > userLimit - length) throw errno("ENOMEM");
  if (address % PAGE_SIZE !== 0) throw errno("EINVAL");
  if (address < k.vm.settings.mmapMinAddr && !mayMapLow(k)) throw errno("EPERM");
  if (flags & MAP_FIXED_NOREPLACE) {
    const next = nextVma(s, address);
    if (next !== null && next.start < address + length) throw errno("EEXIST");
  }
  return address;
}

function placeFreely(
  k: VmKernel,
  s: AddressSpace,
  hint: VirtualAddress,
  length: number,
  align: number,
): VirtualAddress {
  const { userLimit } = k.vm;
  const lowest = Math.max(PAGE_SIZE, pageAlign(k.vm.settings.mmapMinAddr));
  // Rounded down, as Linux's round_hint_to_min does; mmap(2) only speaks of "a nearby page boundary".
  const page = hint - (hint % PAGE_SIZE);
  if (page > 0) {
    const wish = alignUp(Math.max(page, lowest), align);
    if (wish <= userLimit - length && isHole(s, wish, length)) return wish;
  }
  const { mmapBase, bottomUp } = s.layout;
  // As Linux: a hole that has room for it wherever it begins.
  const room = length + align - PAGE_SIZE;
  const high = bottomUp ? NO_HOLE : highestHole(s.vmas, lowest, mmapBase, room);
  if (high !== NO_HOLE) return alignDown(high + room - length, align);
  const low = lowestHole(s.vmas, bottomUp ? mmapBase : bottomUpBase(userLimit), userLimit, room);
  if (low === NO_HOLE) throw errno("ENOMEM");
  return alignUp(low, align);
}

const alignDown = (va: VirtualAddress, align: number) => va - (va % align);
const alignUp = (va: VirtualAddress, align: number) => Math.ceil(va / align) * align;

/** CAP_SYS_RAWIO: who asks for the lowest pages by address may be the one who is to have them. */
function mayMapLow({ current }: VmKernel): boolean {
  return current !== null && isPrivileged(current);
}

/** Whether nothing lies there, the guard gap of a stack above included. */
function isHole(s: AddressSpace, start: VirtualAddress, length: number): boolean {
  const next = nextVma(s, start);
  return next === null || start + length <= occupiedFrom(next);
}
