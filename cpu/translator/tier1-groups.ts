/**
 * Groups: accesses of a block by one base register that nothing changes between them, such as those that save registers in a
 * frame. One look at the fast TLB is enough for all of them.
 *
 * (1) Between the first and the last access of a group nothing is called that may change the fast TLBs.
 * (2) When the address of the group's first access is such that `base + aligned` is a multiple of its width, every access of the
 *     group is aligned.
 * (3) The unit at `aligned` has the last byte of the group. So, when it is aligned and lies in the page of `low`, all bytes do.
 */

import type { Insn } from "../decode.ts";
import { MEANINGS } from "./meaning.ts";

/** Offsets are from the base register. */
export interface Group {
  /** Index of the instruction that asks for all. */
  readonly first: number;
  readonly base: number;
  /** Of the lowest byte. */
  low: number;
  /** Of the highest unit that an access may lie in; behind the last byte. */
  high: number;
  /** Bytes of the widest access, and the offset of one such. */
  width: number;
  anchor: number;
  hasStore: boolean;
  count: number;
}

/** Offset of the aligned unit that has the last byte. */
export const alignedOf = ({ high, width, anchor }: Group) => anchor + Math.floor((high - 1 - anchor) / width) * width;

/**
 * By instruction of a block: the group that it belongs to, or null.
 * @param mayJoin whether an access may be one of a group; one that may not ends all groups
 */
export function groupsOf(insns: readonly Insn[], mayJoin: (insn: Insn) => boolean): (Group | null)[] {
  const open = new Map<number, Group>();
  const groups = insns.map((insn, index): Group | null => {
    const meaning = MEANINGS[insn.mnemonic];
    let group: Group | null = null;
    if (meaning.kind === "load" || meaning.kind === "store") {
      if (!mayJoin(insn)) open.clear();
      else group = join(open, insn, index, meaning.bytes, meaning.kind === "store");
    }
    if (meaning.kind !== "store" && insn.rd !== 0) open.delete(insn.rd);
    return group;
  });
  return groups.map((group) => (group !== null && group.count > 1 ? group : null));
}

/** Puts an access into the open group of its base, or begins one. */
function join(open: Map<number, Group>, insn: Insn, index: number, bytes: number, hasStore: boolean): Group {
  const { rs1: base, imm: offset } = insn;
  const group = open.get(base);
  if (group === undefined || (offset - group.anchor) % Math.min(bytes, group.width) !== 0) {
    const begun = {
      first: index,
      base,
      low: offset,
      high: offset + bytes,
      width: bytes,
      anchor: offset,
      hasStore,
      count: 1,
    };
    open.set(base, begun);
    return begun;
  }
  group.low = Math.min(group.low, offset);
  group.high = Math.max(group.high, offset + bytes);
  if (bytes > group.width) {
    group.width = bytes;
    group.anchor = offset;
  }
  group.hasStore ||= hasStore;
  group.count++;
  return group;
}
