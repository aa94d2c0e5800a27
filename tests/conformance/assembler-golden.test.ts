/**
 * The recorded output of GNU as and ld in tests/golden/assembler/gnu/ is what they give today.
 * RECORD_GOLDEN=1 npx vitest run --config vitest.conformance.config.ts assembler-golden records it anew.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { readExecutable } from "../../assembler/elf.ts";
import { sectionsText } from "../assembler/sections-text.ts";
import { ARCHITECTURE, AS, LD } from "./gnu-assembler.ts";
import { outputOf, testWith } from "./tools.ts";

const FOLDER = new URL("../golden/assembler/gnu/", import.meta.url).pathname;

function gnuText(name: string, folder: string): string {
  const object = join(folder, "golden.o");
  const executable = join(folder, "golden");
  outputOf(AS, [...ARCHITECTURE, "-mno-relax", FOLDER + name, "-o", object]);
  const layout = ["-z", "separate-code", "-z", "norelro", "-z", "noexecstack"];
  outputOf(LD, ["-m", "elf64lriscv_lp64", "--no-relax", ...layout, object, "-o", executable]);
  return sectionsText(readExecutable(readFileSync(executable)));
}

for (const name of readdirSync(FOLDER).filter((one) => one.endsWith(".s"))) {
  testWith([AS, LD], `${name}: the recorded sections are GNU's`, () => {
    const folder = mkdtempSync(join(tmpdir(), "quire-golden-"));
    try {
      const text = gnuText(name, folder);
      const path = FOLDER + name.replace(/\.s$/, ".hex");
      if (process.env.RECORD_GOLDEN) writeFileSync(path, text);
      expect(readFileSync(path, "utf8")).toBe(text);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
