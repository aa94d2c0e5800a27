/**
 * Our shell against the host's dash: each script of scripts/ runs twice in an empty folder, once with Quire's sh (under
 * qemu-riscv64), once with dash, with the same programs in PATH, and must print the same and end with the same status.
 * What is said on standard error is each shell's own wording, and not compared. What dash prints is kept in
 * tests/golden/shell, for the same comparison inside of Quire (tests/userland/shell.test.ts).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect } from "vitest";
import { readCpio } from "../../kernel/fs/cpio.ts";
import { BUILT } from "../../tools/files.ts";
import { testWith } from "./tools.ts";

const scripts = join(dirname(fileURLToPath(import.meta.url)), "scripts");
const folder = mkdtempSync(join(tmpdir(), "quire-shell-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder whose `sh` is Quire's, started under qemu-riscv64 with the plain name. */
function ourShell(): string {
  const image = readFileSync(BUILT.rootArchive);
  const file = readCpio((position, length) => image.subarray(position, position + length), image.length).find(
    ({ name }) => name === "bin/sh",
  );
  if (file === undefined) throw new Error("the root image has no bin/sh");
  const bin = join(folder, "ours");
  mkdirSync(bin);
  writeFileSync(join(bin, "sh.elf"), image.subarray(file.position, file.position + file.size), { mode: 0o755 });
  writeFileSync(join(bin, "sh"), `#!/bin/sh\nexec qemu-riscv64 -0 sh ${join(bin, "sh.elf")} "$@"\n`, { mode: 0o755 });
  return bin;
}

/** A folder whose `sh` is dash. */
function hostShell(): string {
  const bin = join(folder, "host");
  mkdirSync(bin);
  const found = spawnSync("/bin/sh", ["-c", "command -v dash"], { encoding: "utf8" }).stdout.trim();
  symlinkSync(found, join(bin, "sh"));
  return bin;
}

function run(bin: string, script: string): { status: number | null; output: string } {
  const cwd = mkdtempSync(join(folder, "work-"));
  const { status, stdout } = spawnSync(join(bin, "sh"), [join(scripts, script)], {
    cwd,
    env: { PATH: `${bin}:/usr/bin:/bin`, HOME: "/", LC_ALL: "C" },
    encoding: "latin1",
    timeout: 30_000,
    input: "",
  });
  rmSync(cwd, { recursive: true, force: true });
  return { status, output: stdout };
}

describe("a script does under Quire's shell what it does under dash", () => {
  let shells: { ours: string; host: string } | undefined;
  for (const script of readdirSync(scripts)) {
    testWith(["dash", "qemu-riscv64"], basename(script, ".sh").replaceAll("-", " "), async () => {
      shells ??= { ours: ourShell(), host: hostShell() };
      const expected = run(shells.host, script);
      expect(expected.output).not.toBe("");
      expect(run(shells.ours, script)).toEqual(expected);
      const text = `${expected.output}[status ${expected.status}]\n`;
      await expect(text).toMatchFileSnapshot(`../golden/shell/${basename(script, ".sh")}.txt`);
    });
  }
});
