/**
 * Sources of tests/golden/assembler/gnu/, assembled and linked by us, give the sections that GNU as and ld gave. The
 * .hex files are theirs, recorded by tests/conformance/assembler-golden.test.ts.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assemble } from "../../assembler/assemble.ts";
import { readExecutable } from "../../assembler/elf.ts";
import { link } from "../../assembler/link.ts";
import { sectionsText } from "./sections-text.ts";

const FOLDER = new URL("../golden/assembler/gnu/", import.meta.url).pathname;

describe("assembled and linked as by GNU as and ld", () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".s"));
  test.each(names)("%s", (name) => {
    const options = { includePaths: [], readFile: () => null, debugLines: false };
    const { object, diagnostics } = assemble(name, readFileSync(FOLDER + name), options);
    expect(diagnostics).toEqual([]);
    const linked = link([object!], []);
    expect(linked.diagnostics).toEqual([]);
    const expected = readFileSync(FOLDER + name.replace(/\.s$/, ".hex"), "utf8");
    expect(sectionsText(readExecutable(linked.executable!))).toBe(expected);
  });
});
