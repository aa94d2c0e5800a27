/** What a page needs can be bundled for one: quick, and without a browser. The page at work: tests/conformance/browser.test.ts. */
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { buildPage } from "./bundle.ts";
import { basename, dirname, join } from "./page/paths.ts";

test("no Node module is in what a page needs of processor, kernel, assembler, suite runner and the processor's tests", async () => {
  const served = await buildPage({ files: {}, programs: [], built: { library: "", rootArchive: "", include: "" } });
  expect([...served.keys()]).toEqual(expect.arrayContaining(["/", "/page.js", "/worker.js", "/suite.json"]));
});

describe("paths of embedded files are what node:path makes of them", () => {
  const paths = ["a", "a.s", "/a.s", "a/b.s", "/a/b/c.s", "../a/b.s", "a/.s", "../../b.s"];
  test.each(paths)("%s", (path) => {
    expect(dirname(path)).toBe(posix.dirname(path));
    expect(basename(path, ".s")).toBe(posix.basename(path, ".s"));
    for (const name of ["x", "./x", "../x", "../../x", "../../../x", "y/../x"]) {
      expect(join(posix.dirname(path), name)).toBe(posix.join(posix.dirname(path), name));
    }
  });
});
