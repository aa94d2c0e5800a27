/**
 * Two engines in lockstep (tests/lockstep), over many cases:
 *
 *   npx tsx tests/campaigns/engines.campaign.ts [KIND] [--engine NAME] [--against NAME] [--compiler NAME] [--first SEED] [...]
 *
 *   random [--millions N] [--instructions N] [--translation SCHEME]
 *                                              random programs, 100 million instructions unless told; N of each program
 *   sweep [--count N] [--phases N] [--translation SCHEME]
 *                                              the timer interrupt at every cycle of a window of N programs
 *   guests [--machine OPTIONS] [PATH...]       every guest program of the suite that can run so, or those below the paths
 *   sessions [--count N] [--machine OPTIONS]   boot and a session at the prompt
 *
 * Without a kind: random. --engine is translator and --against reference unless given; names as in
 * tests/lockstep/engines.ts, such as translator:heat=1. --compiler is optimising or baseline, where one of V8's compilers is to compile
 * everything, or both (tests/lockstep/compilers.ts). A case on which an engine hangs is reported, too: they run in a process of their own.
 * Status 1 where something differs.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseMachineOptions } from "../../tools/machine-options.ts";
import { findPrograms } from "../../tools/suite/find.ts";
import { planOf } from "../../tools/suite/plan.ts";
import { caseFrom } from "../lockstep/cases.ts";
import { COMPILERS, useCompiler } from "../lockstep/compilers.ts";
import { engineNamed } from "../lockstep/engines.ts";
import { compare } from "../lockstep/lockstep.ts";
import { replayCommand, report } from "../lockstep/report.ts";
import { answerHelp, mistake } from "./usage.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Seconds after which a case hangs. */
const PATIENCE = 240;
const MOST_REPORTS = 10;

/** What the process that compares tells of each case. */
interface Told {
  readonly instructions: number;
  readonly cycles: number;
  readonly meetings: number;
  readonly report: string | null;
}

answerHelp(import.meta.filename);
const options = new Map<string, string>();
const plain: string[] = [];
for (let words = process.argv.slice(2); words.length > 0; ) {
  const [word] = words;
  if (word.startsWith("--")) options.set(word.slice(2), words[1]);
  else plain.push(word);
  words = words.slice(word.startsWith("--") ? 2 : 1);
}
const OPTIONS = "engine against compiler first millions instructions count phases machine translation".split(" ");
const unknown = [...options.keys()].find((name) => !OPTIONS.includes(name));
if (unknown !== undefined)
  mistake(
    import.meta.filename,
    `there is no option --${unknown}; there are ${OPTIONS.map((name) => `--${name}`).join(", ")}`,
  );
const compiler = options.get("compiler") ?? "both";
if (!COMPILERS.includes(compiler))
  mistake(import.meta.filename, `no compiler is called '${compiler}'; there are ${COMPILERS.join(", ")}`);
useCompiler(compiler);
const number = (name: string, otherwise: number) => Number(options.get(name) ?? otherwise);
const engines = [
  engineNamed(options.get("against") ?? "reference"),
  engineNamed(options.get("engine") ?? "translator"),
] as const;

const passed = (name: string) => (options.has(name) ? [`--${name}`, options.get(name)!] : []);

/** The words of each case, one after the other. */
function* cases(kind: string): Generator<string[]> {
  const first = number("first", 1);
  if (kind === "guests") {
    const paths = plain.length > 1 ? plain.slice(1) : ["tests/guest", "userland/demos"].map((path) => join(ROOT, path));
    const machine = parseMachineOptions(options.get("machine")?.split(" ") ?? []);
    for (const path of findPrograms(paths))
      if (planOf(readFileSync(path, "utf8"), machine).skip === null)
        yield ["guest", relative(process.cwd(), path), "--seed", String(first), ...passed("machine")];
    return;
  }
  const count = number("count", kind === "random" ? Number.POSITIVE_INFINITY : kind === "sweep" ? 40 : 5);
  const own = { random: "instructions", sweep: "phases", sessions: "machine" }[kind];
  if (own === undefined)
    mistake(import.meta.filename, `no kind of case is called '${kind}'; there are random, sweep, guests, sessions`);
  const name = kind === "sessions" ? "session" : kind;
  for (let seed = first; seed < first + count; seed++)
    yield [name, String(seed), ...passed(own), ...passed("translation")];
}

/** Compares the cases that it is sent. */
function serve(): void {
  process.on("message", (words: string[]) => {
    const { divergence, ...figures } = compare(caseFrom(words).case, engines);
    const told: Told = { ...figures, report: divergence === null ? null : report(divergence) };
    process.send?.(told);
  });
}

/** The case's figures; null when nothing was heard in time, or the process died. */
function ask(child: ChildProcess, words: readonly string[]): Promise<Told | null> {
  return new Promise((resolve) => {
    const end = (told: Told | null) => {
      clearTimeout(timer);
      child.off("message", end).off("exit", died);
      resolve(told);
    };
    const died = () => end(null);
    const timer = setTimeout(died, PATIENCE * 1000);
    child.on("message", end).on("exit", died);
    child.send(words);
  });
}

const start = () =>
  fork(import.meta.filename, process.argv.slice(2), { env: { ...process.env, LOCKSTEP_SERVES: "1" } });

async function campaign(kind: string): Promise<void> {
  const most = kind === "random" ? number("millions", 100) * 1e6 : Number.POSITIVE_INFINITY;
  const total = { cases: 0, instructions: 0, cycles: 0, meetings: 0, bad: 0 };
  const began = performance.now();
  let child = start();
  for (const words of cases(kind)) {
    if (total.instructions >= most || total.bad >= MOST_REPORTS) break;
    const told = await ask(child, words);
    total.cases++;
    if (told === null) {
      total.bad++;
      child.kill("SIGKILL");
      child = start();
      const again = replayCommand({ case: { words: words.join(" ") }, engines });
      console.log(`${words.join(" ")}: an engine hangs or has ended the process\nagain: ${again}\n`);
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
  const millions = (n: number) => (n / 1e6).toFixed(1);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const figures = `${millions(total.instructions)} million instructions, ${millions(total.cycles)} million cycles`;
  console.log(
    `${engines[0].name} and ${engines[1].name}: ${total.cases} cases (${kind}), ${figures}, ${total.meetings} meetings, ` +
      `${total.bad} differ (${seconds} s)`,
  );
  process.exitCode = total.bad === 0 ? 0 : 1;
}

if (process.env.LOCKSTEP_SERVES === "1") serve();
else await campaign(plain[0] ?? "random");
