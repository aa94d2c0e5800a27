/**
 * Our utilities against the host's: each command line runs twice in equal folders, once with Quire's programs (under
 * qemu-riscv64), once with the machine's own, and must leave the same output, exit status and files.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readCpio } from "../../kernel/fs/cpio.ts";
import { BUILT } from "../../tools/files.ts";
import { FILE_CASES } from "./file-cases.ts";
import { TEXT_CASES } from "./text-cases.ts";
import { testWith } from "./tools.ts";
import { CASES, FIXTURES } from "./utilities-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "quire-utilities-"));
const ours = join(folder, "bin");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the root image's /bin, each program with a script beside it that starts it under its plain name. */
function unpackPrograms(): string[] {
  mkdirSync(ours);
  const image = readFileSync(BUILT.rootArchive);
  const programs = readCpio((position, length) => image.subarray(position, position + length), image.length).filter(
    (file) => file.name.startsWith("bin/"),
  );
  return programs.map((file) => {
    const name = file.name.slice("bin/".length);
    const binary = join(ours, `${name}.elf`);
    writeFileSync(binary, image.subarray(file.position, file.position + file.size), { mode: 0o755 });
    writeFileSync(join(ours, name), `#!/bin/sh\nexec qemu-riscv64 -0 ${name} ${binary} "$@"\n`, { mode: 0o755 });
    return name;
  });
}

/** A folder with the files that the command lines work on, the same each time, times included. */
function freshFolder(): string {
  const place = mkdtempSync(join(folder, "work-"));
  for (const [name, content] of Object.entries(FIXTURES)) {
    const path = join(place, name);
    if (name.endsWith("/")) mkdirSync(path);
    else if (content.startsWith("-> ")) symlinkSync(content.slice(3), path);
    else writeFileSync(path, Buffer.from(content, "latin1"));
  }
  chmodSync(join(place, "numbers"), 0o640);
  chmodSync(join(place, "run.sh"), 0o755);
  for (const [index, name] of Object.keys(FIXTURES).reverse().entries()) {
    const when = 1_000_000_000 + index * 1000;
    lutimesSync(join(place, name), when, when);
  }
  lutimesSync(place, 999_999_999, 999_999_999);
  return place;
}

/** Commands that a shell has built in come from the PATH here, too. */
const PRELUDE = ["echo", "pwd", "true", "false"].map((name) => `${name}() { "$BIN/${name}" "$@"; }`).join("\n");

interface Result {
  status: number | null;
  output: string;
  files: string;
}

function run(command: string, bin: string): Result {
  const cwd = freshFolder();
  const env = { PATH: `${bin}:/usr/bin:/bin`, BIN: bin, LC_ALL: "C", TZ: "UTC", TABSIZE: "0", NAME: "value" };
  const shell = (text: string) => spawnSync("/bin/sh", ["-c", text], { cwd, env, encoding: "latin1", timeout: 30_000 });
  const ran = shell(`umask 022\n${PRELUDE}\n${command}`);
  const files = spawnSync("find", [".", "-printf", "%p %y %m %n %l %s\\n"], { cwd, encoding: "latin1" });
  rmSync(cwd, { recursive: true, force: true });
  return {
    status: ran.status,
    output: ran.stdout.replaceAll(cwd, "/here"),
    files: files.stdout.split("\n").sort().join("\n"),
  };
}

const programs = new Set(unpackPrograms());

for (const [name, commands] of [CASES, TEXT_CASES, FILE_CASES].flatMap(Object.entries<readonly string[]>))
  describe(name, () => {
    test("is a program of the root image", () => expect([...programs]).toContain(name));
    for (const command of commands)
      testWith(["qemu-riscv64", name], command, () => {
        expect(run(command, ours)).toEqual(run(command, "/usr/bin"));
      });
  });
