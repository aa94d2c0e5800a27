/**
 * Fails every single frame allocation of a workload: npx tsx tests/campaigns/allocation-failures.campaign.ts [FIRST [STEP]]
 */
import { allocationWorkload } from "./allocation-failures.ts";

const [first = 1, step = 1] = process.argv.slice(2).map(Number);
const workload = allocationWorkload();
const began = performance.now();
let runs = 0;
for (let k = first; k <= workload.allocations; k += step) {
  workload.run(k);
  runs++;
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(`${runs} runs of ${workload.allocations} allocations: no invariant broken, none hung (${seconds} s)`);
