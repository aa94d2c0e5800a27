/** Bundles of the build start with what V8 compiled when they were built, and without it. */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const DIST = join(ROOT, "dist");

/** Whether V8 refuses the caches of the command, of the suite's workers, and of these with their flags, one after the other. */
const REFUSED = `
  import { optimiseLate } from ${JSON.stringify(join(ROOT, "tools/v8-flags.ts"))};
  import { loadBundle } from ${JSON.stringify(join(ROOT, "tools/bundle.ts"))};
  const [quire, worker] = ${JSON.stringify(["quire.js", "worker.js"].map((name) => pathToFileURL(join(DIST, name)).href))};
  const isRefused = (start) => loadBundle(start).script.cachedDataRejected;
  const refused = [isRefused(quire), isRefused(worker)];
  optimiseLate();
  console.log(JSON.stringify([...refused, isRefused(worker)]));`;

test("V8 takes the cache of a bundle in a process with the flags of those that start it, and in no other", () => {
  const refused = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", REFUSED], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(JSON.parse(refused)).toEqual([false, true, false]);
});

let copy = "";
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "quire-bundle-"));
  mkdirSync(join(copy, "dist"));
  copyFileSync(join(ROOT, "package.json"), join(copy, "package.json"));
  for (const file of ["quire.js", "quire.cjs"]) copyFileSync(join(DIST, file), join(copy, "dist", file));
});
afterAll(() => rmSync(copy, { recursive: true }));

const run = () => execFileSync(process.execPath, [join(copy, "dist/quire.js"), "--version"], { encoding: "utf8" });

test("a bundle runs without a cache, with half of one, with one that was changed, and with that of another bundle", () => {
  const version = `${JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version}\n`;
  expect(run()).toBe(version);
  const cache = readFileSync(join(DIST, "quire.cache"));
  const changed = Buffer.from(cache);
  changed[cache.length >> 1]! ^= 1;
  for (const other of [cache.subarray(0, cache.length >> 1), changed, readFileSync(join(DIST, "worker.cache"))]) {
    writeFileSync(join(copy, "dist/quire.cache"), other);
    expect(run()).toBe(version);
  }
});
