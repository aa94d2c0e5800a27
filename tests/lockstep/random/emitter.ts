/** Emitter: instruction words one after the other, with labels that may be placed later. All of it is position-independent. */

import { encode, type OperandValues, packField } from "../../../cpu/fields.ts";
import type { Mnemonic } from "../../../cpu/isa.ts";

/** Where something lies, in bytes from the beginning; -1 until it is placed. */
export interface Label {
  at: number;
}

interface Fixup {
  readonly at: number;
  readonly label: Label;
  readonly field: "branch" | "jump" | "low" | "high" | "distance";
  /** What the distance is counted from. */
  readonly from: number;
}

export class Emitter {
  readonly words: Uint32Array;
  /** The next word's place, in bytes. */
  at = 0;
  private readonly fixups: Fixup[] = [];

  /** @param bytes room; what does not fit is an error */
  constructor(readonly bytes: number) {
    this.words = new Uint32Array(bytes / 4);
  }

  get room(): number {
    return this.bytes - this.at;
  }

  word(word: number): void {
    if (this.at >= this.bytes) throw new Error("the program does not fit");
    this.words[this.at >> 2] = word;
    this.at += 4;
  }

  put(mnemonic: Mnemonic, values: OperandValues = {}): void {
    this.word(encode(mnemonic, values));
  }

  label(): Label {
    return { at: -1 };
  }

  place(label: Label): void {
    label.at = this.at;
  }

  here(): Label {
    return { at: this.at };
  }

  branch(mnemonic: Mnemonic, rs1: number, rs2: number, label: Label): void {
    this.fix(label, "branch");
    this.put(mnemonic, { rs1, rs2 });
  }

  jal(rd: number, label: Label): void {
    this.fix(label, "jump");
    this.put("jal", { rd });
  }

  /** rd = the label's address. */
  address(rd: number, label: Label): void {
    const from = this.at;
    this.fix(label, "high", from);
    this.put("auipc", { rd });
    this.fix(label, "low", from);
    this.put("addi", { rd, rs1: rd });
  }

  /** rd = the label's distance from the beginning of the code. */
  offset(rd: number, label: Label): void {
    this.fix(label, "high", 0);
    this.put("lui", { rd });
    this.fix(label, "low", 0);
    this.put("addi", { rd, rs1: rd });
  }

  /** A word of data: the label's distance from `base`, plus `error`. */
  distance(label: Label, base: Label, error = 0): void {
    this.fix(label, "distance", base.at);
    this.word(error);
  }

  /** rd = value, an int32. */
  constant(rd: number, value: number): void {
    if (value >= -2048 && value < 2048) {
      this.put("addi", { rd, rs1: 0, imm: value });
      return;
    }
    this.put("lui", { rd, upper: (value + 0x800) >>> 12 });
    this.put("addiw", { rd, rs1: rd, imm: value });
  }

  private fix(label: Label, field: Fixup["field"], from = this.at): void {
    this.fixups.push({ at: this.at, label, field, from });
  }

  /** All labels are placed: fills in the distances. */
  finish(): Uint32Array {
    for (const { at, label, field, from } of this.fixups) {
      if (label.at < 0) throw new Error("a label was never placed");
      const distance = label.at - from;
      this.words[at >> 2] += fieldOf(field, distance);
    }
    return this.words;
  }
}

function fieldOf(field: Fixup["field"], distance: number): number {
  switch (field) {
    case "distance":
      return distance;
    case "high":
      return packField("upper", (distance + 0x800) >>> 12);
    case "low":
      return packField("imm", distance);
    default:
      return packField(field, distance);
  }
}
