/**
 * All recorded random sequences of memory operations, 100,000 in all, under one configuration; takes minutes. With --huge, the
 * 18,000 that are about huge pages, merging, and a pool of huge pages.
 *
 *   npx tsx tests/campaigns/memory-sequences.campaign.ts [--huge] [--ram 1M] [--swap 32M] [--paging sv39] [--replacement clock] ...
 *
 * Options are those of `quire`, and --taken PAGES, which another process keeps locked. Status 1 where a result, a page or a mapping is not what Linux gave.
 */
import type { ComputerConfig } from "../../kernel/computer.ts";
import { OPTIONS, type OptionName } from "../../kernel/options.ts";
import { recordedSequences, runSequence, SEQUENCES, type SequenceName } from "../kernel/vm/sequences.ts";
import { answerHelp } from "./usage.ts";

function configuration(words: readonly string[]): Partial<ComputerConfig> {
  const config: Record<string, unknown> = {};
  for (let i = 0; i < words.length; i += 2) {
    if (words[i] === "--taken") continue;
    const name = words[i].replace(/^--/, "") as OptionName;
    if (!(name in OPTIONS)) throw new Error(`no option ${words[i]}`);
    config[name] = OPTIONS[name].parse(words[i + 1]);
  }
  return config;
}

answerHelp(import.meta.filename);
const name: SequenceName = process.argv.includes("--huge") ? "huge" : "memory";
const { operations } = SEQUENCES[name];
const words = process.argv.slice(2).filter((word) => word !== "--huge");
const config = { ...(name === "huge" && { ram: 256 * 2 ** 20 }), ...configuration(words) };
const taken = words.includes("--taken") ? Number(words[words.indexOf("--taken") + 1]) : 0;
let failed = 0;
for (const seed of recordedSequences(name).keys()) {
  const began = performance.now();
  const { difference, majorFaults } = runSequence(name, seed, operations, config, taken);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `seed ${seed}: ${difference || "as on Linux"} (${operations} operations, ${majorFaults} major faults, ${seconds} s)`,
  );
  if (difference) failed++;
}
console.log(failed === 0 ? "every result, page and mapping is as on Linux" : `${failed} seeds differ`);
process.exitCode = failed === 0 ? 0 : 1;
