import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SYSCALLS } from "../../kernel/abi.ts";

const USERLAND = new URL("../../userland/", import.meta.url).pathname;
const library = readdirSync(`${USERLAND}lib`).map((name) => ({
  name,
  text: readFileSync(`${USERLAND}lib/${name}`, "utf8"),
}));

/** Names behind .globl, and those that a macro of ctype.s makes global. */
function globals(text: string): string[] {
  const plain = [...text.matchAll(/^\s+\.globl (\w[\w, ]*)$/gm)].flatMap(([, names]) => names!.split(/,\s*/));
  const made = [...text.matchAll(/^\s+range_test (\w+)/gm)].map(([, name]) => name!);
  return [...plain, ...made];
}

const defined = new Set(
  library.flatMap(({ text }) => globals(text)).filter((name) => !["name", "_start"].includes(name)),
);
const readme = readFileSync(`${USERLAND}README.md`, "utf8");
const reference = readme.slice(readme.indexOf("## The runtime library"), readme.indexOf("## The commands"));
const quoted = [...reference.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
const words = new Set(quoted.flatMap((code) => code.match(/\w+/g) ?? []));
const heads = quoted.flatMap((code) => /^(\w+)\(/.exec(code)?.[1] ?? []);

describe("the library's reference in userland/README.md", () => {
  it("names every global function and word of the library", () => {
    expect(defined.size).toBeGreaterThan(140);
    expect([...defined].filter((name) => !words.has(name))).toEqual([]);
  });

  it("describes no function that does not exist", () => {
    expect(heads.length).toBeGreaterThan(80);
    expect(heads.filter((name) => !defined.has(name) && !(name in SYSCALLS) && name !== "_exit")).toEqual([]);
  });

  it("names the files that a group of functions is in", () => {
    const files = new Set([...reference.matchAll(/[\w-]+\.s\b/g)].map(([name]) => name));
    expect(library.map(({ name }) => name).filter((name) => !files.has(name))).toEqual([]);
  });
});

describe("a library file", () => {
  it.each(library)("$name opens with what it is, and defines no symbol that is not for others", ({ text }) => {
    expect(text).toMatch(/^# [^\n]+\n/);
    const labels = [...text.matchAll(/^([A-Za-z_]\w*):/gm)].map(([, label]) => label!);
    const code = text.slice(text.indexOf(".text"));
    const inCode = labels.filter((label) => code.includes(`\n${label}:`) && !globals(text).includes(label));
    expect(inCode).toEqual([]);
  });
});
