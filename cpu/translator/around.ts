/**
 * Around: small loops that are one way around: blocks each of which leads to the next, the last to the first, and nobody else to any but the
 * first. Control leaves such a loop between its blocks. Rounds of it may stand behind each other, with one look at the budget and
 * one of the host's stack checks; and what moves by constants is asked for once:
 *
 * A *steady* access is one whose base register is changed in the loop by nothing but constants that are added to it. Where it is in any round is
 * known when the first begins, so steady accesses of all rounds by one base are one group (tier1-groups.ts).
 *
 * (1) In no loop is a call, or anything else that may change the fast TLBs.
 */

import type { Insn } from "../decode.ts";
import type { Effects } from "./effects.ts";
import { MEANINGS } from "./meaning.ts";
import type { Block, Region, Target } from "./region.ts";
import { fits, type Group, type Member, widen } from "./tier1-groups.ts";

/** Instructions of a loop at most, without those that end blocks, and how many rounds of it stand behind each other. */
const UNROLLED = [
  [8, 4],
  [12, 2],
] as const;
const LONGEST = 12;

/**
 * Blocks of a region at most in which every such loop is unrolled. In longer ones loops are seldom what takes the time, but code that is
 * compiled does: there only loops are that have steady accesses.
 */
const SHORT = 12;
/** Groups of a region at most: each has a cache, which is two registers of the host. */
const MOST_GROUPS = 8;
/** Blocks of a loop at most. */
const MOST_CHAINED = 4;

const PAGE_SHIFT = 12;

/** Accesses of a loop by one base register. Offsets are from the base as it is when the first round begins. */
interface Steady {
  readonly group: Group;
  /** What a round adds to the base. */
  readonly stride: number;
}

/** A loop. */
export interface Around {
  /** Its blocks, from the first on. */
  readonly chain: readonly number[];
  /** How many rounds stand behind each other. */
  readonly rounds: number;
  readonly groups: readonly Group[];
  /** By block of the chain and instruction: its group, and its offset in the first round; null for what is not steady. */
  readonly steady: readonly (readonly ({ readonly by: Steady; readonly offset: number } | null)[])[];
}

const NONE: ReadonlyMap<number, Around> = new Map();

/** The loops of a region by their first blocks. @param effects of that region */
export function loopsAround(region: Region, effects: Effects): ReadonlyMap<number, Around> {
  const { blocks } = region;
  let loops: Map<number, Around> | null = null;
  let ways: Int32Array | null = null;
  let groups = 0;
  for (let from = 0; from < blocks.length; from++) {
    const head = headOf(blocks, from);
    if (head < 0 || loops?.has(head)) continue;
    ways ??= effects.countWays(region);
    const chain = chainFrom(blocks, ways, [head]);
    if (chain === null || (blocks.length > SHORT && !hasSteady(blocks, chain))) continue;
    const loop = unrolled(blocks, chain);
    groups += loop.groups.length;
    if (groups > MOST_GROUPS) break;
    loops ??= new Map();
    loops.set(head, loop);
  }
  return loops ?? NONE;
}

/** The block not far before it that a block's jump or branch leads back to, or itself; -1 for none. */
function headOf(blocks: readonly Block[], from: number): number {
  const { at, end } = blocks[from]!;
  if (end.kind === "branch") {
    if (isBack(blocks, at, end.taken)) return (end.taken as { block: number }).block;
    return isBack(blocks, at, end.next) ? (end.next as { block: number }).block : -1;
  }
  return end.kind === "goto" && isBack(blocks, at, end.to) ? (end.to as { block: number }).block : -1;
}

function isBack(blocks: readonly Block[], at: number, to: Target): boolean {
  if (!("block" in to)) return false;
  const distance = at - blocks[to.block]!.at;
  return distance >= 0 && distance <= 4 * (LONGEST + MOST_CHAINED);
}

/** The chain so far with all that leads back to its first block; null where nothing does. */
function chainFrom(blocks: readonly Block[], ways: Int32Array, chain: readonly number[]): readonly number[] | null {
  if (sizeOf(blocks, chain) > LONGEST) return null;
  const [head] = chain;
  const last = blocks[chain[chain.length - 1]!]!;
  const targets = targetsOf(last).filter((to) => blocks[to]!.at >> PAGE_SHIFT === last.at >> PAGE_SHIFT);
  if (targets.includes(head!)) return chain;
  if (chain.length === MOST_CHAINED) return null;
  for (const to of targets) {
    const longer = ways[to] === 1 ? chainFrom(blocks, ways, [...chain, to]) : null;
    if (longer !== null) return longer;
  }
  return null;
}

const sizeOf = (blocks: readonly Block[], chain: readonly number[]) =>
  chain.reduce((size, block) => size + blocks[block]!.insns.length, 0);

const blocksOf = (targets: readonly Target[]) => targets.flatMap((target) => ("block" in target ? [target.block] : []));

/** Where a block's jump or fall leads, the next instruction first; none where both ways of a branch lead to one place. */
function targetsOf({ end }: Block): number[] {
  if (end.kind === "goto") return blocksOf([end.to]);
  const targets = end.kind === "branch" ? blocksOf([end.next, end.taken]) : [];
  return targets[0] === targets[1] ? [] : targets;
}

function unrolled(blocks: readonly Block[], chain: readonly number[]): Around {
  const size = sizeOf(blocks, chain);
  const rounds = UNROLLED.find(([longest]) => size <= longest)![1];
  const strides = stridesOf(chain.flatMap((block) => blocks[block]!.insns));
  const byBase = new Map<number, Steady>();
  const moved = new Int32Array(32);
  const steady = chain.map((block) =>
    blocks[block]!.insns.map((insn) => {
      const { rs1: base, rd, imm } = insn;
      const offset = moved[base]! + imm;
      const by = join(byBase, insn, offset, strides[base]!, rounds);
      if (writes(insn) && !Number.isNaN(strides[rd]!)) moved[rd]! += imm;
      return by === null ? null : { by, offset };
    }),
  );
  return { chain, rounds, groups: [...byBase.values()].map(({ group }) => group), steady };
}

/** Whether a loop may have steady accesses. */
function hasSteady(blocks: readonly Block[], chain: readonly number[]): boolean {
  let changed = 1;
  for (const block of chain)
    for (const insn of blocks[block]!.insns)
      if (!(insn.mnemonic === "addi" && insn.rs1 === insn.rd) && writes(insn)) changed |= 1 << insn.rd;
  return chain.some((block) =>
    blocks[block]!.insns.some(({ mnemonic, rs1 }) => {
      const { kind } = MEANINGS[mnemonic];
      return (kind === "load" || kind === "store") && (changed & (1 << rs1)) === 0;
    }),
  );
}

/** What a round adds to each register; NaN for those that it changes otherwise. x0 never is a base. */
function stridesOf(insns: readonly Insn[]): number[] {
  const strides = new Array<number>(32).fill(0);
  strides[0] = Number.NaN;
  for (const insn of insns) {
    const { mnemonic, rd, rs1, imm } = insn;
    if (writes(insn)) strides[rd]! += mnemonic === "addi" && rs1 === rd ? imm : Number.NaN;
  }
  return strides;
}

/** Whether an instruction has a destination. */
function writes({ mnemonic }: Insn): boolean {
  const { kind } = MEANINGS[mnemonic];
  return kind !== "store" && kind !== "nothing";
}

/** Puts an access in all its rounds into the group of its base; null where it is none, or cannot. */
function join(byBase: Map<number, Steady>, insn: Insn, offset: number, stride: number, rounds: number): Steady | null {
  const meaning = MEANINGS[insn.mnemonic];
  if ((meaning.kind !== "load" && meaning.kind !== "store") || Number.isNaN(stride)) return null;
  const { bytes } = meaning;
  const last = offset + stride * (rounds - 1);
  const known = byBase.get(insn.rs1);
  const group = known?.group ?? {
    ...{ first: -1, base: insn.rs1, low: offset, high: offset + bytes, width: bytes, anchor: offset },
    ...{ hasStore: false, count: 0 },
  };
  if (
    !fits(group, offset, bytes, true) ||
    !fits(group, last, bytes, true) ||
    stride % Math.max(bytes, group.width) !== 0
  )
    return null;
  for (const each of [offset, last]) widen(group, each, bytes, meaning.kind === "store");
  const by = known ?? { group, stride };
  byBase.set(insn.rs1, by);
  return by;
}

/** The place of an access in the group that it belongs to, in that round; null where it belongs to none. */
export function memberAt({ steady }: Around, position: number, index: number, round: number): Member | null {
  const place = steady[position]![index] ?? null;
  return place === null ? null : { group: place.by.group, offset: place.offset + round * place.by.stride };
}
