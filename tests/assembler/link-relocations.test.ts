/** What the linker writes into code and data for each relocation. */

import { describe, expect, it } from "vitest";
import { type RelocationName, SHN_ABS, STB_WEAK } from "../../assembler/elf.ts";
import { link } from "../../assembler/link.ts";
import { addressOf, linked, messages, NOP, program, wordsOf } from "./objects.ts";

describe("relocations", () => {
  const AUIPC = 0x00000517;
  const LUI = 0x00000537;
  const ADDI = 0x00050513;
  const SD = 0x00b53023;
  const JALR = 0x000500e7;
  /** .text is at 0x11000, `x` at 0x13808 in .data, which is 0x13000 or so behind it. */
  function patchedWords(
    code: number[],
    relocations: [offset: number, type: RelocationName, addend?: number][],
  ): number[] {
    const { builder, text } = program("main.o", ...code);
    const x = builder.symbol("x", SHN_ABS, 0x13808);
    const high = builder.local("high", text, 0);
    for (const [offset, type, addend] of relocations) {
      builder.relocate(text, offset, type, type.includes("PCREL_LO12") ? high : x, addend);
    }
    return wordsOf(linked([builder.object]), ".text");
  }

  it.each<[string, number[], [number, RelocationName, number?][], number[]]>([
    [
      "HI20 and LO12_I",
      [LUI, ADDI],
      [
        [0, "R_RISCV_HI20"],
        [4, "R_RISCV_LO12_I"],
      ],
      [0x00014537, 0x80850513],
    ],
    [
      "HI20 and LO12_S",
      [LUI, SD],
      [
        [0, "R_RISCV_HI20"],
        [4, "R_RISCV_LO12_S"],
      ],
      [0x00014537, 0x80b53423],
    ],
    [
      "PCREL_HI20 and PCREL_LO12_I",
      [AUIPC, ADDI],
      [
        [0, "R_RISCV_PCREL_HI20"],
        [4, "R_RISCV_PCREL_LO12_I"],
      ],
      [0x00003517, 0x80850513],
    ],
    [
      "PCREL_HI20 and PCREL_LO12_S",
      [AUIPC, SD],
      [
        [0, "R_RISCV_PCREL_HI20"],
        [4, "R_RISCV_PCREL_LO12_S"],
      ],
      [0x00003517, 0x80b53423],
    ],
    ["CALL_PLT", [AUIPC, JALR], [[0, "R_RISCV_CALL_PLT"]], [0x00003517, 0x808500e7]],
    ["CALL with an addend", [AUIPC, JALR], [[0, "R_RISCV_CALL", -8]], [0x00003517, 0x800500e7]],
    ["JAL", [NOP, 0x6f], [[4, "R_RISCV_JAL"]], [NOP, 0x0050206f]],
    ["BRANCH", [0x63], [[0, "R_RISCV_BRANCH", -0x2800 - 4]], [0x00000263]],
    ["32", [7], [[0, "R_RISCV_32", 1]], [0x13809]],
    ["64", [7, 7], [[0, "R_RISCV_64"]], [0x13808, 0]],
    [
      "ADD32 and SUB32",
      [7],
      [
        [0, "R_RISCV_ADD32", 5],
        [0, "R_RISCV_SUB32"],
      ],
      [12],
    ],
    [
      "ADD64 and SUB64",
      [7, 0],
      [
        [0, "R_RISCV_ADD64"],
        [0, "R_RISCV_SUB64", 8],
      ],
      [0xffffffff, 0xffffffff],
    ],
    [
      "ADD16 and SUB16",
      [0x00ffffff],
      [
        [0, "R_RISCV_ADD16", 2],
        [0, "R_RISCV_SUB16"],
      ],
      [0x00ff0001],
    ],
    [
      "ADD8 and SUB8",
      [0x01020304],
      [
        [1, "R_RISCV_ADD8", 2],
        [1, "R_RISCV_SUB8"],
      ],
      [0x01020504],
    ],
    [
      "SET8, SET16 and SET32",
      [0, 0, 0],
      [
        [0, "R_RISCV_SET8"],
        [4, "R_RISCV_SET16"],
        [8, "R_RISCV_SET32"],
      ],
      [0x08, 0x3808, 0x13808],
    ],
    [
      "SET6 and SUB6",
      [0xc1, 0x7f],
      [
        [0, "R_RISCV_SET6"],
        [4, "R_RISCV_SUB6"],
      ],
      [0xc8, 0x77],
    ],
    ["32_PCREL", [NOP, 0], [[4, "R_RISCV_32_PCREL"]], [NOP, 0x2804]],
    [
      "RELAX and NONE",
      [NOP],
      [
        [0, "R_RISCV_RELAX"],
        [0, "R_RISCV_NONE"],
      ],
      [NOP],
    ],
  ])("%s are applied", (_, code, relocations, expected) => {
    expect(patchedWords(code, relocations)).toEqual(expected);
  });

  it.each<[RelocationName, number, RegExp]>([
    ["R_RISCV_BRANCH", 0x12000, /`x` is 0x1000 bytes away, and a branch reaches 0x1000 at most/],
    ["R_RISCV_BRANCH", 0x11003, /odd distance/],
    ["R_RISCV_JAL", 0x11000 - 0x100002, /`x` is -0x100002 bytes away, and jal reaches 0x100000/],
    ["R_RISCV_CALL", 0x1_8000_0000, /too far away: the distance 0x17ffef000 does not fit/],
    ["R_RISCV_HI20", 0x7fff_f800, /too high: the address 0x7ffff800/],
    ["R_RISCV_32", 0x1_0000_0000, /too high for .word/],
    ["R_RISCV_TPREL_HI20", 0, /thread-local/],
    ["R_RISCV_RVC_JUMP", 0, /compressed instruction/],
    ["R_RISCV_COPY", 0, /static executable cannot have/],
  ])("%s to 0x%x is a message with the place", (type, value, message) => {
    const { builder, text } = program("main.o", NOP, NOP);
    builder.relocate(text, 0, type, builder.symbol("x", SHN_ABS, value));
    const result = link([builder.object], []);
    expect(result.executable).toBeNull();
    expect(result.diagnostics).toHaveLength(1);
    expect(result.diagnostics[0]!.message).toMatch(message);
    expect(result.diagnostics[0]).toMatchObject({ file: "main.o" });
  });

  it("%pcrel_lo without its %pcrel_hi is a message", () => {
    const { builder, text } = program("main.o", ADDI);
    builder.relocate(text, 0, "R_RISCV_PCREL_LO12_I", builder.local("here", text, 0));
    expect(messages([builder.object])[0]).toMatch(/names no instruction with %pcrel_hi/);
  });

  it("a relocation at the very end of a section is a message", () => {
    const { builder, text } = program("main.o", AUIPC);
    builder.relocate(text, 0, "R_RISCV_CALL", 1);
    expect(messages([builder.object])[0]).toMatch(/end of its section/);
  });

  it("a call of an undefined weak symbol goes to address 0", () => {
    const { builder, text } = program("main.o", AUIPC, JALR);
    builder.relocate(text, 0, "R_RISCV_CALL_PLT", builder.undefined("nowhere", STB_WEAK));
    expect(wordsOf(linked([builder.object]), ".text")).toEqual([AUIPC, 0x000000e7]);
  });

  it("GOT_HI20 gets a slot for each symbol", () => {
    const { builder, text } = program("main.o", AUIPC, 0x00053503, AUIPC, 0x00053503);
    const x = builder.symbol("x", SHN_ABS, 0x1234);
    const labels = [builder.local("h1", text, 0), builder.local("h2", text, 8)];
    for (const [i, label] of labels.entries()) {
      builder.relocate(text, 8 * i, "R_RISCV_GOT_HI20", x).relocate(text, 8 * i + 4, "R_RISCV_PCREL_LO12_I", label);
    }
    const executable = linked([builder.object]);
    expect(wordsOf(executable, ".got")).toEqual([0xffffffff, 0xffffffff, 0, 0, 0, 0, 0x1234, 0]);
    const got = executable.sections.find(({ name }) => name === ".got")!.address + 24;
    const [high, low] = wordsOf(executable, ".text");
    expect(0x11000 + (high! >> 12) * 4096 + (low! >> 20)).toBe(got);
  });

  it("ALIGN takes away surplus no-operations, and labels behind move with their code", () => {
    const { builder, text } = program("main.o", NOP, NOP, NOP, NOP, 0x6f);
    builder.object.sections[text]!.align = 16;
    builder
      .relocate(text, 4, "R_RISCV_ALIGN", 0, 12)
      .relocate(text, 16, "R_RISCV_JAL", builder.symbol("behind", text, 16));
    const { builder: cut, text: code } = program("cut.o", NOP, NOP, NOP, NOP, NOP, NOP, 0x6f);
    cut.object.sections[code]!.align = 8;
    cut.relocate(code, 4, "R_RISCV_ALIGN", 0, 4).relocate(code, 12, "R_RISCV_ALIGN", 0, 4);
    cut.relocate(code, 24, "R_RISCV_JAL", cut.symbol("behind", code, 24));
    expect(wordsOf(linked([builder.object]), ".text")).toEqual([NOP, NOP, NOP, NOP, 0x6f]);
    const executable = linked([cut.object]);
    // At offset 4 the alignment needs its no-operation, at 12 again: nothing goes.
    expect(wordsOf(executable, ".text")).toHaveLength(7);
    const { builder: surplus, text: tight } = program("surplus.o", NOP, NOP, NOP, 0x6f);
    surplus.object.sections[tight]!.align = 8;
    surplus
      .relocate(tight, 8, "R_RISCV_ALIGN", 0, 4)
      .relocate(tight, 12, "R_RISCV_JAL", surplus.symbol("behind", tight, 12));
    const shorter = linked([surplus.object]);
    expect(wordsOf(shorter, ".text")).toEqual([NOP, NOP, 0x6f]);
    expect(addressOf(shorter, "behind")).toBe(0x11008);
  });
});
