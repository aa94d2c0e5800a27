/**
 * Time from process start to the first command of the shell: `npx tsx tests/bench/boot.bench.ts`.
 * A new process each time; the median of several runs.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
const RUNS = 11;

/** Milliseconds from spawning the emulator to the word that the shell's first command prints. */
function boot(): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [QUIRE], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end("echo ready\n");
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
      if (output.includes("ready")) resolve(performance.now() - started);
    });
    child.on("close", () => reject(new Error(`no shell answered: ${output}`)));
  });
}

/** The bare start of Node, for comparison in the same run. */
function bareNode(): Promise<number> {
  return new Promise((resolve) => {
    const started = performance.now();
    spawn(process.execPath, ["-e", "0"]).on("close", () => resolve(performance.now() - started));
  });
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const times: number[] = [];
const bare: number[] = [];
for (let i = 0; i < RUNS; i++) {
  times.push(await boot());
  bare.push(await bareNode());
}
console.log(
  `boot to the first command: ${median(times).toFixed(0)} ms (median of ${RUNS}; node alone ${median(bare).toFixed(0)} ms)`,
);
