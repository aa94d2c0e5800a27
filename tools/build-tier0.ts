/** Tier 0 of computers that are often asked for, for tools/tier0.ts. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { surroundingsOf } from "../cpu/machine.ts";
import { emitTier0 } from "../cpu/translator/tier0.ts";
import { keyOf } from "../cpu/translator/tier0-instance.ts";
import { OPTIONS } from "../kernel/options.ts";
import { STEP } from "./build-step.ts";
import { tier0Files } from "./files.ts";

/** What `--ram` may be for tier 0 to be there. */
const SIZES = ["4M", "8M", "16M", "32M", "64M", "128M", "256M", "512M"];

/** Writes it into that folder. */
export function buildTier0(folder: string): void {
  const { ram, tlb } = OPTIONS;
  mkdirSync(folder);
  const built = [...new Set([...SIZES, ram.default])].map((size) => {
    const surroundings = surroundingsOf({ ramBytes: ram.parse(size), tlb: tlb.parse(tlb.default) });
    const files = tier0Files(keyOf(surroundings), folder);
    writeFileSync(files.bytes, emitTier0(surroundings));
    return files;
  });
  buildCode(built);
}

/** Has V8 compile them once and for all. What a fresh process does not take is not kept: then each process compiles for itself. */
function buildCode(built: ReturnType<typeof tier0Files>[]): void {
  const script = join(import.meta.dirname, "build-code.ts");
  const files = built.flatMap(({ bytes, code }) => [bytes, code]);
  const run = (step: string) => spawnSync(process.execPath, ["--import", "tsx", script, step, ...files], STEP).status;
  if (run("make") === 0 && run("try") === 0) return;
  for (const { code } of built) rmSync(code, { force: true });
  console.log(`V8 ${process.versions.v8} does not give machine code away: programs begin more slowly`);
}
