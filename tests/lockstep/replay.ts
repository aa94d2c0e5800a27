/**
 * One case on two engines, and what differs:
 *
 *   npx tsx tests/lockstep/replay.ts KIND WORD [--engine NAME] [--against NAME] [--compiler NAME] [options of the kind]
 *
 *   random SEED [--instructions N]                a random program
 *   sweep SEED [--phases N]                       the timer interrupt at each cycle of a window of one
 *   guest PATH [--seed N] [--machine 'OPTIONS']   a guest program of the suite; the seed draws the steps
 *   session SEED [--machine 'OPTIONS']            boot, and a session at the prompt
 *
 * Engines are named as engines.ts says, V8's compilers as compilers.ts does; --engine is translator, --against reference, --compiler both unless
 * given. Status 1: they differ.
 */

import { caseFrom } from "./cases.ts";
import { useCompiler } from "./compilers.ts";
import { engineNamed } from "./engines.ts";
import { compare } from "./lockstep.ts";
import { report } from "./report.ts";

const { case: c, options } = caseFrom(process.argv.slice(2));
useCompiler(options.get("compiler") ?? "both");
const engines = [
  engineNamed(options.get("against") ?? "reference"),
  engineNamed(options.get("engine") ?? "translator"),
] as const;
const { divergence, instructions, cycles, meetings } = compare(c, engines);
if (divergence !== null) console.log(report(divergence));
else console.log(`${c.words}: equal over ${instructions} instructions, ${cycles} cycles, ${meetings} meetings`);
process.exitCode = divergence === null ? 0 : 1;
