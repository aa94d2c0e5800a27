/** The build is left out when what it would make is there. */

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isBuildNeeded } from "../../tools/build-needed.ts";
import { seal } from "../../tools/sealed.ts";

let root = "";
const at = (path: string) => join(root, path);
/** Sets when that was changed last: the build is of second 1000. */
const change = (path: string, second: number) => utimesSync(at(path), second, second);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "quire-build-"));
  for (const folder of ["dist", "cpu", "cpu/wasm"]) mkdirSync(at(folder));
  const bundle = Buffer.from("a bundle");
  writeFileSync(at("cpu/wasm/module.ts"), "");
  writeFileSync(at("dist/quire.js"), "");
  writeFileSync(at("dist/quire.cjs"), bundle);
  writeFileSync(at("dist/quire.cache"), seal(Buffer.from("what V8 made of it"), bundle));
  for (const path of ["cpu/wasm/module.ts", "cpu/wasm", "cpu"]) change(path, 900);
  change("dist/quire.js", 1000);
});
afterEach(() => rmSync(root, { recursive: true }));

test("nothing is to be built when all sources are older", () => {
  expect(isBuildNeeded(root)).toBe(false);
});

test("a source that was changed, or came or went, is to be built", () => {
  change("cpu/wasm/module.ts", 1001);
  expect(isBuildNeeded(root)).toBe(true);
  change("cpu/wasm/module.ts", 900);
  change("cpu", 1001);
  expect(isBuildNeeded(root)).toBe(true);
});

test("what is missing, or was made by another Node, is to be built", () => {
  writeFileSync(at("dist/quire.cache"), Buffer.alloc(100));
  expect(isBuildNeeded(root)).toBe(true);
  rmSync(at("dist"), { recursive: true });
  expect(isBuildNeeded(root)).toBe(true);
});
