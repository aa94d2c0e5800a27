import { describe, expect, it } from "vitest";
import { readArchive, writeArchive } from "../../assembler/archive.ts";
import { ElfError } from "../../assembler/elf.ts";
import { CODE, golden, NOP, ObjectBuilder, words } from "./objects.ts";

/** An object that defines the functions `names`. */
function functions(file: string, ...names: string[]) {
  const builder = new ObjectBuilder(file);
  const text = builder.section(".text", CODE, words(...names.map(() => NOP)));
  builder.local("inner", text, 0);
  names.forEach((name, i) => {
    builder.symbol(name, text, 4 * i);
  });
  builder.undefined("elsewhere");
  return builder.object;
}

const objects = [functions("lib/one.o", "a", "b"), functions("a-name-of-more-than-fifteen-letters.o", "c")];

describe("an archive", () => {
  it("gives back its members under the last part of their names", () => {
    const archive = readArchive(writeArchive(objects), "lib.a");
    expect(archive.members).toEqual(["one.o", "a-name-of-more-than-fifteen-letters.o"]);
    expect(archive.object(0)).toMatchObject({ name: "lib.a(one.o)", sections: objects[0]!.sections });
    expect(archive.object(1).symbols).toEqual(objects[1]!.symbols);
  });

  it("has an index of the global names that its members define, and no others", () => {
    const { index } = readArchive(writeArchive(objects), "lib.a");
    expect([...index]).toEqual([
      ["a", 0],
      ["b", 0],
      ["c", 1],
    ]);
  });

  it("is the same bytes for the same objects, and every member starts at an even offset", () => {
    const bytes = writeArchive(objects);
    expect(writeArchive(objects)).toEqual(bytes);
    const text = String.fromCharCode(...bytes);
    const headers = [...text.matchAll(/`\n/g)].map((match) => match.index);
    expect(headers.length).toBeGreaterThanOrEqual(4);
    for (const at of headers) expect(at % 2).toBe(0);
  });

  it("may be empty", () => {
    expect(readArchive(writeArchive([]), "lib.a")).toMatchObject({ members: [], index: new Map() });
  });

  it("parses a member once", () => {
    const archive = readArchive(writeArchive(objects), "lib.a");
    expect(archive.object(1)).toBe(archive.object(1));
  });

  it("made by GNU ar is read", () => {
    const archive = readArchive(golden("gcc.a"), "gcc.a");
    expect(archive.members).toEqual(["gcc-main.o", "gcc-helper.o"]);
    expect(archive.index.get("helper")).toBe(1);
    expect(archive.index.get("_start")).toBe(0);
    expect(archive.object(1).sections.length).toBeGreaterThan(5);
  });

  it("is given an index where it has none", () => {
    // GNU ar's archive without its first member, the index.
    const bytes = golden("gcc.a");
    const header = String.fromCharCode(...bytes.subarray(8, 68));
    const rest = 68 + Number.parseInt(header.slice(48, 58), 10);
    const stripped = new Uint8Array([...bytes.subarray(0, 8), ...bytes.subarray(rest + (rest % 2))]);
    expect(header.startsWith("/ ")).toBe(true);
    expect(readArchive(stripped, "gcc.a").index.get("helper")).toBe(1);
  });

  it.each([
    ["no archive at all", "#!/bin/sh\n", /does not begin with "!<arch>"/],
    ["a member header cut short", "!<arch>\nname", /archive member header/],
    [
      "a header without its mark",
      `!<arch>\n${"x".padEnd(48)}${"0".padEnd(10)}??`,
      /no archive member header at offset 8/,
    ],
    ["a size that is no number", `!<arch>\n${"x".padEnd(48)}${"12q".padEnd(10)}\`\n`, /no archive member header/],
    ["a member beyond the file", `!<arch>\n${"x/".padEnd(48)}${"99".padEnd(10)}\`\n`, /99 bytes at offset 68/],
  ])("refuses %s", (_, text, message) => {
    const read = () => readArchive(new TextEncoder().encode(text), "bad.a");
    expect(read).toThrow(ElfError);
    expect(read).toThrow(message);
  });
});
