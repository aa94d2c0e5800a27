/**
 * Live runs against the replays of their own strings: every policy, several limits, all demos and all programs of the suite that
 * are about memory (advice, locks, merging, swap, files of disks, processes), with the machines that they ask for.
 *
 *   npx tsx tests/campaigns/reference-strings.campaign.ts [LIMIT...]      default: 4 6 9 14 22 40
 *   npx tsx tests/campaigns/reference-strings.campaign.ts random [FIRST [COUNT]]
 *
 * `random`: memory-stress.c, processes that do everything with memory, with a machine, policy and limit drawn from each seed: little
 * RAM, little or no swap, both ways of fork and of population. One line a difference; the exit status is 1 where there was one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../cpu/random.ts";
import { REPLACEMENT_POLICIES } from "../../kernel/vm/replacement-policies.ts";
import type { VmPolicies } from "../../kernel/vm/types.ts";
import { type OwnString, recordProgram, recordStress, replayOwn } from "../tools/memory/own-string.ts";
import { answerHelp } from "./usage.ts";

const ROOT = join(import.meta.dirname, "../..");
const MIB = 2 ** 20;
const LIMITS = [4, 6, 9, 14, 22, 40];
const FOLDERS = ["userland/demos", ...["memory", "merge", "swap", "processes"].map((name) => `tests/guest/${name}`)];
const POLICIES = Object.keys(REPLACEMENT_POLICIES) as VmPolicies["replacement"][];
/** Programs with a second source, a disk of their own, or no pages. */
const OTHERS = /^#: (with|pie|stdin|drive|machine.*(--translation (bare|segments\b)|--resident|--replacement))/m;

answerHelp(import.meta.filename);
let [runs, victims, wrong] = [0, 0, 0];

function compare(what: string, own: OwnString): void {
  const again = replayOwn(own);
  runs++;
  victims += again.victims.length;
  if (JSON.stringify(again) === JSON.stringify(own.live)) return;
  wrong++;
  const first = (name: "arrivals" | "victims") => own.live[name].findIndex((page, i) => page !== again[name][i]);
  process.stdout.write(`${what}: arrival ${first("arrivals")}, victim ${first("victims")} differs\n`);
}

function programs(limits: readonly number[]): void {
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(ROOT, folder)).filter((each) => each.endsWith(".s"))) {
      const path = join(folder, name);
      const source = readFileSync(join(ROOT, path), "latin1");
      if (OTHERS.test(source) || !/\bmain:/.test(source)) continue;
      for (const replacement of POLICIES)
        for (const resident of limits)
          compare(
            `${path} --replacement ${replacement} --resident ${resident}`,
            recordProgram(path, { replacement, resident }),
          );
    }
}

function random(first: number, count: number): void {
  for (let seed = first; seed < first + count; seed++) {
    const chance = new Random(seed);
    const one = <T>(choices: readonly T[]): T => choices[chance.below(choices.length)]!;
    const options = {
      ram: one([1, 2, 4, 8, 32]) * MIB,
      swap: one([0, 10 * 4096, MIB / 4, MIB, 16 * MIB, 16 * MIB]),
      seed,
      replacement: one(POLICIES),
      resident: one([6, 14, 22, 40, 60]),
      fork: one(["copy-on-write", "copy-on-write", "eager"] as const),
      population: one(["demand", "demand", "eager"] as const),
      quantum: one([5_000, 100_000]),
      thp: one(["auto", "always", "madvise"] as const),
    };
    const flags = (options.population === "eager" ? 16 : 0) | one([0, 4, 8, 12]);
    const words = [seed, 1 + chance.below(2), 10 + chance.below(50), one([24, 48, 96]), flags];
    compare(`seed ${seed}: ${JSON.stringify(options)}`, recordStress(words, options));
  }
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === "random") random(Number(rest[0] ?? 1), Number(rest[1] ?? 200));
else programs(mode === undefined ? LIMITS : [mode, ...rest].map(Number));
process.stdout.write(`${runs} runs, ${victims} victims, ${wrong} runs with a difference\n`);
process.exitCode = wrong === 0 ? 0 : 1;
