/** What the README files point to exists: links with their headings, and files that are named in the text. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = new URL("..", import.meta.url).pathname;
const FOLDERS = ["cpu", "assembler", "kernel", "userland", "tools", "tests"];
/** Below these lie things that are no part of the sources. */
const APART = /(^|\/)(node_modules|dist)\//;

const files = [
  ...readdirSync(ROOT),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  ),
].filter((path) => !APART.test(path));
const pages = files.filter((path) => path.endsWith(".md")).sort();

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const withoutExamples = (text: string) => text.replace(/^```[\s\S]*?^```/gm, "");

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
const anchorsOf = (text: string) =>
  new Set([...withoutExamples(text).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!)));

/** Links of a page that lead nowhere. */
function deadLinks(page: string, text: string): string[] {
  return [...withoutExamples(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path, anchor] = link.split("#") as [string, string | undefined];
      const target = path === "" ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target === page ? text : read(target)).has(anchor);
    });
}

/** Names of sources and documents in backticks or tables; * stands for any part of a name. */
const NAMED = /(?<![\w./<>$~*-])((?:[\w*-]+\/)*[\w*-]+(?:\.[\w*-]+)*\.(?:ts|md|svg))(?![\w/]|\.\w)/g;

/** Files that a page names and that are nowhere: with folders the end of a path, else a name. NAME stands for one to come. */
function missingFiles(text: string): string[] {
  const named = new Set([...withoutExamples(text).matchAll(NAMED)].map(([, name]) => name!));
  return [...named].filter((name) => {
    const pattern = new RegExp(`(^|/)${name.replaceAll(".", "\\.").replaceAll(/\*|NAME/g, "[^/]*")}$`);
    return !files.some((path) => pattern.test(path));
  });
}

describe("documentation", () => {
  test.each(pages)("%s leads to what is there", (page) => {
    expect(deadLinks(page, read(page))).toEqual([]);
  });

  test.each(pages)("%s names files that are there", (page) => {
    expect(missingFiles(read(page))).toEqual([]);
  });

  test("would be caught with a dead link, a heading that is not there, and a file that is gone", () => {
    const text =
      "# A title\n[a](#a-title) [b](#b) [c](no-such.ts) [d](https://example.org)\n`cpu/isa.ts` `cpu/gone.ts` `isa.ts`\n";
    expect(deadLinks("cpu/README.md", text)).toEqual(["#b", "no-such.ts"]);
    expect(missingFiles(text)).toEqual(["no-such.ts", "cpu/gone.ts"]);
  });
});
