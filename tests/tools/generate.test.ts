import { describe, expect, it } from "vitest";
import { CONSTANTS, ERRNO, FLAGS, SIGNALS, STRUCTURES, SYSCALLS } from "../../kernel/abi.ts";
import { assemblyHeader, generatedSources, syscallStubs } from "../../tools/generate.ts";

const definitions = new Map(
  [...assemblyHeader().matchAll(/^\.equ (\w+), (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
);

describe("the assembly header", () => {
  it("defines every name once", () => {
    expect(assemblyHeader().match(/^\.equ /gm)).toHaveLength(definitions.size);
  });

  it("holds nothing but comments, blank lines and numeric definitions", () => {
    const odd = assemblyHeader()
      .split("\n")
      .filter((line) => !/^(#.*|\.equ \w+, -?(0x[0-9a-f]+|\d+)|)$/.test(line));
    expect(odd).toEqual([]);
  });

  it("gives the system-call numbers of Linux for riscv64", () => {
    for (const [name, row] of Object.entries(SYSCALLS)) expect(definitions.get(`SYS_${name}`)).toBe(row.nr);
    expect(definitions.get("SYS_write")).toBe(64);
    expect(definitions.get("SYS_openat")).toBe(56);
  });

  it("gives errors, signals, flags and constants", () => {
    for (const [name, [number]] of Object.entries({ ...ERRNO, ...SIGNALS })) expect(definitions.get(name)).toBe(number);
    for (const names of [...Object.values(FLAGS), ...Object.values(CONSTANTS)])
      for (const [name, value] of Object.entries(names)) expect(definitions.get(name)).toBe(value);
    expect(definitions.get("AT_FDCWD")).toBe(-100);
    expect(definitions.get("SA_RESETHAND")).toBe(0x80000000);
  });

  it("gives the offset of each field and the size of each structure", () => {
    for (const [name, layout] of Object.entries(STRUCTURES)) {
      expect(definitions.get(`SIZEOF_${name}`)).toBe(layout.size);
      for (const [field, [offset]] of Object.entries(layout.fields))
        expect(definitions.get(`${name}_${field}`)).toBe(offset);
    }
    expect(definitions.get("stat_st_size")).toBe(48);
  });
});

describe("the system-call stubs", () => {
  it("are one source per call, which defines the call's name and loads its number", () => {
    const stubs = syscallStubs();
    expect(stubs.size).toBe(Object.keys(SYSCALLS).length);
    expect(stubs.get("sys-read.s")).toMatch(/^read:\n\s+li a7, 63\n\s+ecall\n\s+ret$/m);
  });

  it("leave the name exit to the library, which flushes output first", () => {
    expect(syscallStubs().get("sys-exit.s")).toMatch(/\.globl _exit\n_exit:\n\s+li a7, 93$/m);
  });

  it("say which register holds which argument", () => {
    expect(syscallStubs().get("sys-write.s")).toContain("write(fd: a0 (fd), buf: a1 (in), count: a2 (size))");
  });
});

describe("the tables of texts", () => {
  const texts = (file: string) =>
    [
      ...generatedSources()
        .get(file)!
        .matchAll(/^\.Ltext\d+: \.asciz "(.*)"$/gm),
    ].map(([, text]) => text);

  it("hold a row and both strings of every error", () => {
    expect(texts("errno-table.s")).toEqual(Object.values(ERRNO).map(([, text]) => text));
    expect(generatedSources().get("errno-table.s")).toContain('.Lname2: .asciz "ENOENT"');
  });

  it("hold a row and both strings of every signal, whose name drops SIG", () => {
    expect(texts("signal-table.s")).toEqual(Object.values(SIGNALS).map(([, , text]) => text));
    expect(generatedSources().get("signal-table.s")).toContain('.Lname2: .asciz "INT"');
  });

  it("end with a row whose number is 0", () => {
    for (const file of ["errno-table.s", "signal-table.s"])
      expect(generatedSources().get(file)).toContain(".dword 0, 0, 0");
  });
});
