/**
 * One guest program of a suite: read its expectation, build it, run it, compare. Everything that can go wrong becomes
 * a verdict; nothing is thrown.
 */
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { OptionError, type Options } from "../../kernel/options.ts";
import { type DiskChoice, openDisks } from "../disk/run-disks.ts";
import { AssemblyError, UsageError } from "../errors.ts";
import { readHostFile } from "../files.ts";
import { type GuestEnd, programFile, runGuest } from "../guest.ts";
import { bytesInput } from "../host-input.ts";
import { formatOption, parseMachineOptions, splitDrives } from "../machine-options.ts";
import { buildProgram } from "../program.ts";
import { type Expectation, ExpectationError, parseExpectation } from "./expectation.ts";
import { difference, linesMatch, outputLines } from "./match.ts";
import type { TestResult, Verdict } from "./report/result.ts";
import type { Task } from "./run.ts";
import { updatedSource } from "./update.ts";

interface Output {
  stdout: string;
  stderr: string;
}

interface Judgement {
  readonly reason: string;
  readonly detail: string;
}

/**
 * Runs the program at `path`. With `update`, its expectation is rewritten to what it did, unless it did not come to an
 * end or is known to fail: then it is judged as ever. `machine`: options for what its own expectation leaves open.
 */
export function runProgram({ path, update, machine }: Task): TestResult {
  const output: Output = { stdout: "", stderr: "" };
  const result = (verdict: Verdict, judgement: Judgement, instructions = 0, expectation?: Expectation): TestResult => ({
    name: path,
    verdict,
    ...judgement,
    command: command(path, machine, expectation),
    ...output,
    instructions,
  });
  try {
    const source = new TextDecoder().decode(readHostFile(path));
    const expectation = parseExpectation(source);
    if (expectation.skip !== null) return result("skip", { reason: expectation.skip, detail: "" });
    const guest = execute(path, expectation, machine, output);
    if (update && guest.end.kind === "off" && expectation.fail === null) {
      writeFileSync(path, updatedSource(source, { ...output, status: guest.end.status, signal: guest.signal }));
      return result("pass", { reason: "expectation recorded", detail: "" }, guest.statistics.instructions);
    }
    const judgement = judge(expectation, guest, output);
    return result(
      verdictOf(expectation, judgement),
      judgementOf(expectation, judgement),
      guest.statistics.instructions,
      expectation,
    );
  } catch (error) {
    return result("error", explainError(error));
  }
}

function execute(path: string, expectation: Expectation, machine: Partial<Options>, output: Output): GuestEnd {
  const sources = [path, ...expectation.with.map((name) => join(dirname(path), name))];
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const into = (name: keyof Output) => (bytes: Uint8Array) => {
    output[name] += decoders[name].decode(bytes, { stream: true });
  };
  const build = { include: [dirname(path)], library: true, pie: expectation.pie, warn: () => {} };
  const name = basename(path, ".s");
  const program = buildProgram(sources, build);
  const { words, drives } = splitDrives(expectation.machine);
  const choice: DiskChoice = {
    root: null,
    builtIn: "archive",
    drives: drives.map((drive) => join(dirname(path), drive)),
    snapshot: true,
  };
  const { disks, close } = openDisks(choice, [programFile(name, program)]);
  try {
    return runGuest({
      name,
      program,
      args: expectation.args,
      disks,
      options: { ...machine, ...parseMachineOptions(words) },
      instructionLimit: expectation.limit,
      stdin: bytesInput(new TextEncoder().encode(expectation.stdin)),
      stdout: into("stdout"),
      stderr: into("stderr"),
      listeners: [],
    });
  } finally {
    close();
  }
}

/** What differs from the expectation; null when nothing does. */
function judge(expectation: Expectation, guest: GuestEnd, output: Output): Judgement | null {
  const ended = judgeEnd(expectation, guest);
  const details: string[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    const expected = expectation[stream];
    if (expected === null) continue;
    const lines = outputLines(output[stream]);
    if (!linesMatch(lines, expected)) details.push(difference(stream, lines, expected));
  }
  if (ended === null && details.length === 0) return null;
  const reason = ended ?? "its output differs";
  const shownErrors =
    ended !== null && output.stderr !== "" && expectation.stderr === null ? [`stderr: ${output.stderr.trimEnd()}`] : [];
  return { reason, detail: [...details, ...shownErrors].join("\n") };
}

function judgeEnd(expectation: Expectation, { end, signal, explanation }: GuestEnd): string | null {
  if (end.kind === "limit") return `still running after its limit of ${expectation.limit} instructions`;
  if (end.kind === "stuck") return "every process waits for something that cannot happen";
  if (expectation.signal !== null) {
    return signal === expectation.signal
      ? null
      : `expected ${expectation.signal}, got ${explanation ?? `exit status ${end.status}`}`;
  }
  if (signal !== null) return `expected exit status ${expectation.exit}, got ${explanation}`;
  return end.status === expectation.exit ? null : `expected exit status ${expectation.exit}, got ${end.status}`;
}

function verdictOf(expectation: Expectation, judgement: Judgement | null): Verdict {
  if (expectation.fail !== null) return judgement === null ? "unexpected-pass" : "expected-failure";
  return judgement === null ? "pass" : "fail";
}

function judgementOf(expectation: Expectation, judgement: Judgement | null): Judgement {
  if (expectation.fail === null) return judgement ?? { reason: "", detail: "" };
  return { reason: expectation.fail, detail: judgement?.detail ?? "" };
}

function explainError(error: unknown): Judgement {
  if (error instanceof AssemblyError) return { reason: "it does not assemble", detail: error.message };
  if (error instanceof ExpectationError || error instanceof UsageError || error instanceof OptionError)
    return { reason: error.message, detail: "" };
  return {
    reason: "a fault of the emulator itself",
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

/** What a program writes to its drives is dropped: each run finds them as they were. */
function driveWords(path: string, { machine }: Expectation): string[] {
  const drives = splitDrives(machine).drives.map((drive) => `--drive ${quote(join(dirname(path), drive))}`);
  return drives.length === 0 ? [] : ["--snapshot", ...drives];
}

const quote = (word: string) => (/^[\w./=:,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The command line that runs this program alone, as the suite does. */
function command(path: string, machine: Partial<Options>, expectation?: Expectation): string {
  const options = Object.entries(machine).map(([name, value]) => `--${name} ${quote(formatOption(value))}`);
  if (expectation === undefined || expectation.with.length > 0)
    return ["npx quire test", ...options, quote(path)].join(" ");
  const words = [
    "npx quire run",
    ...options,
    ...(expectation.pie ? ["--pie"] : []),
    ...splitDrives(expectation.machine).words,
    ...driveWords(path, expectation),
    `--limit ${expectation.limit}`,
    quote(path),
    ...expectation.args.map(quote),
  ];
  const stdin = expectation.stdin === "" ? "" : `printf %s ${quote(expectation.stdin)} | `;
  return stdin + words.join(" ");
}
