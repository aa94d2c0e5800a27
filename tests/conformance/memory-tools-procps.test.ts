/**
 * Our free, vmstat and pmap and the host's (procps), given the same files of /proc: they print the same, byte by byte. The
 * files are mounted over those of /proc, for these programs alone; pmap looks at a process of the host.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildProgram } from "../../tools/program.ts";
import { caseName, formatGolden, PROCPS_CASES, type ProcpsCase } from "../userland/procps.ts";
import { testWith } from "./tools.ts";

const BIN = join(import.meta.dirname, "../../userland/bin");
const GOLDEN = join(import.meta.dirname, "../golden/userland/procps.txt");
const TOOLS = ["qemu-riscv64", "free", "vmstat", "pmap"];
const folder = mkdtempSync(join(tmpdir(), "quire-procps-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Whether files can be mounted here: a right of the host's user, and a tool. */
const canMount = spawnSync("unshare", ["-m", "true"]).status === 0;

/** The command line that runs our program instead of the host's. */
function ours(command: string): string {
  const [name, ...args] = command.split(" ");
  const file = join(folder, name!);
  const source = join(BIN, `${name}.s`);
  writeFileSync(file, buildProgram([source], { include: [BIN], library: true, pie: false, warn: () => {} }), {
    mode: 0o755,
  });
  return ["qemu-riscv64", file, ...args].join(" ");
}

/** Output of a command under the files of a case. */
function outputWith({ files }: ProcpsCase, command: string): string {
  const mounts = Object.entries(files).map(([name, content]) => {
    const file = join(folder, `proc-${name}`);
    writeFileSync(file, content);
    return `mount --bind ${file} /proc/${name}`;
  });
  const { stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-c", [...mounts, command].join(" && ")], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout;
}

if (canMount) {
  testWith(TOOLS, "free and vmstat print of the same files what procps prints, and what was recorded", () => {
    const theirs = PROCPS_CASES.map((one) => outputWith(one, one.command));
    if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(GOLDEN, formatGolden(theirs));
    expect(formatGolden(theirs)).toBe(readFileSync(GOLDEN, "utf8"));
    for (const [i, one] of PROCPS_CASES.entries())
      expect(`${caseName(one, i)}\n${outputWith(one, ours(one.command))}`).toBe(`${caseName(one, i)}\n${theirs[i]}`);
  });
} else {
  test.skip("free and vmstat print of the same files what procps prints (MISSING: the right to unshare -m)", () => {});
}

testWith(TOOLS, "pmap prints of a process of the host what procps prints", async () => {
  const sleeper = spawn("sleep", ["60"]);
  try {
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const options of ["", "-x ", "-p ", "-xp "]) {
      const command = `pmap ${options}${sleeper.pid}`;
      const theirs = spawnSync("sh", ["-c", command], { encoding: "utf8" });
      const mine = spawnSync("sh", ["-c", ours(command)], { encoding: "utf8" });
      expect(mine.stdout).toBe(theirs.stdout);
      expect(mine.status).toBe(theirs.status);
    }
  } finally {
    sleeper.kill();
  }
});
