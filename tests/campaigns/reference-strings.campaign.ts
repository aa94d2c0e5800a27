/**
 * Live runs against the replays of their own strings: every policy, several limits, all demos that need no options of their own.
 *
 *   npx tsx tests/campaigns/reference-strings.campaign.ts [LIMIT...]      default: 4 6 9 14 22 40
 *
 * One line a difference; the exit status is 1 where there was one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPLACEMENT_POLICIES } from "../../kernel/vm/replacement-policies.ts";
import type { VmPolicies } from "../../kernel/vm/types.ts";
import { recordProgram, replayOwn } from "../tools/memory/own-string.ts";

const ROOT = join(import.meta.dirname, "../..");
const LIMITS = [4, 6, 9, 14, 22, 40];

const limits = process.argv.length > 2 ? process.argv.slice(2).map(Number) : LIMITS;
const demos = readdirSync(join(ROOT, "userland/demos"))
  .filter((name) => name.endsWith(".s"))
  .filter((name) => !/^#: (machine|with|pie|stdin)/m.test(readFileSync(join(ROOT, "userland/demos", name), "latin1")));
let [runs, victims, wrong] = [0, 0, 0];
for (const demo of demos)
  for (const replacement of Object.keys(REPLACEMENT_POLICIES) as VmPolicies["replacement"][])
    for (const resident of limits) {
      const own = recordProgram(join("userland/demos", demo), { replacement, resident });
      const again = replayOwn(own);
      runs++;
      victims += again.victims.length;
      if (JSON.stringify(again) === JSON.stringify(own.live)) continue;
      wrong++;
      const first = own.live.victims.findIndex((page, i) => page !== again.victims[i]);
      process.stdout.write(`${demo} --replacement ${replacement} --resident ${resident}: victim ${first} differs\n`);
    }
process.stdout.write(`${runs} runs, ${victims} victims, ${wrong} runs with a difference\n`);
process.exitCode = wrong === 0 ? 0 : 1;
