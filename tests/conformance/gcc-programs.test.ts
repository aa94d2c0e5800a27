/** C programs made by gcc run in Quire with the output and the status that the same file has under qemu-riscv64. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect } from "vitest";
import { programFile, runGuest } from "../../tools/guest.ts";
import { rootDisk } from "../../tools/image.ts";
import { bytesInput } from "../../tools/input.ts";
import { testWith } from "./tools.ts";

const SOURCES = join(import.meta.dirname, "programs");
const ARGUMENTS = ["one", "two three", ""];
const LIMIT = 200_000_000;
const folder = mkdtempSync(join(tmpdir(), "quire-gcc-"));
afterAll(() => rmSync(folder, { recursive: true }));

function compile(source: string, level: string): string {
  const path = join(folder, `${basename(source, ".c")}${level}`);
  const machine = [
    "-march=rv64ima_zicsr_zifencei",
    "-mabi=lp64",
    "-static",
    "-nostdlib",
    "-ffreestanding",
    "-fno-pic",
    "-no-pie",
  ];
  const made = spawnSync("riscv64-linux-gnu-gcc", [level, "-w", "-g", ...machine, "-o", path, join(SOURCES, source)], {
    encoding: "utf8",
  });
  expect(made.stderr).toBe("");
  return path;
}

function inQuire(path: string): { status: number; stdout: string } {
  let stdout = "";
  const program = readFileSync(path);
  const guest = runGuest({
    name: basename(path),
    program,
    args: ARGUMENTS,
    disks: [rootDisk([programFile(basename(path), program)])],
    options: {},
    instructionLimit: LIMIT,
    stdin: bytesInput(new Uint8Array()),
    stdout: (bytes) => {
      stdout += Buffer.from(bytes).toString("latin1");
    },
    stderr: () => {},
    listeners: [],
  });
  expect(guest.end.kind, guest.explanation ?? "no signal").toBe("off");
  return { status: guest.end.kind === "off" ? guest.end.status : -1, stdout };
}

for (const source of readdirSync(SOURCES).filter((name) => name.endsWith(".c"))) {
  for (const level of ["-O0", "-O2"]) {
    testWith(["riscv64-linux-gnu-gcc", "qemu-riscv64"], `${source}, compiled with ${level}`, () => {
      const path = compile(source, level);
      const qemu = spawnSync("qemu-riscv64", [path, ...ARGUMENTS], { encoding: "latin1", timeout: 60_000 });
      expect(inQuire(path)).toEqual({ status: qemu.status, stdout: qemu.stdout });
      expect(qemu.stdout.length).toBeGreaterThan(0);
    });
  }
}
