/**
 * Damages ext2 file systems, mounts them and works on them: npx tsx tests/campaigns/ext2-fuzz.campaign.ts [IMAGES [FIRST-SEED]]
 */
import { fuzzBases, fuzzOnce } from "../kernel/fs/ext2/fuzz.ts";
import { numberWords } from "./usage.ts";

const [images = 5000, first = 1_000_000] = numberWords(import.meta.filename);
const bases = fuzzBases();
const began = performance.now();
const outcomes = new Map<string, number>();
let mounted = 0;
for (let seed = first; seed < first + images; seed++) {
  try {
    const result = fuzzOnce(bases[seed % bases.length], seed);
    if (result.mounted) mounted++;
    for (const [name, count] of result.outcomes) outcomes.set(name, (outcomes.get(name) ?? 0) + count);
  } catch (error) {
    console.log(`seed ${seed}`);
    throw error;
  }
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
const counts = [...outcomes].map(([name, count]) => `${name || "done"} ${count}`).join(", ");
console.log(`${images} images, ${mounted} mounted, none threw, hung or was left (${seconds} s); operations: ${counts}`);
