/**
 * One case on two engines, and what differs:
 *
 *   npx tsx tests/lockstep/replay.ts KIND WORD [--engine NAME] [--against NAME] [options of the kind]
 *
 *   random SEED [--instructions N]      a random program
 *
 * Engines are named as engines.ts says; --engine is translator and --against reference unless given. Status 1: they differ.
 */

import { caseOf } from "./cases.ts";
import { engineNamed } from "./engines.ts";
import { compare } from "./lockstep.ts";
import { report } from "./report.ts";

const [kind = "", word = "", ...rest] = process.argv.slice(2);
const options = new Map<string, string>();
for (let i = 0; i < rest.length; i += 2) options.set(rest[i].replace(/^--/, ""), rest[i + 1]);
const c = caseOf(kind, word, options);
const engines = [
  engineNamed(options.get("against") ?? "reference"),
  engineNamed(options.get("engine") ?? "translator"),
] as const;
const { divergence, instructions, cycles, meetings } = compare(c, engines);
if (divergence !== null) console.log(report(divergence));
else console.log(`${c.words}: equal over ${instructions} instructions, ${cycles} cycles, ${meetings} meetings`);
process.exitCode = divergence === null ? 0 : 1;
