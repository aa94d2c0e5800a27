/**
 * The build, run by `npm ci` (its `prepare`) and `npm run build`: everything that starting needs is made here,
 * so that starting compiles nothing.
 *
 *   assembler/grammar.ne  ->  assembler/grammar.ts        nearley
 *   kernel/abi.ts         ->  userland/include/abi.s      generate.ts
 *   userland/             ->  dist/libquire.a, dist/root.ext2, dist/root.cpio, dist/include/
 *   cpu/translator/       ->  dist/tier0/
 *   tools/                ->  dist/quire.js and the chunks it loads   esbuild
 *   tools/bench/          ->  dist/bench/, the sources of workloads   copied
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
/** The build is made here and takes the place of dist/ when it is whole: a failed one changes nothing. */
const fresh = join(root, ".dist");

function compileGrammar(): void {
  const source = join(root, "assembler/grammar.ne");
  const target = join(root, "assembler/grammar.ts");
  if (existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs) return;
  const nearleyc = createRequire(import.meta.url).resolve("nearley/bin/nearleyc.js");
  execFileSync(process.execPath, [nearleyc, source, "-o", target], { stdio: "inherit" });
}

async function bundleTools(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { quire: "tools/cli.ts", worker: "tools/suite/worker.ts" },
    outdir: fresh,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["piscina"],
    sourcemap: "linked",
    legalComments: "none",
    // CommonJS libraries inside an ES module bundle ask for `require`.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  chmodSync(join(fresh, "quire.js"), 0o755);
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
compileGrammar();
// Loaded only now: it imports the assembler, and with it the grammar made above.
const { buildUserland } = await import("./build-userland.ts");
const { buildTier0 } = await import("./build-tier0.ts");
buildUserland(root, fresh);
buildTier0(join(fresh, "tier0"));
await bundleTools();
for (const folder of ["programs", "native"])
  cpSync(join(root, "tools/bench", folder), join(fresh, "bench", folder), { recursive: true });
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
