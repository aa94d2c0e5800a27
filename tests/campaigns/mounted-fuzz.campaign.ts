/**
 * Mounts damaged ext2 images and works on them: npx tsx tests/campaigns/mounted-fuzz.campaign.ts [IMAGES [FIRST-SEED]]
 */
import { fuzzMounted, mountedBases } from "./mounted-fuzz.ts";
import { numberWords } from "./usage.ts";

const [images = 5000, first = 1] = numberWords(import.meta.filename);
const bases = mountedBases();
const began = performance.now();
const outcomes = new Map<string, number>();
let mounted = 0;
let failed = 0;
for (let seed = first; seed < first + images; seed++) {
  try {
    const result = fuzzMounted(bases[seed % bases.length], seed);
    if (result.mounted) mounted++;
    for (const [name, count] of result.outcomes) outcomes.set(name, (outcomes.get(name) ?? 0) + count);
  } catch (failure) {
    failed++;
    console.log(`seed ${seed}: FAILED ${(failure as Error).stack}`);
  }
  if ((seed - first) % 500 === 499) console.log(`${seed - first + 1} images, ${mounted} mounted, ${failed} failed`);
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
const counts = [...outcomes].map(([name, count]) => `${name || "done"} ${count}`).join(", ");
console.log(`${images} images, ${mounted} mounted, ${failed} failed (${seconds} s); lines: ${counts}`);
process.exitCode = failed > 0 ? 1 : 0;
