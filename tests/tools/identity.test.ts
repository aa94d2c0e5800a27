/** Which file of the host something is, and what commands say of paths at which nothing can be looked at. */
import { spawnSync } from "node:child_process";
import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { identityAt, identityOf } from "../../tools/identity.ts";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-identity-"));
  writeFileSync(join(folder, "file"), "");
  symlinkSync("loop", join(folder, "loop"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("all names of a file have one identity, and no two files share it, however large their numbers", () => {
  linkSync(join(folder, "file"), join(folder, "name"));
  symlinkSync("file", join(folder, "link"));
  writeFileSync(join(folder, "other"), "");
  const [file, name, link, other] = ["file", "name", "link", "other"].map((each) => identityAt(join(folder, each)));
  expect([name, link]).toEqual([file, file]);
  expect(other).not.toBe(file);
  expect(identityAt(join(folder, "none"))).toBeNull();
  // As overlayfs numbers files: next to each other as floating-point numbers they are one.
  const [first, second] = [2n ** 63n + 2n, 2n ** 63n + 3n];
  expect(Number(first)).toBe(Number(second));
  expect(identityOf({ dev: 1n, ino: first })).not.toBe(identityOf({ dev: 1n, ino: second }));
});

test.each([
  [["boot", "--disk", "loop"], "cannot write loop: too many symbolic links encountered"],
  [["boot", "--drive", "file/x"], "cannot write file/x: not a directory"],
  [["boot", "--share", "loop"], "--share loop: too many symbolic links encountered"],
  [["boot", "--share", "file/x:ro"], "--share file/x: not a directory"],
  [["disk", "make", "--size", "2M", "n".repeat(300)], `cannot write ${"n".repeat(300)}: name too long`],
  [["disk", "make", "--size", "2M", "--from", ".", "file/x"], "cannot write file/x: not a directory"],
  [["disk", "put", "loop", "file", "/"], "cannot write loop: too many symbolic links encountered"],
])("%s is refused with a sentence", (args, sentence) => {
  const { status, stderr } = spawnSync(process.execPath, [QUIRE, ...args], {
    cwd: folder,
    input: "",
    encoding: "utf8",
    timeout: 60_000,
  });
  expect({ status, stderr }).toEqual({ status: 2, stderr: `quire: ${sentence}\n` });
});
