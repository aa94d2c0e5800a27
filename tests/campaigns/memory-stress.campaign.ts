/**
 * Runs memory-stress.ts for a range of seeds: npx tsx tests/campaigns/memory-stress.campaign.ts [FIRST [COUNT [huge|segmented]]]
 *
 * With `huge` every mapping may have transparent huge pages, in windows of 4 MiB and RAM for some of them; with
 * `segmented` it is segmented paging.
 */
import { drawHugeStress, drawSegmentedStress, drawStress, runStress } from "./memory-stress.ts";
import { numberWords } from "./usage.ts";

const [first = 1, count = 200] = numberWords(import.meta.filename, process.argv.slice(2, 4));
const DRAWS = { plain: drawStress, huge: drawHugeStress, segmented: drawSegmentedStress };
const draw = DRAWS[(process.argv[4] ?? "plain") as keyof typeof DRAWS];
const began = performance.now();
let bad = 0;
for (let seed = first; seed < first + count; seed++) {
  const start = performance.now();
  const stress = draw(seed);
  try {
    const { output, ...figures } = runStress(stress);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${seed}: ${seconds} s ${output.trim().split("\n").at(-1)} ${JSON.stringify(figures)}`);
  } catch (failure) {
    bad++;
    console.log(`${seed}: FAILED ${(failure as Error).stack}\n${seed}: ${JSON.stringify(stress)}`);
  }
}
console.log(`${count} runs, ${bad} failed (${((performance.now() - began) / 1000).toFixed(0)} s)`);
process.exitCode = bad > 0 ? 1 : 0;
