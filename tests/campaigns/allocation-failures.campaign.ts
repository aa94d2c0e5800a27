/**
 * Fails every single frame allocation of a workload (allocation-failures.ts: WORKLOADS):
 *
 *   npx tsx tests/campaigns/allocation-failures.campaign.ts [WORKLOAD [FIRST [STEP]]]
 */
import { allocationWorkload, WORKLOADS, type WorkloadName } from "./allocation-failures.ts";
import { answerHelp, mistake, numberWords } from "./usage.ts";

answerHelp(import.meta.filename);
const [name = "shell", ...words] = process.argv.slice(2);
if (!Object.hasOwn(WORKLOADS, name))
  mistake(import.meta.filename, `'${name}' is none of ${Object.keys(WORKLOADS).join(", ")}`);
const [first = 1, step = 1] = numberWords(import.meta.filename, words);
const workload = allocationWorkload(name as WorkloadName);
const began = performance.now();
let runs = 0;
let bad = 0;
for (let k = first; k <= workload.allocations; k += step) {
  try {
    workload.run(k);
  } catch (failure) {
    bad++;
    console.log(`allocation ${k}: ${(failure as Error).stack}`);
  }
  runs++;
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(`${name}: ${runs} runs of ${workload.allocations} allocations, ${bad} failed (${seconds} s)`);
process.exitCode = bad > 0 ? 1 : 0;
