/** Our assembler gives the bytes that GNU as gives, for all that both accept. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { constantFor, Dice, everyForm, program, relocated } from "../assembler/generate.ts";
import { ARCHITECTURE, AS, type Comparison, compare, GCC, LD } from "./gnu-assembler.ts";
import { outputOf, testWith } from "./tools.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const INCLUDES = [join(ROOT, "userland/include")];
const NAMES = { labels: ["here", "there", ".Llocal", "1f", "external"], symbols: ["external", "datum", ".Ldatum"] };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-as-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function sourcesUnder(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const full = join(path, entry.name);
    if (entry.isDirectory()) return sourcesUnder(full);
    return entry.name.endsWith(".s") ? [full] : [];
  });
}

function compareText(name: string, text: string): Comparison {
  const path = join(folder, `${name}.s`);
  writeFileSync(path, text);
  return compare(path, folder, INCLUDES);
}

const SAME: Comparison = { verdict: "same", detail: "" };

describe("the sources of the tree", () => {
  for (const part of ["userland", "tests"]) {
    testWith([AS, LD], `every .s under ${part}/ that GNU as accepts gives the same bytes`, () => {
      const results = sourcesUnder(join(ROOT, part)).map((path) => ({ path, ...compare(path, folder, INCLUDES) }));
      const compared = results.filter(({ verdict }) => verdict !== "gnu refuses");
      expect(compared.length).toBeGreaterThan(results.length / 2);
      expect(compared.filter(({ verdict }) => verdict !== "same")).toEqual([]);
    });
  }
});

describe("generated source", () => {
  testWith([AS, LD], "every form of every mnemonic, with operands of all kinds", () => {
    const dice = new Dice();
    const lines = [...everyForm(24, NAMES, dice)];
    const ends = [".data", "datum: .dword 1", ".Ldatum: .dword 2"];
    for (let at = 0; at < lines.length; at += 400) {
      const body = lines.slice(at, at + 400).map((line, i) => (i % 16 === 0 ? `1:\n${line}` : line));
      const text = ["here:", ...body, "there:", ".Llocal:", "1: nop", ...ends, ""].join("\n");
      expect(compareText(`forms-${at}`, text)).toEqual(SAME);
    }
    expect(lines.length).toBeGreaterThan(4000);
  });

  testWith([AS, LD], "li, for 40,000 numbers of all kinds", () => {
    const dice = new Dice(7);
    for (let batch = 0; batch < 4; batch++) {
      const lines = Array.from({ length: 10_000 }, () => `li a${dice.below(8)}, ${constantFor(dice)}`);
      expect(compareText(`li-${batch}`, `${lines.join("\n")}\n`)).toEqual(SAME);
    }
  });

  testWith([AS, LD], "relocation operators on symbols of this file and of others", () => {
    const dice = new Dice(11);
    const lines = Array.from({ length: 1000 }, () =>
      relocated({ labels: ["here", ".Llocal"], symbols: NAMES.symbols }, dice),
    );
    const text = ["here: nop", ...lines, ".Llocal: nop", ".data", "datum: .dword 1", ".Ldatum: .dword 2", ""].join(
      "\n",
    );
    expect(compareText("relocated", text)).toEqual(SAME);
  });

  testWith([AS, LD], "300 programs with near and far branches, alignments and address arithmetic", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const text = program(seed % 10 === 0 ? 1500 : 150, new Dice(seed));
      expect({ seed, ...compareText("program", text) }).toEqual({ seed, ...SAME });
    }
  });
});

describe("what gcc writes", () => {
  const folders = ["tests/conformance/programs", "tests/golden/assembler"];
  const sources = folders.flatMap((path) =>
    readdirSync(join(ROOT, path)).flatMap((name) => (name.endsWith(".c") ? [join(ROOT, path, name)] : [])),
  );
  for (const level of ["-O0", "-O1", "-O2", "-Os", "-O3 -g"]) {
    testWith([AS, LD, GCC], `gcc ${level} -S assembles unchanged, to the same bytes`, () => {
      expect(sources.length).toBeGreaterThan(0);
      for (const source of sources) {
        const options = [...ARCHITECTURE, "-ffreestanding", "-fno-pic", ...level.split(" "), "-S"];
        outputOf(GCC, [...options, source, "-o", join(folder, "c.s")]);
        const text = readFileSync(join(folder, "c.s"), "utf8");
        expect({ source, ...compareText("gcc", text) }).toEqual({ source, ...SAME });
      }
    });
  }
});
