/**
 * One case on two engines, and what differs:
 *
 *   npx tsx tests/lockstep/replay.ts KIND WORD [--engine NAME] [--against NAME] [options of the kind]
 *
 *   random SEED [--instructions N]                a random program
 *   sweep SEED [--phases N]                       the timer interrupt at each cycle of a window of one
 *   guest PATH [--seed N] [--machine 'OPTIONS']   a guest program of the suite; the seed draws the steps
 *   session SEED [--machine 'OPTIONS']            boot, and a session at the prompt
 *
 * Engines are named as engines.ts says; --engine is translator and --against reference unless given. Status 1: they differ.
 */

import { caseFrom } from "./cases.ts";
import { engineNamed } from "./engines.ts";
import { compare } from "./lockstep.ts";
import { report } from "./report.ts";

const { case: c, options } = caseFrom(process.argv.slice(2));
const engines = [
  engineNamed(options.get("against") ?? "reference"),
  engineNamed(options.get("engine") ?? "translator"),
] as const;
const { divergence, instructions, cycles, meetings } = compare(c, engines);
if (divergence !== null) console.log(report(divergence));
else console.log(`${c.words}: equal over ${instructions} instructions, ${cycles} cycles, ${meetings} meetings`);
process.exitCode = divergence === null ? 0 : 1;
