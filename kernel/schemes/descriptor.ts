/** What a segment's descriptor must say, worked out from the mappings in its 1 GiB of addresses. */
import { DESCRIPTOR, SEGMENT_SIZE } from "../../cpu/segments.ts";
import { nextVma } from "../vm/address-space.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../vm/prot.ts";
import type { AddressSpace } from "../vm/types.ts";
import { VMA } from "../vm/vma.ts";

/** Flags and limit of the descriptor of the segment that begins at address `start`; no mapping: valid, and of no length. */
export function descriptorOf(s: AddressSpace, start: number): { flags: number; limit: number } {
  const end = start + SEGMENT_SIZE;
  let rights = 0;
  let growsDown = false;
  let first = SEGMENT_SIZE;
  let last = 0;
  for (let v = nextVma(s, start); v !== null && v.start < end; v = nextVma(s, v.end)) {
    rights |= rightsOfProt(v.prot);
    if (v.flags & VMA.growsDown) growsDown = true;
    first = Math.min(first, Math.max(0, v.start - start));
    last = Math.min(v.end, end) - start;
  }
  const flags = DESCRIPTOR.V | DESCRIPTOR.U | rights;
  return growsDown ? { flags: flags | DESCRIPTOR.D, limit: first } : { flags, limit: last };
}

/** R, W and X of a descriptor. W without R is malformed, as in a page-table entry. */
export function rightsOfProt(prot: number): number {
  return (
    (prot & (PROT_READ | PROT_WRITE) ? DESCRIPTOR.R : 0) |
    (prot & PROT_WRITE ? DESCRIPTOR.W : 0) |
    (prot & PROT_EXEC ? DESCRIPTOR.X : 0)
  );
}
