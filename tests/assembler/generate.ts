/** Random assembly: lines of every form of every mnemonic, and programs whose branches are near and far. */

import type { OperandPattern, Slot } from "../../assembler/encode.ts";
import { rangeOf } from "../../assembler/fields.ts";
import { FORMS } from "../../assembler/forms.ts";
import { slotKind } from "../../assembler/operand.ts";
import { CSRS, FIELDS, type FieldName, REGISTER_NAMES } from "../../cpu/isa.ts";

/** A small generator of its own, so that a failure can be repeated (xorshift32). */
export class Dice {
  constructor(private state = 0x2545f491) {}

  /** An integer from 0 to n - 1. */
  below(n: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % n;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** 64 random bits, as a signed number. */
  bits64(): bigint {
    const half = () => BigInt(this.below(2 ** 31)) * 2n + BigInt(this.below(2));
    return BigInt.asIntN(64, (half() << 32n) | half());
  }
}

/** A number of the field's range; its ends often. */
function numberFor(slot: FieldName, dice: Dice): string {
  const { least, most } = rangeOf(slot);
  const value = dice.of([least, most, 0n, 1n, least + (BigInt(dice.below(2 ** 20)) % (most - least + 1n))]);
  return value < least
    ? String(least)
    : dice.of([String(value), value < 0n ? String(value) : `0x${value.toString(16)}`]);
}

/** Control registers that every assembler knows. */
const KNOWN_CSRS = Object.keys(CSRS).filter((name) => name !== "senvcfg");

export interface Names {
  readonly labels: readonly string[];
  readonly symbols: readonly string[];
}

function slotText(slot: Slot, names: Names, dice: Dice): string {
  switch (slotKind(slot)) {
    case "register":
      return dice.of([dice.of(REGISTER_NAMES), `x${dice.below(32)}`]);
    case "csr":
      return dice.of([dice.of(KNOWN_CSRS), `0x${dice.of([0xc00, 0x300, 0x100]).toString(16)}`]);
    case "fence-set":
      return dice.of(["iorw", "rw", "r", "w", "io", "ow", "ior"]);
    case "target":
      return dice.of(names.labels);
    case "symbol":
      return `${dice.of([...names.labels, ...names.symbols])}${dice.of(["", "", "+8", "-4"])}`;
    case "constant":
      return String(constantFor(dice));
    case "number":
      return numberFor(slot as FieldName, dice);
  }
}

/** Numbers that `li` loads in all its ways: few bits set, long runs, 32-bit edges, anything. */
export function constantFor(dice: Dice): bigint {
  const any = dice.bits64();
  const bit = 1n << BigInt(dice.below(64));
  const run = (1n << BigInt(dice.below(64))) - 1n;
  return BigInt.asIntN(
    64,
    dice.of([
      any,
      any >> BigInt(dice.below(64)),
      bit,
      -bit,
      bit + BigInt(dice.below(4096)) - 2048n,
      run << BigInt(dice.below(64)),
      (any & 0xfffn) << BigInt(dice.below(64)),
      0x7fff_ffffn + BigInt(dice.below(4096)) - 2048n,
      -0x8000_0000n + BigInt(dice.below(4096)) - 2048n,
    ]),
  );
}

function operandText(pattern: OperandPattern, names: Names, dice: Dice): string {
  if (!pattern.memory) return slotText(pattern.slot, names, dice);
  const offset = pattern.offset === null ? "" : dice.of(["", slotText(pattern.offset, names, dice)]);
  return `${offset}(${slotText(pattern.base, names, dice)})`;
}

/** `rounds` lines of each form. */
export function* everyForm(rounds: number, names: Names, dice: Dice): Generator<string> {
  for (const [mnemonic, forms] of FORMS) {
    for (const { operands } of forms) {
      for (let i = 0; i < (operands.length === 0 ? 1 : rounds); i++) {
        yield `${mnemonic} ${operands.map((pattern) => operandText(pattern, names, dice)).join(", ")}`.trim();
      }
    }
  }
}

/** Slots of instructions whose relocation operators GNU as knows, in use. */
const RELOCATED = [
  "lui a0, %hi(symbol)",
  "addi a0, a0, %lo(symbol)",
  "lw a1, %lo(symbol+4)(a0)",
  "sd a1, %lo(symbol)(a0)",
  "9: auipc a0, %pcrel_hi(symbol)\naddi a0, a0, %pcrel_lo(9b)\nlw a1, %pcrel_lo(9b)(a0)\nsw a1, %pcrel_lo(9b)(a0)",
  "jalr ra, %lo(symbol)(a0)",
];

export function relocated(names: Names, dice: Dice): string {
  return dice.of(RELOCATED).replaceAll("symbol", dice.of([...names.labels, ...names.symbols]));
}

const BRANCHES = ["beq a0, a1", "bnez t0", "bltu s0, s1", "bgt a2, a3", "blez a4"];

/** A program of `length` statements: code and data, alignments, gaps that make branches far, labels everywhere. */
export function program(length: number, dice: Dice): string {
  const labels = Array.from({ length: Math.max(4, length >> 4) }, (_, i) => `.L${i}`);
  const globals = labels.slice(0, 3).map((_, i) => `function${i}`);
  const names: Names = { labels: [...labels, ...globals], symbols: ["external", "data0"] };
  const lines = [".data", "data0: .dword .L0, external + 8, .L1 - .L0", ".word .L2 - .L1, external - .", ".text"];
  const unplaced = [...names.labels];
  for (let i = 0; i < length; i++) {
    if (unplaced.length > 0 && dice.below(12) === 0) {
      const label = unplaced.splice(dice.below(unplaced.length), 1)[0]!;
      if (!label.startsWith(".")) lines.push(`.globl ${label}`, `.type ${label}, @function`);
      lines.push(`${label}:`);
    }
    lines.push(statement(names, dice));
  }
  for (const label of unplaced) lines.push(`${label}: nop`);
  return `${lines.join("\n")}\n`;
}

function statement(names: Names, dice: Dice): string {
  const kind = dice.below(20);
  if (kind < 7) return `${dice.of(BRANCHES)}, ${dice.of(names.labels)}`;
  if (kind === 7) return `${dice.of(["j", "call", "tail", "jal"])} ${dice.of([...names.labels, "external"])}`;
  if (kind === 8) return `la a0, ${dice.of([...names.labels, ...names.symbols])}`;
  if (kind === 9) return `li a${dice.below(8)}, ${constantFor(dice)}`;
  if (kind === 10) return `.p2align ${dice.below(6)}${dice.of(["", "", ",,3", ",0"])}`;
  if (kind === 11) return `.space ${dice.of([4, 8, 64, 1000, 2000])}`;
  if (kind === 12) return relocated(names, dice);
  if (kind === 13) return `1: ${dice.of(BRANCHES)}, 1b\n${dice.of(BRANCHES)}, 2f\nnop\n2:`;
  if (kind === 14) return `.data\n.p2align 2\n.word ${dice.below(1000)}, ${dice.of(names.labels)}\n.text`;
  if (kind === 15) return `lw a0, ${dice.of(names.symbols)}\nsd a0, ${dice.of(names.symbols)}, t0`;
  return `addi a${dice.below(8)}, sp, ${dice.below(2048)}`;
}

/** Names of the fields, for tests that go over all of them. */
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];
