/** The disassembler prints what `objdump -d -M no-aliases` prints, and nothing for words that are no instruction. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { decode } from "../../cpu/decode.ts";
import { disassemble } from "../../cpu/disassemble.ts";
import { AQ, encode, operandsOf, packField, patternOf, RL } from "../../cpu/fields.ts";
import { CSRS, INSTRUCTIONS, type Mnemonic } from "../../cpu/isa.ts";
import { Random } from "../../cpu/random.ts";
import { outputOf, testWith } from "./tools.ts";

const OBJDUMP = "riscv64-linux-gnu-objdump";
const MNEMONICS = Object.keys(INSTRUCTIONS) as Mnemonic[];
const EACH = 300;

/** objdump's text for each word, laid out from address 0; comments after the operands are taken off. */
function objdump(words: Uint32Array): string[] {
  const folder = mkdtempSync(join(tmpdir(), "quire-objdump-"));
  try {
    const path = join(folder, "words.bin");
    writeFileSync(path, words);
    const args = ["-b", "binary", "-m", "riscv:rv64", "-M", "no-aliases", "-z", "-D", path];
    const lines = new TextDecoder().decode(outputOf(OBJDUMP, args)).split("\n");
    const texts: string[] = [];
    for (const line of lines) {
      const parts = /^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/.exec(line);
      if (parts === null) continue;
      const text = parts[2]!.replace(/\s+#.*$/, "").trim();
      texts[Number.parseInt(parts[1]!, 16) / 4] = text;
    }
    return texts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A word of the row with random operands. CSR numbers are those that have a name here. */
function randomWord(random: Random, mnemonic: Mnemonic): number {
  const row = INSTRUCTIONS[mnemonic];
  let word = patternOf(row).match;
  const csrs = Object.values(CSRS);
  for (const name of operandsOf(row)) {
    word |= packField(name, name === "csr" ? csrs[random.below(csrs.length)]! : random.next());
  }
  return (word | (row.format === "AMO" ? random.next() & (AQ | RL) : 0)) >>> 0;
}

testWith(
  [OBJDUMP],
  `${MNEMONICS.length} rows with ${EACH} random operand lists each read as objdump reads them`,
  () => {
    const random = new Random(7);
    const words = Uint32Array.from(
      MNEMONICS.flatMap((name) => Array.from({ length: EACH }, () => randomWord(random, name))),
    );
    const theirs = objdump(words);
    const ours = Array.from(words, (word, index) => disassemble(word, 4 * index));
    expect(ours).toEqual(theirs);
  },
);

testWith([OBJDUMP], "every CSR name of the table is objdump's", () => {
  const words = Uint32Array.from(Object.values(CSRS), (csr) => encode("csrrs", { rd: 10, csr, rs1: 11 }));
  expect(Object.keys(CSRS).map((name) => `csrrs\ta0,${name},a1`)).toEqual(objdump(words));
});

testWith(
  [OBJDUMP],
  "what objdump takes for data is data here, and what is illegal here is never printed as an instruction",
  () => {
    const random = new Random(8);
    const opcodes = [...new Set(MNEMONICS.map((name) => patternOf(INSTRUCTIONS[name]).match & 0x7f))];
    const words = Uint32Array.from(
      { length: 40_000 },
      (_, i) => ((random.next() & ~0x7f) | opcodes[i % opcodes.length]!) >>> 0,
    );
    const theirs = objdump(words);
    for (const [index, word] of words.entries()) {
      const text = disassemble(word, 4 * index);
      if (decode(word) === null || theirs[index]!.startsWith(".")) expect(text).toMatch(/^\.4byte\t0x[0-9a-f]+$/);
      else if (!text.startsWith(".") && !/^csrr/.test(text)) expect(text).toBe(theirs[index]);
    }
  },
);
