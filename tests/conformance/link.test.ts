/**
 * Objects, archives and executables against GNU binutils, gcc, gdb and qemu-riscv64: they accept our files, we read
 * theirs, and our linker gives the bytes and addresses of `ld --no-relax`.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { readArchive, writeArchive } from "../../assembler/archive.ts";
import { addDebugSections } from "../../assembler/debug-info.ts";
import { type Executable, readExecutable, SHT_NOBITS } from "../../assembler/elf.ts";
import { readObject, writeObject } from "../../assembler/elf-object.ts";
import { readLineTable } from "../../assembler/line-table.ts";
import { link } from "../../assembler/link.ts";
import { contents } from "../assembler/objects.ts";
import { outputOf, testWith } from "./tools.ts";

const TRIPLE = "riscv64-linux-gnu";
const [AS, LD, GCC, AR, READELF, OBJDUMP, NM] = ["as", "ld", "gcc", "ar", "readelf", "objdump", "nm"].map(
  (tool) => `${TRIPLE}-${tool}`,
) as [string, string, string, string, string, string, string];
const ARCHITECTURE = ["-march=rv64ima_zicsr_zifencei", "-mabi=lp64"];
const GOLDEN = new URL("../golden/assembler/", import.meta.url).pathname;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-link-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function write(name: string, bytes: Uint8Array | string): string {
  writeFileSync(path(name), bytes);
  return path(name);
}

function assembleGnu(name: string, source: string, ...options: string[]): string {
  outputOf(AS, [...ARCHITECTURE, "-mno-relax", ...options, write(`${name}.s`, source), "-o", path(`${name}.o`)]);
  return path(`${name}.o`);
}

function compile(options: readonly string[]): string[] {
  const common = ["-c", ...ARCHITECTURE, "-ffreestanding", "-fno-stack-protector"];
  return ["gcc-main", "gcc-helper"].map((name) => {
    outputOf(GCC, [...common, ...options, join(GOLDEN, `${name}.c`), "-o", path(`${name}.o`)]);
    return path(`${name}.o`);
  });
}

function linkOurs(objects: readonly string[], separateCode: boolean): Executable {
  const parsed = objects.map((object) => readObject(readFileSync(object), object));
  const { executable, diagnostics } = link(parsed, [], { separateCode });
  expect(diagnostics).toEqual([]);
  chmodSync(write("ours", executable!), 0o755);
  return readExecutable(executable!);
}

function linkGnu(objects: readonly string[], separateCode: boolean): Executable {
  const layout = separateCode ? "separate-code" : "noseparate-code";
  const options = ["-m", "elf64lriscv_lp64", "--no-relax", "-z", layout, "-z", "norelro", "-z", "noexecstack"];
  outputOf(LD, [...options, ...objects, "-o", path("theirs")]);
  return readExecutable(readFileSync(path("theirs")));
}

/** Sections (headers and bytes), segments, entry and symbol values are those of GNU ld. */
function expectSame(objects: readonly string[], separateCode: boolean): void {
  const ours = linkOurs(objects, separateCode);
  const theirs = linkGnu(objects, separateCode);
  const tables = [".symtab", ".strtab", ".shstrtab"];
  const described = ({ sections }: Executable) => sections.filter(({ name }) => !tables.includes(name));
  expect(described(ours)).toEqual(described(theirs));
  for (const { name, type } of described(theirs).slice(1)) {
    if (type !== SHT_NOBITS) expect([name, contents(ours, name)]).toEqual([name, contents(theirs, name)]);
  }
  expect(ours.programHeaders).toEqual(theirs.programHeaders);
  expect(ours.header.entry).toBe(theirs.header.entry);
  const values = ({ symbols }: Executable) =>
    symbols
      .filter(({ name, section }) => section !== 0 && name !== "" && name !== "_GLOBAL_OFFSET_TABLE_")
      .map(({ name, value }) => `${name} 0x${value.toString(16)}`)
      .sort();
  expect(values(ours)).toEqual(values(theirs));
}

const run = (name: string) => {
  const { status, stdout } = spawnSync("qemu-riscv64", [path(name)], { timeout: 60_000 });
  return { status, output: text(stdout) };
};

const COMPILER_OPTIONS = [
  ["-O0", "-mno-relax", "-fno-pic"],
  ["-O2", "-g", "-mno-relax", "-fno-pic"],
  ["-O2", "-g", "-fno-pic"],
  ["-Os", "-fpic", "-mno-relax", "-fcommon"],
  ["-O0", "-fcommon", "-g3", "-fno-pic"],
  ["-O3", "-mcmodel=medany", "-mno-relax", "-ffunction-sections", "-fdata-sections", "-fno-pic"],
  ["-O1", "-gdwarf-2", "-gstrict-dwarf", "-fno-pic"],
  ["-O1", "-gdwarf-4", "-fno-pic"],
];

for (const options of COMPILER_OPTIONS) {
  const shown = options.join(" ");
  testWith([GCC, LD], `objects made by gcc ${shown} are linked as ld links them`, () => {
    const objects = compile(options);
    expectSame(objects, true);
    expectSame(objects, false);
  });

  testWith([GCC, LD, "qemu-riscv64"], `a program compiled with ${shown} runs under qemu-riscv64`, () => {
    const objects = compile(options);
    for (const separateCode of [true, false]) {
      linkOurs(objects, separateCode);
      expect(run("ours")).toEqual({ status: 25, output: "hello world\none\ntwenty one\nllo world\n" });
    }
  });

  if (shown.includes("-g")) {
    testWith([GCC, `${TRIPLE}-addr2line`], `line tables of gcc ${shown} are read as addr2line reads them`, () => {
      const ours = linkOurs(compile(options), true);
      const lines = readLineTable(ours);
      const { address, size } = ours.sections.find(({ name }) => name === ".text")!;
      const addresses = Array.from({ length: size / 4 }, (_, i) => address + 4 * i);
      const arguments_ = ["-e", path("ours"), ...addresses.map((at) => at.toString(16))];
      const theirs = text(outputOf(`${TRIPLE}-addr2line`, arguments_))
        .trim()
        .split("\n");
      const short = (place: string) => place.replace(/ \(discriminator \d+\)$/, "").replace(/^.*\//, "");
      const found = addresses.map((at) => lines.lookup(at)).map((at) => (at ? short(`${at.file}:${at.line}`) : "??:0"));
      expect(found).toEqual(theirs.map(short).map((place) => place.replace("??:?", "??:0")));
    });
  }
}

const SOURCES: Record<string, string> = {
  ordinary: `
.globl _start
_start: la a0, msg
 lla a1, buffer
 call f
 lui a2, %hi(number)
 lw a2, %lo(number)(a2)
 sw a2, %lo(number)(a2)
 beqz a2, f
 li a7, 93
 ecall
f: ret
.section .rodata
msg: .asciz "hello"
.data
number: .word 5
pointer: .dword buffer, f - msg
.bss
buffer: .space 100
.comm shared, 24, 16
`,
  "only code": '.globl _start\n_start: nop\n.section empty,"aw"\n.p2align 4\n',
  "orphans of all kinds": `
.globl _start
_start: la a0, __start_plain
 la a1, __stop_plain
.section .init_array,"aw"
.dword _start
.section .data.rel.ro,"aw"
.dword 7
.data
.dword 8
.section plain,"aw"
.dword 1
.section code,"ax"
ret
.section constants,"a"
.byte 9
.section zeros,"aw",@nobits
.space 5
.section .note.foo,"a",@note
.word 4,4,1
.asciz "Qui"
.word 0
.section .unloaded,""
.word 0
.section .eh_frame,"a"
.word 0
.section .sdata,"aw"
.word 0
.section .text.unlikely,"ax"
nop
.section .text.z,"ax"
.p2align 4
.bss
.space 3
`,
  "a global offset table": `
.globl _start, foo, bar
.option pic
_start: la a0, foo
 la a1, bar
 la a2, local
.data
foo: .dword 1
bar: .byte 1
local: .byte 2
`,
  "COMMON symbols": `
.globl _start
_start: la a0, c1
.comm c1,8,8
.comm c2,8,8
.comm zeta,8,8
.comm alpha,4,4
.comm large,4000,64
`,
  "data that almost fills a page": `
.globl _start
_start: nop
.section .rodata
.space 0xf00
.data
.space 0xe80
.bss
.space 0x10
`,
  "merged strings and constants": `
.globl _start
_start: la a0, s1
 la a1, s2
 la a2, s3
 la a3, k2
.section .rodata.str1.1,"aMS",@progbits,1
s1: .asciz "hello world"
s2: .asciz "world"
s3: .asciz ""
s4: .asciz "hello world"
.section .rodata.str1.8,"aMS",@progbits,1
.p2align 3
t1: .asciz "aligned text"
.p2align 3
t2: .asciz "text"
.p2align 3
t3: .asciz "aligned text"
.section .rodata.cst8,"aM",@progbits,8
.p2align 3
k1: .dword 1
k2: .dword 2
k3: .dword 1
.section .rodata.wide,"aMS",@progbits,4
.p2align 2
.word 'a', 'b', 0, 'b', 0, 'c', 0
`,
};

for (const [what, source] of Object.entries(SOURCES)) {
  testWith([AS, LD], `${what}: linked as ld links it, from the assembler's object and from our copy of it`, () => {
    const object = assembleGnu("source", source);
    const copy = write("copy.o", writeObject(readObject(readFileSync(object), "source.o")));
    for (const separateCode of [true, false]) {
      expectSame([object], separateCode);
      const original = linkGnu([object], separateCode);
      expect(contents(linkGnu([copy], separateCode), ".text")).toEqual(contents(original, ".text"));
    }
  });
}

const LINES = `.globl _start
_start:
  li a0, 7
  call helper
  li a7, 93
  ecall
.section .text.other,"ax"
helper:
  ret
`;

/** The program above with debug sections of our own, as object and executable. */
function withDebugSections(): void {
  const object = readObject(readFileSync(assembleGnu("lines", LINES)), "lines.o");
  const section = (name: string) => object.sections.findIndex((candidate) => candidate.name === name);
  const row = (name: string, offset: number, line: number) => ({
    section: section(name),
    offset,
    file: "lines.s",
    line,
  });
  const code = [row(".text", 0, 3), row(".text", 4, 4), row(".text", 12, 5), row(".text", 16, 6)];
  object.lines = [...code, row(".text.other", 0, 9)];
  addDebugSections(object, { name: "lines.s", producer: "Quire", directory: folder });
  write("lines-debug.o", writeObject(object));
  const { executable } = link([object], []);
  chmodSync(write("lines", executable!), 0o755);
}

testWith(
  [AS, READELF],
  "readelf finds nothing to complain about in our objects, executables and debug sections",
  () => {
    withDebugSections();
    for (const name of ["lines-debug.o", "lines"]) {
      const { stderr, stdout, status } = spawnSync(READELF, [
        "-aW",
        "--debug-dump=info,abbrev,decodedline,Ranges",
        path(name),
      ]);
      expect({ status, stderr: text(stderr) }).toEqual({ status: 0, stderr: "" });
      expect(text(stdout)).toContain("DW_TAG_compile_unit");
      expect(text(stdout)).not.toMatch(/corrupt|<unknown|unrecognized/i);
    }
  },
);

testWith([AS, OBJDUMP], "objdump shows the source line of each instruction", () => {
  withDebugSections();
  const shown = text(outputOf(OBJDUMP, ["-dl", path("lines")]));
  const lines = [...shown.matchAll(/lines\.s:(\d+)/g)].map((match) => Number(match[1]));
  expect(lines).toEqual([9, 3, 4, 5, 6].sort((a, b) => shown.indexOf(`lines.s:${a}`) - shown.indexOf(`lines.s:${b}`)));
  expect(lines).toHaveLength(5);
});

testWith([AS, "gdb-multiarch"], "gdb shows source lines and symbols of our executables", () => {
  withDebugSections();
  const commands = ["info line _start", "info line helper", "info symbol _start", "list helper"];
  const arguments_ = ["-nx", "-batch", ...commands.flatMap((command) => ["-ex", command]), path("lines")];
  const shown = text(outputOf("gdb-multiarch", arguments_));
  expect(shown).toMatch(/Line 3 of "lines\.s" starts at address 0x\w+ <_start>/);
  expect(shown).toMatch(/Line 9 of "lines\.s" starts at address 0x\w+ <helper>/);
  expect(shown).toContain("_start in section .text");
  expect(shown).toMatch(/9\s+ret/);
});

testWith([AS, LD, "qemu-riscv64"], "our objects are linked by GNU ld, and both executables run", () => {
  withDebugSections();
  linkGnu([path("lines-debug.o")], true);
  chmodSync(path("theirs"), 0o755);
  expect(run("theirs").status).toBe(7);
  expect(run("lines").status).toBe(7);
});

testWith([AS, AR, NM, LD], "archives of ours are used by GNU tools, and theirs by us", () => {
  const main = assembleGnu("main", ".globl _start\n_start: call f\n");
  const names = ["f", "unused", "a-member-with-a-long-name"];
  const members = names.map((name) =>
    assembleGnu(name, `.globl ${name.replaceAll("-", "_")}\n${name.replaceAll("-", "_")}: ret\n`),
  );
  const objects = members.map((member) => readObject(readFileSync(member), member));
  const archive = write("ours.a", writeArchive(objects));
  expect(
    text(outputOf(AR, ["t", archive]))
      .trim()
      .split("\n"),
  ).toEqual(names.map((name) => `${name}.o`));
  expect(text(outputOf(NM, ["-s", archive]))).toContain("f in f.o");
  outputOf(LD, ["-m", "elf64lriscv_lp64", "--no-relax", main, archive, "-o", path("theirs")]);
  const defined = ({ symbols }: Executable) => symbols.map(({ name }) => name).filter((name) => names.includes(name));
  expect(defined(readExecutable(readFileSync(path("theirs"))))).toEqual(["f"]);
  outputOf(AR, ["rcD", path("theirs.a"), ...members]);
  const theirs = readArchive(readFileSync(path("theirs.a")), "theirs.a");
  expect(theirs.members).toEqual(readArchive(readFileSync(archive), "ours.a").members);
  const { executable } = link([readObject(readFileSync(main), "main.o")], [theirs]);
  expect(defined(readExecutable(executable!))).toEqual(["f"]);
});
