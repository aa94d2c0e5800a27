/** The page as files to be served: bundles of page and worker, and the suites' own files embedded in one. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { BUILT } from "../../tools/files.ts";
import type { SuiteFiles } from "./page/protocol.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = join(import.meta.dirname, "page");

/** Tests that are about Node, not about what a page runs, each with its reason. */
export const NOT_IN_A_PAGE: Readonly<Record<string, string>> = {
  "tests/cpu/host-memory.test.ts": "asks Node how much memory the process has",
  "tests/cpu/translator/tier1-text.test.ts": "holds emitted text against golden files of the host",
};

/** The processor's tests that the page runs, relative to the project, in order. */
export function testFiles(): string[] {
  return readdirSync(join(ROOT, "tests/cpu"), { recursive: true, encoding: "utf8" })
    .map((path) => join("tests/cpu", path))
    .filter((path) => path.endsWith(".test.ts") && !(path in NOT_IN_A_PAGE))
    .sort();
}

/** Where "vitest" and the list of test files come from in the page. */
const pagePlugin = (tests: readonly string[]): Plugin => ({
  name: "quire-page",
  setup(building) {
    building.onResolve({ filter: /^vitest$/ }, () => ({ path: join(PAGE, "vitest.ts") }));
    // wabt works in browsers; it asks for these only where it finds Node.
    building.onResolve({ filter: /^(fs|path|crypto)$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]wabt[\\/]/.test(importer) ? { path: "nothing", namespace: "quire-nothing" } : undefined,
    );
    building.onLoad({ filter: /.*/, namespace: "quire-nothing" }, () => ({ contents: "" }));
    building.onLoad({ filter: /[\\/]tests[\\/]cpu[\\/].*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const given = /\bBuffer\b/.test(source)
        ? `import { Buffer } from ${JSON.stringify(join(PAGE, "buffer.ts"))};`
        : "";
      return { contents: given + source, loader: "ts" };
    });
    building.onLoad({ filter: /[\\/]page[\\/]test-files\.ts$/ }, () => {
      const rows = tests.map((path) => `${JSON.stringify(path)}: () => import(${JSON.stringify(join(ROOT, path))})`);
      return { contents: `export const TEST_FILES = {\n${rows.join(",\n")}\n};\n`, loader: "ts", resolveDir: PAGE };
    });
  },
});

export interface Served {
  readonly type: string;
  readonly body: Uint8Array | string;
}

/**
 * By path in the URL. Node modules in what the page needs make the build fail.
 * @param tests files of the instruction suite, relative to the project
 */
export async function buildPage(
  suite: SuiteFiles,
  tests: readonly string[] = testFiles(),
): Promise<Map<string, Served>> {
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: ["page.ts", "worker.ts"],
    outdir: "out",
    bundle: true,
    splitting: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    write: false,
    plugins: [pagePlugin(tests)],
    // For those who look into the page with the browser's own debugger.
    sourcemap: "inline",
    legalComments: "none",
    logLevel: "silent",
  });
  const served = new Map<string, Served>([
    ["/", { type: "text/html", body: readFileSync(join(PAGE, "index.html")) }],
    ["/suite.json", { type: "application/json", body: JSON.stringify(suite) }],
  ]);
  for (const { path, contents } of outputFiles)
    served.set(`/${relative(join(PAGE, "out"), path)}`, { type: "text/javascript", body: contents });
  return served;
}

/** Reads all that the guest suite needs: the folders of the suite whole, for what programs include, and what the build made. */
export function readSuite(programs: readonly string[], folders: readonly string[]): SuiteFiles {
  const built = { library: BUILT.library, rootArchive: BUILT.rootArchive, include: BUILT.include };
  const paths = [...folders, built.include].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const read = (path: string) => [path, readFileSync(path).toString("base64")] as const;
  return { files: Object.fromEntries([...paths, built.library, built.rootArchive].map(read)), programs, built };
}
