/**
 * R_RISCV_ALIGN: code assembled with -mrelax brings more no-operations than an alignment can need, because the linker
 * may shorten what precedes it. This linker shortens nothing, but must still take the surplus away (psABI, "Alignment
 * Directive": "the linker must process it even without relaxation").
 */
import { alignUp } from "./bytes.ts";
import { RELOCATIONS } from "./elf.ts";
import type { Cut, InputSection } from "./link-input.ts";

/**
 * Removes surplus bytes from `input` and notes where. Returns the offset of an alignment that cannot be had, since the
 * section itself is aligned less, or undefined if all is well.
 */
export function cutAlignments(input: InputSection): number | undefined {
  const cuts: Cut[] = [];
  let removed = 0;
  const sorted = input.relocations.filter(({ type }) => type === RELOCATIONS.R_RISCV_ALIGN);
  for (const { offset, addend } of sorted.sort((a, b) => a.offset - b.offset)) {
    const reserved = Number(addend);
    let align = 1;
    while (align <= reserved) align *= 2;
    const now = offset - removed;
    const needed = alignUp(now, align) - now;
    if (align > input.section.align || needed > reserved || offset + reserved > input.data.length) return offset;
    if (needed === reserved) continue;
    cuts.push({ at: offset + needed, removed: reserved - needed });
    removed += reserved - needed;
  }
  if (removed > 0) shorten(input, cuts, removed);
  return undefined;
}

function shorten(input: InputSection, cuts: Cut[], removed: number): void {
  const rest = new Uint8Array(input.data.length - removed);
  let from = 0;
  let to = 0;
  for (const { at, removed: length } of [...cuts, { at: input.data.length, removed: 0 }]) {
    rest.set(input.data.subarray(from, at), to);
    to += at - from;
    from = at + length;
  }
  input.data = rest;
  input.size = rest.length;
  input.cuts = cuts;
}
