/**
 * The shape of the source tree: imports run one way (the rules are in .dependency-cruiser.cjs), the lower layers do
 * not touch the host, and files stay small.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import { describe, expect, it } from "vitest";

const ROOT = new URL("..", import.meta.url).pathname;
const FOLDERS = ["cpu", "assembler", "kernel", "tools"];
/** These run in browsers too, and give the same run everywhere. */
const HOSTLESS = ["cpu", "assembler", "kernel"];
const MOST_LINES = 500;
/** Pure tables, and what is generated. */
const LONG = new Set(["assembler/grammar.ts", "kernel/abi.ts"]);
const HOST =
  /\bnew Date\b|\bDate\.|\bMath\.random\b|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\(|\bprocess\.(env|argv|exit|std|hrtime|nextTick|cwd)/;

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
).sort();

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Code without comments and without the text of strings. */
const bare = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, "");

/** What dependency-cruiser says of the tree at `baseDir`. */
async function cruised(baseDir: string, folders: readonly string[]): Promise<ICruiseResult> {
  const options = await extractOptions(join(ROOT, ".dependency-cruiser.cjs"));
  const { output } = await cruise([...folders], { ...options, baseDir });
  return output as ICruiseResult;
}

describe("the source tree", () => {
  it("imports in one direction, without circles, and nothing of the host below tools/", async () => {
    const { modules, summary } = await cruised(ROOT, FOLDERS);
    // A parser that understands nothing also finds nothing wrong.
    expect(modules.filter(({ source }) => sources.includes(source)).length).toBe(sources.length);
    expect(summary.totalDependenciesCruised ?? 0).toBeGreaterThan(sources.length);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  }, 60_000);

  it("would be caught importing upwards, sideways, in a circle or from the host", async () => {
    const root = mkdtempSync(join(tmpdir(), "quire-layering-"));
    const files: Record<string, string> = {
      "cpu/isa.ts": 'import "../assembler/elf.ts";',
      "cpu/hart.ts": 'import "node:fs";',
      "assembler/elf.ts": 'import type { X } from "../cpu/hart.ts";\nexport type Y = X;',
      "assembler/link.ts": 'import "../cpu/isa.ts";',
      "kernel/a.ts": 'import "../assembler/elf.ts";\nimport "../assembler/link.ts";\nimport "./b.ts";',
      "kernel/b.ts": 'import type { A } from "./a.ts";\nexport type B = A;',
      "tools/cli.ts": 'import "../kernel/a.ts";\nimport "../tests/helper.ts";\nimport "./nowhere.ts";',
      "tests/helper.ts": "",
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    try {
      const { summary } = await cruised(root, FOLDERS);
      const found = new Set(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`));
      expect([...found].sort()).toEqual([
        "assembler-imports: assembler/elf.ts -> cpu/hart.ts",
        "cpu-host: cpu/hart.ts -> fs",
        "cpu-imports: cpu/isa.ts -> assembler/elf.ts",
        "kernel-imports: kernel/a.ts -> assembler/link.ts",
        "no-cycles: kernel/a.ts -> kernel/b.ts",
        "resolvable: tools/cli.ts -> ./nowhere.ts",
        "tools-imports: tools/cli.ts -> tests/helper.ts",
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  }, 60_000);

  it.each(HOSTLESS)("reads no clock, timer or chance of the host in %s/", (folder) => {
    const own = sources.filter((path) => path.startsWith(`${folder}/`));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((path) => HOST.test(bare(read(path))))).toEqual([]);
  });

  it(`has no file above ${MOST_LINES} lines, tables aside`, () => {
    expect(sources.length).toBeGreaterThan(50);
    const long = sources.filter((path) => !LONG.has(path) && read(path).split("\n").length - 1 > MOST_LINES);
    expect(long).toEqual([]);
  });

  it("opens every file with what it is", () => {
    const generated = ["assembler/grammar.ts"];
    const silent = sources.filter((path) => !generated.includes(path) && !/^(#!.*\n)?(\/\*\*|\/\/)/.test(read(path)));
    expect(silent).toEqual([]);
  });
});
