/**
 * Groups: accesses of a block by one base register that nothing changes between them, but by a constant: such as those that save
 * registers in a frame, or take bytes one after the other. One look at the fast TLB is enough for all of them.
 *
 * (1) Between the first and the last access of a group nothing is called that may change the fast TLBs.
 * (2) When the address of the group's first access is such that `base + aligned` is a multiple of its width, every access of the
 *     group is aligned.
 * (3) The unit at `aligned` has the last byte of the group. So, when it is aligned and lies in the page of `low`, all bytes do.
 */

import type { Insn } from "../decode.ts";
import { MEANINGS } from "./meaning.ts";

/** Offsets are from the base register as it is at the first access. */
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

/** An access of a group. */
export interface Member {
  readonly group: Group;
  readonly offset: number;
}

/** A group that accesses may still join, and what has been added to its base since the first. */
interface Open {
  readonly group: Group;
  moved: number;
}

/** Bytes from the lowest to the highest of a group whose base moves: where they lie in two pages the region is left. */
const LONGEST = 256;

/** Offset of the aligned unit that has the last byte. */
export const alignedOf = ({ high, width, anchor }: Group) => anchor + Math.floor((high - 1 - anchor) / width) * width;

/** By base register: the group that accesses may still join; null for none. Empty between two blocks. */
const open: (Open | null)[] = new Array<Open | null>(32).fill(null);

/** By instruction of a block: its place in the group that it belongs to, or null. Not reentrant. */
export function groupsOf(insns: readonly Insn[]): (Member | null)[] {
  const members: (Member | null)[] = [];
  for (let index = 0; index < insns.length; index++) {
    const insn = insns[index]!;
    const meaning = MEANINGS[insn.mnemonic];
    let member: Member | null = null;
    if (meaning.kind === "load" || meaning.kind === "store")
      member = join(insn, index, meaning.bytes, meaning.kind === "store");
    if (meaning.kind !== "store" && insn.rd !== 0) changed(insn);
    members.push(member);
  }
  open.fill(null);
  for (let index = 0; index < members.length; index++) if (members[index]?.group.count === 1) members[index] = null;
  return members;
}

/** x[rd] has been written. */
function changed({ mnemonic, rd, rs1, imm }: Insn): void {
  const there = open[rd]!;
  if (there === null) return;
  if (mnemonic === "addi" && rs1 === rd) there.moved += imm;
  else open[rd] = null;
}

/** Puts an access into the open group of its base, or begins one. */
function join(insn: Insn, index: number, bytes: number, isStore: boolean): Member {
  const { rs1: base, imm } = insn;
  const there = open[base]!;
  if (there === null || !fits(there.group, imm + there.moved, bytes, there.moved !== 0)) {
    const high = imm + bytes;
    const group = { first: index, base, low: imm, high, width: bytes, anchor: imm, hasStore: isStore, count: 1 };
    open[base] = { group, moved: 0 };
    return { group, offset: imm };
  }
  const offset = imm + there.moved;
  widen(there.group, offset, bytes, isStore);
  return { group: there.group, offset };
}

/** Puts an access that fits into a group. */
export function widen(group: Group, offset: number, bytes: number, isStore: boolean): void {
  if (offset < group.low) group.low = offset;
  if (offset + bytes > group.high) group.high = offset + bytes;
  if (bytes > group.width) {
    group.width = bytes;
    group.anchor = offset;
  }
  group.hasStore ||= isStore;
  group.count++;
}

/** Whether an access may be one of a group, whose base moves or does not. */
export function fits(group: Group, offset: number, bytes: number, moves: boolean): boolean {
  if ((offset - group.anchor) % Math.min(bytes, group.width) !== 0) return false;
  return !moves || Math.max(group.high, offset + bytes) - Math.min(group.low, offset) <= LONGEST;
}
