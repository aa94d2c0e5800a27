/** What people are told of wrong source. Golden texts: RECORD_GOLDEN=1 npx vitest run diagnostics writes them anew. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assemble } from "../../assembler/assemble.ts";
import { type Diagnostic, formatDiagnostic, MAX_ERRORS } from "../../assembler/diagnostic.ts";
import { diagnosticsOf, messagesOf } from "./source.ts";

const FOLDER = new URL("../golden/assembler/errors/", import.meta.url).pathname;
const plain = (diagnostic: Diagnostic): string => formatDiagnostic(diagnostic, { color: false });

describe("messages about the golden sources", () => {
  test.each(readdirSync(FOLDER).filter((name) => name.endsWith(".s")))("%s", (name) => {
    const { diagnostics, object } = assemble(name, readFileSync(FOLDER + name), {
      includePaths: [],
      readFile: () => null,
    });
    expect(object).toBeNull();
    const text = `${diagnostics.map(plain).join("\n")}\n`;
    const path = FOLDER + name.replace(/\.s$/, ".txt");
    if (process.env.RECORD_GOLDEN) writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });
});

describe("a diagnostic", () => {
  test("shows file, line, column, the line, a caret and a hint", () => {
    const [first] = diagnosticsOf("nop\n\tadi a0, a0, 1\n");
    expect(plain(first!)).toBe(
      [
        "test.s:2:2: error: unknown instruction `adi`",
        "    2 |  adi a0, a0, 1",
        "      |  ^",
        "  hint: did you mean `addi`?",
      ].join("\n"),
    );
  });

  test("is coloured when that is asked for", () => {
    const [first] = diagnosticsOf("adi\n");
    expect(formatDiagnostic(first!, { color: true })).toContain("\u001b[1;31merror:");
  });

  test("of a very long line shows the part around the caret", () => {
    const [first] = diagnosticsOf(`.byte ${"1, ".repeat(500)}?\n`);
    const lines = plain(first!).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(160);
    expect(lines[1]![lines[2]!.indexOf("^")]).toBe("?");
  });

  test("has nothing in it that a terminal would obey", () => {
    for (const [control, named] of [
      ["\u001b", "0x1b"],
      ["\u0005", "0x05"],
      ["\u007f", "0x7f"],
    ] as const) {
      const [first] = diagnosticsOf(`nop ${control}[31m\n`);
      expect(first!.message).toBe(`unexpected character ${named}`);
      expect(plain(first!)).not.toContain(control);
    }
    // This one may be in a name.
    const [second] = diagnosticsOf("\u009b31m a0\n");
    expect(second!.message).toContain("\u009b31m");
    expect(plain(second!)).not.toContain("\u009b");
  });

  test("counts columns in characters, not bytes", () => {
    const [first] = diagnosticsOf('/* ü */ adi a0\n.ascii "grün"\n');
    expect(first).toMatchObject({ column: 9, sourceLine: "/* ü */ adi a0" });
  });

  test("of an expansion names the line of the body and every call", () => {
    const source = ".macro inner r\naddi \\r, \\r, 5000\n.endm\n.macro outer\ninner a0\n.endm\nnop\nouter\n";
    const [only, ...none] = diagnosticsOf(source);
    expect(none).toEqual([]);
    expect(only).toMatchObject({ line: 2, sourceLine: "addi a0, a0, 5000" });
    expect(only!.trail!.map(({ note, line }) => `${line}: ${note}`)).toEqual([
      "5: in macro `inner`, called here",
      "8: in macro `outer`, called here",
    ]);
  });

  test("of an included file names the file and where it was included", () => {
    const [only] = diagnosticsOf('.include "part.s"\n', { "part.s": "nop\nbad\n" });
    expect(only).toMatchObject({
      file: "part.s",
      line: 2,
      trail: [{ file: "test.s", line: 1, note: "included here" }],
    });
  });
});

describe("errors", () => {
  test("are all told in one run, in the order of the source, late ones among them", () => {
    expect(
      messagesOf("beq a0, a1, 1f\nbad\naddi a0, a0, there\n.word 1 +\nthere:\n").map((m) => m.split(":")[0]),
    ).toEqual(["1", "2", "3", "4"]);
  });

  test("are told once, however often the line is read", () => {
    expect(messagesOf(".macro m\nbad\n.endm\nm\nm\nm\n")).toEqual(["2:1: unknown instruction `bad`"]);
  });

  test("beyond a limit are counted, not listed", () => {
    const messages = messagesOf("bad\n".repeat(1000));
    expect(messages).toHaveLength(MAX_ERRORS + 1);
    expect(messages.at(-1)).toContain("no more are listed");
  });

  test("suggest only words that are near", () => {
    const hints = ["mvv a0, a1", "xyzzy a0", ".golbl main", "ad a0, a0, a0", "csrr a0, instrt"].map(
      (line) => diagnosticsOf(`${line}\n`)[0]!.hint,
    );
    expect(hints).toEqual([
      "did you mean `mv`?",
      undefined,
      "did you mean `.globl`?",
      "did you mean `add`?",
      "did you mean `instret`?",
    ]);
  });

  test("leave no object, warnings do", () => {
    const options = { includePaths: [], readFile: () => null };
    expect(assemble("a.s", "bad\n", options).object).toBeNull();
    expect(assemble("a.s", ".byte 300\n", options)).toMatchObject({
      object: {},
      diagnostics: [{ severity: "warning" }],
    });
  });
});
