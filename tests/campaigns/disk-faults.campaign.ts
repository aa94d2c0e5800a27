/**
 * Has each transfer of a disk fail in turn, once and for ever: npx tsx tests/campaigns/disk-faults.campaign.ts [STEP [FIRST]]
 *
 * Needs e2fsck. STEP 1 (the default) tries every transfer.
 */
import { countTransfers, tryFaults } from "./disk-faults.ts";
import { numberWords } from "./usage.ts";

const [step = 1, first = 0] = numberWords(import.meta.filename);
const began = performance.now();
const total = { faults: 0, told: 0, wrong: 0 };
for (const [blockSize, ioScheduler] of [
  [1024, "elevator"],
  [4096, "noop"],
] as const) {
  const transfers = countTransfers(blockSize, ioScheduler);
  const faults = [];
  for (let at = first; at < transfers; at += step) faults.push({ at, forever: false }, { at, forever: true });
  const { wrong, told } = tryFaults(blockSize, faults, ioScheduler);
  for (const text of wrong) console.log(text);
  total.faults += faults.length;
  total.told += told;
  total.wrong += wrong.length;
  console.log(`blocks of ${blockSize}, ${ioScheduler}: ${transfers} transfers, ${faults.length} faults`);
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(`${total.faults} faults, ${total.told} of them told to somebody, ${total.wrong} wrong (${seconds} s)`);
process.exitCode = total.wrong > 0 ? 1 : 0;
