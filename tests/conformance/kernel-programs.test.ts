/** The programs that ask about processes, signals and time, compiled anew by gcc, get the answers that Linux 6.1 gave. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { GOLDEN, start } from "../kernel/programs.ts";
import { outputOf, testWith } from "./tools.ts";

const SOURCES = join(import.meta.dirname, "../kernel/programs");
const MACHINE = [
  "-march=rv64ima_zicsr_zifencei",
  "-mabi=lp64",
  "-static",
  "-nostdlib",
  "-ffreestanding",
  "-fno-pic",
  "-no-pie",
];
const LAYOUT = ["-w", "-s", "-Wl,-z,norelro,-z,separate-code,--build-id=none"];
const folder = mkdtempSync(join(tmpdir(), "quire-kernel-"));
afterAll(() => rmSync(folder, { recursive: true }));

function compile(name: string, level: string): Uint8Array {
  const path = join(folder, name + level);
  outputOf("riscv64-linux-gnu-gcc", [level, ...MACHINE, ...LAYOUT, "-o", path, join(SOURCES, `${name}.c`)]);
  return readFileSync(path);
}

for (const level of ["-O1", "-O2"]) {
  for (const argv of [["signals"], ["faults"], ["processes"], ["exec", "test"], ["time"], ["system"]]) {
    const [name] = argv;
    testWith(["riscv64-linux-gnu-gcc"], `${name}, compiled with ${level}`, () => {
      const program = start(argv, {}, { [name]: compile(name, level), init: compile("init", level) });
      expect(program.finish()).toMatchObject({ kind: "off", status: 0 });
      expect(program.output()).toBe(readFileSync(join(GOLDEN, `${name}.txt`), "latin1"));
    });
  }
}
