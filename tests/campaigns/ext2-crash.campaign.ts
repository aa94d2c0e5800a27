/**
 * Stops disks behind every block: npx tsx tests/campaigns/ext2-crash.campaign.ts [LINES [FIRST-SEED [COUNT [PROCESSES]]]]
 *
 * Runs crash.ts with COUNT seeds (odd ones: blocks of 1 KiB; even ones: of 4 KiB), at least LINES operations each, and tries
 * every image, in PROCESSES processes. Needs e2fsck.
 */
import { spawn } from "node:child_process";
import { check, checkFinal, drawCrash, record } from "./crash.ts";
import { answerHelp, numberWords } from "./usage.ts";

answerHelp(import.meta.filename);
const words = process.argv.slice(2);
if (words[0] === "part") part(...(words.slice(1).map(Number) as [number, number, number, number]));
else await all(...(numberWords(import.meta.filename) as [number?, number?, number?, number?]));

/** One process's share of the images. */
function part(lines: number, seed: number, number: number, of: number): void {
  const run = drawCrash(seed, lines);
  const recording = record(run);
  const images = recording.writes.length + 1;
  const result = check(recording, number, images, of);
  const failures = [...(number === 0 ? checkFinal(recording) : []), ...result.failures];
  const operations = recording.scripts.reduce((sum, script) => sum + script.lines.length, 0);
  console.log(JSON.stringify({ ...result, failures, operations, run }));
}

async function all(lines = 2400, first = 1, count = 2, processes = 2): Promise<void> {
  const began = performance.now();
  const total = { images: 0, parts: 0, files: 0, failed: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const texts = await Promise.all(Array.from({ length: processes }, (_, i) => runPart([lines, seed, i, processes])));
    const parts = texts.map((text) => JSON.parse(text));
    for (const { images, parts: some, files, failures } of parts) {
      total.images += images;
      total.parts += some;
      total.files += files;
      total.failed += failures.length;
      for (const failure of failures.slice(0, 5)) console.log(`seed ${seed}: ${failure}`);
    }
    const [{ run, operations }] = parts;
    console.log(`${JSON.stringify(run)}: ${operations} operations; so far ${JSON.stringify(total)}`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${total.images} images behind every block and ${total.parts} with a part of what was under way, ${total.files} files compared, ${total.failed} failures (${seconds} s)`,
  );
  process.exitCode = total.failed > 0 ? 1 : 0;
}

function runPart(words: readonly number[]): Promise<string> {
  const args = [...process.execArgv, process.argv[1], "part", ...words.map(String)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (some) => {
    text += some;
  });
  return new Promise((resolve, reject) =>
    child.on("close", (status) => (status === 0 ? resolve(text) : reject(new Error(`it ended with ${status}`)))),
  );
}
