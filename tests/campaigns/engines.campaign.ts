/**
 * Random programs on two engines in lockstep (tests/lockstep), each seed in full: 100 million instructions unless told.
 *
 *   npx tsx tests/campaigns/engines.campaign.ts [--engine NAME] [--against NAME] [--first SEED] [--millions N] [--instructions N]
 *
 * --engine is translator and --against reference unless given; names as in tests/lockstep/engines.ts, such as
 * translator:heat=1. --instructions is how long each program runs. A program on which an engine hangs is reported, too: they
 * run in a process of their own. Status 1 where something differs.
 */
import { type ChildProcess, fork } from "node:child_process";
import { engineNamed } from "../lockstep/engines.ts";
import { compare } from "../lockstep/lockstep.ts";
import { INSTRUCTIONS, randomCase } from "../lockstep/random/case.ts";
import { replayCommand, report } from "../lockstep/report.ts";

/** Seconds after which a program of so few instructions hangs. */
const PATIENCE = 90;
const MOST_REPORTS = 10;

/** What the process that compares tells of each seed. */
interface Told {
  readonly seed: number;
  readonly instructions: number;
  readonly cycles: number;
  readonly meetings: number;
  readonly report: string | null;
}

const words = process.argv.slice(2).filter((word) => word !== "--compare");
const option = (name: string, otherwise: string) => {
  const at = words.indexOf(`--${name}`);
  return at < 0 ? otherwise : words[at + 1];
};
const engines = [engineNamed(option("against", "reference")), engineNamed(option("engine", "translator"))] as const;
const length = Number(option("instructions", String(INSTRUCTIONS)));

/** Compares the seeds that it is sent. */
function serve(): void {
  process.on("message", (seed: number) => {
    const c = randomCase(seed, length);
    const { divergence, ...figures } = compare(c, engines);
    const told: Told = { seed, ...figures, report: divergence === null ? null : report(divergence) };
    process.send?.(told);
  });
}

/** The seed's figures; null when nothing was heard in time, or the process died. */
function ask(child: ChildProcess, seed: number): Promise<Told | null> {
  return new Promise((resolve) => {
    const end = (told: Told | null) => {
      clearTimeout(timer);
      child.off("message", end).off("exit", died);
      resolve(told);
    };
    const died = () => end(null);
    const timer = setTimeout(died, PATIENCE * 1000);
    child.on("message", end).on("exit", died);
    child.send(seed);
  });
}

const start = () => fork(import.meta.filename, ["--compare", ...words]);

async function campaign(): Promise<void> {
  const first = Number(option("first", "1"));
  const most = Number(option("millions", "100")) * 1e6;
  const total = { programs: 0, instructions: 0, cycles: 0, meetings: 0, bad: 0 };
  const began = performance.now();
  let child = start();
  for (let seed = first; total.instructions < most && total.bad < MOST_REPORTS; seed++) {
    const told = await ask(child, seed);
    total.programs++;
    if (told === null) {
      total.bad++;
      child.kill("SIGKILL");
      child = start();
      console.log(
        `random ${seed}: an engine hangs or has ended the process\n${replayCommand({ case: randomCase(seed, length), engines })}\n`,
      );
      continue;
    }
    total.instructions += told.instructions;
    total.cycles += told.cycles;
    total.meetings += told.meetings;
    if (told.report === null) continue;
    total.bad++;
    console.log(`${told.report}\n`);
  }
  child.disconnect();
  const { programs, instructions, cycles, meetings, bad } = total;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const what = `${engines[0].name} and ${engines[1].name}: ${programs} programs from seed ${first} on`;
  const figures = `${(instructions / 1e6).toFixed(1)} million instructions, ${(cycles / 1e6).toFixed(1)} million cycles`;
  console.log(`${what}, ${figures}, ${meetings} meetings, ${bad} differ (${seconds} s)`);
  process.exitCode = bad === 0 ? 0 : 1;
}

if (process.argv.includes("--compare")) serve();
else await campaign();
