/**
 * The guest programs are Linux programs: assembled by Quire, each does under qemu-riscv64 what it expects of itself.
 * So the expectations that Quire's kernel is held to are Linux's, not our own opinion.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { afterAll, expect } from "vitest";
import { buildProgram } from "../../tools/program.ts";
import { type Expectation, parseExpectation } from "../../tools/suite/expectation.ts";
import { findPrograms } from "../../tools/suite/find.ts";
import { difference, linesMatch, outputLines } from "../../tools/suite/match.ts";
import { testWith } from "./tools.ts";

const ROOT = join(import.meta.dirname, "../..");
const TIMEOUT = 20_000;
const folder = mkdtempSync(join(tmpdir(), "quire-guest-"));
afterAll(() => rmSync(folder, { recursive: true }));

function build(path: string, expectation: Expectation): string {
  const sources = [path, ...expectation.with.map((name) => join(dirname(path), name))];
  const executable = buildProgram(sources, {
    include: [dirname(path)],
    library: true,
    pie: expectation.pie,
    warn: () => {},
  });
  const file = join(folder, basename(path, ".s"));
  writeFileSync(file, executable, { mode: 0o755 });
  return file;
}

function check(path: string, expectation: Expectation): void {
  const file = build(path, expectation);
  const ran = spawnSync("qemu-riscv64", [file, ...expectation.args], {
    input: expectation.stdin,
    encoding: "utf8",
    timeout: TIMEOUT,
    cwd: folder,
    env: { PATH: "/bin" },
  });
  rmSync(file);
  if (expectation.signal === null) expect(ran.status, ran.stderr).toBe(expectation.exit);
  else expect(ran.signal).toBe(expectation.signal);
  for (const stream of ["stdout", "stderr"] as const) {
    const expected = expectation[stream];
    if (expected === null || (stream === "stderr" && expectation.signal !== null)) continue;
    const lines = outputLines(ran[stream]);
    if (!linesMatch(lines, expected)) expect.fail(difference(stream, lines, expected));
  }
}

for (const path of findPrograms([join(ROOT, "tests/guest"), join(ROOT, "userland/demos")])) {
  const expectation = parseExpectation(readFileSync(path, "utf8"));
  if (expectation.only !== null || expectation.skip !== null || expectation.fail !== null) continue;
  testWith(["qemu-riscv64"], `${relative(ROOT, path)} does on Linux what it expects`, () => check(path, expectation));
}
