/**
 * Position-independent programs against GNU ld and qemu-riscv64: ours run there, theirs run in the guest, and the two
 * linkers agree.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { type Executable, readExecutable, SHT_NOBITS } from "../../assembler/elf.ts";
import { readObject } from "../../assembler/elf-object.ts";
import { link } from "../../assembler/link.ts";
import { programFile, runGuest } from "../../tools/guest.ts";
import { rootDisk } from "../../tools/image.ts";
import { bytesInput } from "../../tools/input.ts";
import { buildProgram } from "../../tools/program.ts";
import { contents } from "../assembler/objects.ts";
import { outputOf, testWith } from "./tools.ts";

const [AS, LD, GCC, READELF] = ["as", "ld", "gcc", "readelf"].map((tool) => `riscv64-linux-gnu-${tool}`) as [
  string,
  string,
  string,
  string,
];
const ARCHITECTURE = ["-march=rv64ima_zicsr_zifencei", "-mabi=lp64"];
const PIE = ["-pie", "--no-dynamic-linker", "-m", "elf64lriscv_lp64", "--no-relax", "-z", "separate-code"];
const HARDENING = ["-z", "norelro", "-z", "noexecstack"];
const ROOT = new URL("../..", import.meta.url).pathname;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-pie-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const path = (name: string): string => join(folder, name);

function write(name: string, bytes: Uint8Array | string): string {
  writeFileSync(path(name), bytes);
  chmodSync(path(name), 0o755);
  return path(name);
}

const underQemu = (name: string) => {
  const { status, stdout } = spawnSync("qemu-riscv64", [path(name)], { timeout: 60_000 });
  return { status, output: stdout.toString() };
};

function inGuest(program: Uint8Array, seed = 1) {
  let output = "";
  const add = (bytes: Uint8Array) => {
    output += Buffer.from(bytes).toString();
  };
  const run = {
    name: "pie",
    program,
    args: [],
    disks: [rootDisk([programFile("pie", program)])],
    options: { seed },
    instructionLimit: 50_000_000,
  };
  const { end } = runGuest({ ...run, stdin: bytesInput(new Uint8Array()), stdout: add, stderr: add, listeners: [] });
  return { status: end.kind === "off" ? end.status : -1, output };
}

testWith(
  [AS, LD, READELF, "qemu-riscv64"],
  "a program with addresses everywhere is GNU ld's, and relocates itself",
  () => {
    outputOf(AS, [...ARCHITECTURE, "-mno-relax", join(ROOT, "tests/golden/assembler/pie.s"), "-o", path("pie.o")]);
    outputOf(LD, [...PIE, ...HARDENING, path("pie.o"), "-o", path("theirs")]);
    const ours = link([readObject(readFileSync(path("pie.o")), "pie.o")], [], { pie: true }).executable!;
    write("ours", ours);
    const [a, b] = [readExecutable(ours), readExecutable(readFileSync(path("theirs")))];
    const tables = [".symtab", ".strtab", ".shstrtab"];
    const described = ({ sections }: Executable) => sections.filter(({ name }) => !tables.includes(name));
    expect(described(a)).toEqual(described(b));
    for (const { name, type } of described(a).slice(1))
      if (type !== SHT_NOBITS) expect([name, contents(a, name)]).toEqual([name, contents(b, name)]);
    expect(a.programHeaders).toEqual(b.programHeaders);
    // readelf finds nothing to complain about, and reads the same.
    const read = (name: string) =>
      outputOf(READELF, ["-ldrW", path(name)])
        .toString()
        .replaceAll(/^.*section headers.*$/gim, "");
    expect(read("ours")).toBe(read("theirs"));
    expect(underQemu("ours").status).toBe(42);
    expect(underQemu("theirs").status).toBe(42);
    for (const program of [ours, new Uint8Array(readFileSync(path("theirs")))])
      for (const seed of [1, 2]) expect(inGuest(program, seed).status).toBe(42);
  },
);

/** Pointers to functions, to data and to strings, in data, read-only data and on the stack. */
const C = `
typedef unsigned long word;
static const char *const names[] = { "one", "two", "three" };
static int add(int a) { return a + 1; }
static int twice(int a) { return a * 2; }
static int (*const steps[])(int) = { add, twice, add };
extern int table[];
int table[3] = { 5, 6, 7 };
int *where = &table[1];
static long call(long n, long a, long b, long c) {
  register long a0 asm("a0") = a, a1 asm("a1") = b, a2 asm("a2") = c, a7 asm("a7") = n;
  asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
  return a0;
}
int main(void) {
  int value = *where;
  for (int i = 0; i < 3; i++) {
    const char *text = names[i];
    long length = 0;
    while (text[length]) length++;
    call(64, 1, (long)text, length);
    value = steps[i](value);
  }
  return value;
}
`;

testWith([GCC, LD, "qemu-riscv64"], "gcc's code with pointers runs, linked with our library by either linker", () => {
  write("c.c", C);
  for (const options of [
    ["-O0", "-fpie"],
    ["-O2", "-fpie"],
    ["-O2", "-fpic"],
    ["-Os", "-fno-pic", "-mcmodel=medany"],
  ]) {
    const common = ["-c", ...ARCHITECTURE, "-mno-relax", "-ffreestanding", "-fno-stack-protector"];
    outputOf(GCC, [...common, ...options, path("c.c"), "-o", path("c.o")]);
    const ours = buildProgram([path("c.o")], { include: [], library: true, pie: true, warn: () => {} });
    write("ours", ours);
    outputOf(LD, [...PIE, ...HARDENING, path("c.o"), join(ROOT, "dist/libquire.a"), "-o", path("theirs")]);
    const expected = { status: 15, output: "onetwothree" };
    for (const name of ["ours", "theirs"]) {
      expect(underQemu(name), `${name} ${options}`).toEqual(expected);
      expect(inGuest(new Uint8Array(readFileSync(path(name)))), `${name} ${options}`).toEqual(expected);
    }
  }
});

testWith([GCC, "qemu-riscv64"], "a program of gcc -static-pie, headers and all, is loaded where its size fits", () => {
  const start = `asm(".globl _start\\n_start: lla a0, _DYNAMIC\\n lla a1, __executable_start\\n andi sp, sp, -16\\n"
    " call begin\\n");
    void begin(word *d, word base) {
      word *r = 0, size = 0;
      for (; d[0]; d += 2) { if (d[0] == 7) r = (word *)(base + d[1]); if (d[0] == 8) size = d[1]; }
      for (word *end = (word *)((word)r + size); r < end; r += 3) *(word *)(base + r[0]) = base + r[2];
      call(94, main(), 0, 0);
    }`;
  write("s.c", C + start);
  const flags = ["-static-pie", "-nostdlib", "-nostartfiles", "-O2", "-fpie", "-ffreestanding", "-fno-stack-protector"];
  const linker = ["-Wl,--no-dynamic-linker", "-Wl,--no-relax", "-Wl,-m,elf64lriscv_lp64", "-Wl,-z,notext"];
  outputOf(GCC, [...ARCHITECTURE, ...flags, ...linker, path("s.c"), "-o", path("s")]);
  const expected = { status: 15, output: "onetwothree" };
  expect(underQemu("s")).toEqual(expected);
  for (const seed of [1, 2, 3]) expect(inGuest(new Uint8Array(readFileSync(path("s"))), seed)).toEqual(expected);
});
