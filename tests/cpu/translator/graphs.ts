/** Graphs of regions: made by hand of ends of blocks, or random. */

import fc from "fast-check";
import type { Insn } from "../../../cpu/decode.ts";
import type { Block, BlockEnd, Region, Target } from "../../../cpu/translator/region.ts";

export const PAGE = 4096;

/** Of a branch, call or jump. Nobody looks into it. */
export const insn = {} as Insn;

/** A region of blocks 16 bytes apart from `from` on. */
export function regionOf(ends: readonly BlockEnd[], landings: readonly number[] = [], from = 0): Region {
  const blocks = ends.map((end, i): Block => ({ at: from + 16 * i, insns: [], end }));
  const pages: Region["pages"][number][] = [];
  for (const at of [0, -PAGE, PAGE, 2 * PAGE, 3 * PAGE]) pages.push({ at, frame: 0, decoded: 0 });
  return { blocks, pages, landings };
}

export const to = (block: number): Target => ({ block });
export const goto = (block: number): BlockEnd => ({ kind: "goto", to: to(block), jump: true });
export const branch = (taken: number, next: number): BlockEnd => ({
  kind: "branch",
  insn,
  taken: to(taken),
  next: to(next),
});
export const call = (back: number): BlockEnd => ({ kind: "call", insn, callee: 0, back: to(back) });
export const jump: BlockEnd = { kind: "jumpRegister", insn, isReturn: false };
export const ret: BlockEnd = { kind: "jumpRegister", insn, isReturn: true };
export const leave: BlockEnd = { kind: "leave" };

/** Blocks of code that can be reached. */
export function reached({ blocks, landings }: Region): number[] {
  const seen = new Set<number>();
  const todo = [0];
  for (let block = todo.pop(); block !== undefined; block = todo.pop()) {
    if (seen.has(block)) continue;
    seen.add(block);
    const { end } = blocks[block]!;
    const targets =
      end.kind === "goto"
        ? [end.to]
        : end.kind === "branch"
          ? [end.taken, end.next]
          : end.kind === "call" || end.kind === "callRegister"
            ? [end.back]
            : end.kind === "callWithin" || end.kind === "returnWithin"
              ? [to(end.to)]
              : [];
    for (const target of targets) if ("block" in target) todo.push(target.block);
    if (end.kind === "jumpRegister" && !end.isReturn) todo.push(...landings);
  }
  return [...seen].sort((a, b) => a - b);
}

/** Regions of 1 to `most` blocks that end in one of the kinds, as often as it is there; most branches go on with the next block, if forward. */
export function regions(most: number, kinds: readonly BlockEnd["kind"][], isForward: boolean): fc.Arbitrary<Region> {
  return fc.integer({ min: 1, max: most }).chain((size) => {
    const target = fc.oneof(
      { weight: 12, arbitrary: fc.nat(size - 1).map(to) },
      { weight: 1, arbitrary: fc.constantFrom(0x4000_0000, 0x4000_0004).map((away): Target => ({ away })) },
    );
    const end = (i: number): fc.Arbitrary<BlockEnd> =>
      fc
        .record({
          kind: fc.constantFrom(...kinds),
          one: target,
          two: target,
          inside: fc.nat(size - 1),
          isReturn: fc.boolean(),
        })
        .map((r) => {
          // Most code goes on with what follows.
          const next = isForward && i + 1 < size ? to(i + 1) : r.two;
          if (r.kind === "branch") return { kind: r.kind, insn, taken: r.one, next };
          if (r.kind === "goto") return { kind: r.kind, to: r.one, jump: true };
          if (r.kind === "call") return { kind: r.kind, insn, callee: 0, back: next };
          if (r.kind === "callRegister") return { kind: r.kind, insn, back: next };
          if (r.kind === "jumpRegister") return { kind: r.kind, insn, isReturn: r.isReturn };
          if (r.kind === "callWithin") return { kind: r.kind, insn, to: r.inside };
          if (r.kind === "returnWithin") return { kind: r.kind, insn, to: r.inside, back: 0 };
          return { kind: "leave" };
        });
    const ends = fc.tuple(...Array.from({ length: size }, (_, i) => end(i)));
    const landings = fc.oneof(fc.constant<number[]>([]), fc.uniqueArray(fc.nat(size - 1), { maxLength: 8 }));
    const from = fc.constantFrom(0, PAGE - 16, 2 * PAGE - 128, -64);
    return fc.tuple(ends, landings, from).map(([e, l, f]) =>
      regionOf(
        e,
        l.sort((a, b) => a - b),
        f,
      ),
    );
  });
}
