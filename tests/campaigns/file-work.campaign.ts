/**
 * Runs file-work.ts for a range of seeds, and has e2fsck and debugfs, where they are, look at each image:
 * npx tsx tests/campaigns/file-work.campaign.ts [FIRST [COUNT [OPERATIONS]]]
 */
import { spawnSync } from "node:child_process";
import { judge } from "../conformance/ext2-judges.ts";
import { DEBUGFS, E2FSCK } from "../conformance/ext2-tools.ts";
import { drawFileWork, runFileWork, SYSTEM } from "./file-work.ts";
import { numberWords } from "./usage.ts";

const hasJudges = [E2FSCK, DEBUGFS].every((tool) => spawnSync(tool, ["-V"]).error === undefined);
if (!hasJudges) console.log(`${E2FSCK} or ${DEBUGFS} is not installed: images are not shown to them`);

const [first = 1, count = 10, operations = 50_000] = numberWords(import.meta.filename);
let bad = 0;
for (let seed = first; seed < first + count; seed++) {
  const start = performance.now();
  const work = drawFileWork(seed, operations);
  try {
    const figures = runFileWork(work, (disk, folder) => {
      const problem = hasJudges ? judge(disk.image, folder, SYSTEM) : "";
      if (problem !== "") throw new Error(problem);
    });
    console.log(`${seed}: ${((performance.now() - start) / 1000).toFixed(1)} s ${JSON.stringify(figures)}`);
  } catch (failure) {
    bad++;
    console.log(`${seed}: FAILED ${(failure as Error).stack}\n${seed}: ${JSON.stringify(work)}`);
  }
}
console.log(`${count} runs, ${bad} failed`);
process.exitCode = bad > 0 ? 1 : 0;
