/**
 * The build, run by `npm ci` (its `prepare`, with --if-needed) and `npm run build`: everything that starting needs is made here,
 * so that starting compiles nothing.
 *
 *   assembler/grammar.ne  ->  assembler/grammar.ts        nearley
 *   kernel/abi.ts         ->  userland/include/abi.s      generate.ts
 *   userland/             ->  dist/libquire.a, dist/root.ext2, dist/root.cpio, dist/include/
 *   cpu/translator/       ->  dist/tier0/
 *   tools/                ->  dist/quire.js, quire.cjs, worker.js, worker.cjs   esbuild
 *   dist/*.cjs            ->  dist/*.cache                V8, by warm-up.ts
 *   tools/bench/          ->  dist/bench/, the sources of workloads   copied
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { isBuildNeeded } from "./build-needed.ts";
import { STEP } from "./build-step.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
/** The build is made here and takes the place of dist/ when it is whole: a failed one changes nothing, and others may build meanwhile. */
const fresh = join(root, `.dist-${process.pid}`);
process.on("exit", () => rmSync(fresh, { recursive: true, force: true }));

if (process.argv.includes("--if-needed") && !isBuildNeeded(root)) process.exit();

function compileGrammar(): void {
  const source = join(root, "assembler/grammar.ne");
  const target = join(root, "assembler/grammar.ts");
  if (existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs) return;
  const nearleyc = createRequire(import.meta.url).resolve("nearley/bin/nearleyc.js");
  execFileSync(process.execPath, [nearleyc, source, "-o", target], { stdio: "inherit" });
}

/** What bundles have in common: what they are made from, and where they go. */
const BUNDLE = {
  absWorkingDir: root,
  outdir: fresh,
  bundle: true,
  platform: "node",
  target: "node20",
  logLevel: "warning",
} as const;

/** What starts: small modules, which load the bundles (bundle.ts). */
async function bundleStarts(): Promise<void> {
  await build({ ...BUNDLE, entryPoints: ["tools/start/quire.ts", "tools/start/worker.ts"], format: "esm" });
  chmodSync(join(fresh, "quire.js"), 0o755);
}

async function bundleTools(): Promise<void> {
  await build({
    ...BUNDLE,
    entryPoints: { quire: "tools/main.ts", worker: "tools/suite/worker.ts" },
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    external: ["piscina"],
    sourcemap: "linked",
    legalComments: "none",
    // What bundle.ts calls.
    banner: {
      js: '(function (exports, require, module, __filename) { "use strict"; const __url = require("node:url").pathToFileURL(__filename).href;',
    },
    footer: { js: "})" },
    define: { "import.meta.url": "__url" },
  });
}

/** What the shell is given while its bundle is warmed up. */
const SESSION =
  "ls -l /bin | sort | head; cat /proc/meminfo | grep Mem > m; cp m n; ps; echo $((6 * 7)); sleep 0 & wait; rm m n; poweroff\n";

/** V8's caches of the bundles, in processes of their own: V8 counts its flags among what a cache is good for. */
function warmUp(): void {
  for (const name of ["quire", "worker"])
    execFileSync(process.execPath, ["--import", "tsx", join(root, "tools/warm-up.ts"), name, fresh], {
      ...STEP,
      input: SESSION,
      stdio: "pipe",
    });
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh);
compileGrammar();
// Loaded only now: it imports the assembler, and with it the grammar made above.
const { buildUserland } = await import("./build-userland.ts");
const { buildTier0 } = await import("./build-tier0.ts");
buildUserland(root, fresh);
buildTier0(join(fresh, "tier0"));
await bundleTools();
await bundleStarts();
for (const folder of ["programs", "native"])
  cpSync(join(root, "tools/bench", folder), join(fresh, "bench", folder), { recursive: true });
warmUp();
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
