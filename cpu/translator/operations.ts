/**
 * Operations: what tier 0 does, by number, and the decoded entry of an instruction (layout.ts). An operation is a mnemonic, or a
 * narrower case of one that is decided once, at decoding: a jump that stays in its page, a result that nobody reads.
 *
 * (1) Operation 0 is OP.undecoded, so that cleared memory is an undecoded page.
 * (2) An operation never depends on the virtual address.
 */

import type { Insn } from "../decode.ts";
import { INSTRUCTIONS, type Mnemonic } from "../isa.ts";
import { HART_LAYOUT } from "../state.ts";
import { counterRead } from "./counters.ts";
import { ENTRIES_PER_PAGE, ENTRY_BYTES, INSTRUCTION_SHIFT } from "./layout.ts";
import { immediateOf, MEANINGS } from "./meaning.ts";

/** Operations that are no instruction's own, in the order of their numbers. */
const GENERAL = [
  "undecoded",
  "region",
  "next",
  "reference",
  "call",
  "nothing",
  "move",
  "jump",
  "jump.far",
  "return",
  "cycle",
  "time",
  "instret",
] as const;

/** A branch goes forward within its page; the others are its other two cases. */
const BRANCH_CASES = ["", ".back", ".far"] as const;

/** "" is JAL within its page. */
const JUMP_CASES = ["", ".far"] as const;

type Case = (typeof BRANCH_CASES)[number];
export type OperationName = (typeof GENERAL)[number] | `${Mnemonic}${Case}`;

function namesOf(mnemonic: Mnemonic): OperationName[] {
  switch (MEANINGS[mnemonic].kind) {
    case "branch":
      return BRANCH_CASES.map((each) => `${mnemonic}${each}` as const);
    case "jump":
      return JUMP_CASES.map((each) => `${mnemonic}${each}` as const);
    case "reference":
    case "call":
    case "nothing":
    case "csr":
      return [];
    default:
      return [mnemonic];
  }
}

/** By number. */
export const OPERATIONS: readonly OperationName[] = [
  ...GENERAL,
  ...(Object.keys(INSTRUCTIONS) as Mnemonic[]).flatMap(namesOf),
];

/** Numbers by name. Of a branch or JAL: `name` within the page, `name.far`, and `name.back` for branches backward. */
export const OP = Object.fromEntries(OPERATIONS.map((name, number) => [name, number])) as Readonly<
  Record<OperationName, number>
>;

/**
 * Pairs of operations that often follow each other: one operation does both, which saves a dispatch. The first one must go on to
 * the next instruction. The second entry stays as it is, for those who jump to it; the first one's `plain` does it alone.
 *
 * The choice is by how often pairs came in a mixture of C programs (-O1, -O2). With them `run` was 1.2 to 2 times as fast;
 * beyond some 105 of them V8 11.3 makes such bad code of all of `run` that most of it is lost.
 */
// biome-ignore format: a table is read in columns
const PAIRS: Readonly<Partial<Record<OperationName, readonly OperationName[]>>> = {
  addi:  ["addi", "add", "addiw", "lw", "ld", "lbu", "sd", "sb", "mul", "slli", "xor", "beq", "bne", "bne.back", "blt.back", "jump"],
  addiw: ["addi", "addiw", "move", "slli", "andi", "sb", "beq", "bne.back", "jump"],
  add:   ["addi", "add", "lw", "ld", "lbu", "sb", "sd", "bge", "bne.back", "bge.back"],
  addw:  ["add", "addiw", "srliw"],
  slli:  ["add", "addi", "srli", "ld"],
  srli:  ["andi", "beq"],
  andi:  ["addiw", "beq", "bne", "beq.back"],
  xor:   ["addi", "addiw"],
  mul:   ["add"],
  move:  ["addi", "addiw", "move", "lw", "ld", "jump"],
  lui:   ["addi", "lui"],
  auipc: ["addi", "jalr"],
  lw:    ["lw", "addi", "addiw", "addw", "move", "mul", "slli", "add", "blt.back", "bge"],
  ld:    ["ld", "add", "addi", "beq", "bne.back"],
  lbu:   ["addi", "add", "sb", "beq", "beq.back", "bne.back"],
};

/** The pairs, by numbers that follow those of OPERATIONS. */
export const FUSED: readonly (readonly [first: OperationName, second: OperationName])[] = (
  Object.keys(PAIRS) as OperationName[]
).flatMap((first) => (PAIRS[first] ?? []).map((second) => [first, second] as const));

const FUSED_BY_PAIR = new Map(
  FUSED.map(([first, second], index) => [OP[first] * 256 + OP[second], OPERATIONS.length + index]),
);

/** The operation for the first of two entries that follow each other, of operations `first` and `second`. */
export function fuse(first: number, second: number): number {
  return FUSED_BY_PAIR.get(first * 256 + second) ?? first;
}

/** What is written into an entry; see ENTRY in layout.ts. */
export interface EntryFields {
  readonly op: number;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly imm: number;
}

/** The register that takes what is written to x0 (state.ts (2)). */
const SINK = 32;

const offsetOf = (register: number) => HART_LAYOUT.x.at + 8 * register;

const REFERENCE: EntryFields = { op: OP.reference, rd: 0, rs1: 0, rs2: 0, imm: 0 };

/**
 * The entry of an instruction, wherever it lies; `placed` says what its place changes.
 * @param insn null for a word that is no instruction
 */
export function encodeEntry(insn: Insn | null): EntryFields {
  if (insn === null) return REFERENCE;
  const { rd, rs1, rs2 } = insn;
  return {
    op: operationOf(insn),
    rd: offsetOf(rd === 0 ? SINK : rd),
    rs1: offsetOf(rs1),
    rs2: offsetOf(rs2),
    imm: isJump(insn.mnemonic) ? insn.imm * (ENTRY_BYTES >> INSTRUCTION_SHIFT) : immediateOf(insn),
  };
}

function isJump(mnemonic: Mnemonic): boolean {
  const { kind } = MEANINGS[mnemonic];
  return kind === "branch" || kind === "jump";
}

/**
 * Whether a jump through the register is a return: ra. t0, which table 2.1 of Volume I names, too, holds return addresses in the
 * prologues of few compilers, but targets of computed jumps in much code written by hand; taking those for returns would keep
 * such code from ever becoming hot, while a return taken for a computed jump costs little.
 */
export const isLink = (register: number) => register === 1;

/** Jumps are taken for far ones here. */
function operationOf(insn: Insn): number {
  const { mnemonic, rd, rs1, imm } = insn;
  const { kind } = MEANINGS[mnemonic];
  if (kind === "csr") return OP[counterRead(insn) ?? "reference"];
  if (kind === "reference" || kind === "call" || kind === "nothing") return OP[kind];
  if (kind === "compute" && rd === 0) return OP.nothing;
  if (mnemonic === "addi" && rs1 === 0) return OP.lui;
  if (mnemonic === "addi" && imm === 0) return OP.move;
  if (kind === "jump" && rd === 0) return OP["jump.far"];
  if (kind === "jumpRegister" && rd === 0 && isLink(rs1)) return OP.return;
  if (kind === "branch" || kind === "jump") return OP[`${mnemonic}.far`];
  return OP[mnemonic];
}

/** By the number of a far jump: that of the same within the page, forward and backward. */
const NEAR = new Map(
  OPERATIONS.filter((name) => name.endsWith(".far")).map((name) => {
    const stem = name.slice(0, -".far".length) as OperationName;
    const back = `${stem}.back` as OperationName;
    return [OP[name], { forward: OP[stem], backward: OP[back] ?? OP[stem] }] as const;
  }),
);

/** The operation of `fields` as entry `index` of a page: which jumps stay in the page is known only there. */
export function placed({ op, imm }: EntryFields, index: number): number {
  const near = NEAR.get(op);
  if (near === undefined || imm % ENTRY_BYTES !== 0) return op;
  const target = index + imm / ENTRY_BYTES;
  if (!(target >= 0 && target < ENTRIES_PER_PAGE)) return op;
  return imm <= 0 ? near.backward : near.forward;
}
