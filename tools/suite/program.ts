/**
 * One guest program of a suite: read its expectation, build it, run it, compare. Everything that can go wrong becomes
 * a verdict; nothing is thrown. Files are the caller's (`SuiteHost`), so that a browser page runs suites too.
 */
import type { DiskStore } from "../../cpu/devices/disk-store.ts";
import { OptionError, type Options } from "../../kernel/options.ts";
import type { ProgramOptions } from "../compile.ts";
import { AssemblyError, UsageError } from "../errors.ts";
import { type GuestEnd, programFile, runGuest } from "../guest.ts";
import type { GuestFile } from "../guest-file.ts";
import { bytesInput } from "../input.ts";
import { command } from "./command.ts";
import { type Expectation, ExpectationError } from "./expectation.ts";
import { type Judgement, judge, judgementOf, type Output, verdictOf } from "./judge.ts";
import { type Plan, planOf } from "./plan.ts";
import type { TestResult, Verdict } from "./report/result.ts";
import { updatedSource } from "./update.ts";

/** What running a program asks of its host. */
export interface SuiteHost {
  /** Throws UsageError. */
  read(path: string): Uint8Array;
  /** Replaces a source, for `update`. */
  write(path: string, source: string): void;
  dirname(path: string): string;
  /** The last name of a path, without `suffix`. */
  basename(path: string, suffix: string): string;
  join(folder: string, name: string): string;
  /** Throws AssemblyError, UsageError */
  build(sources: readonly string[], options: ProgramOptions): Uint8Array;
  /** The root file system as an archive with `program` in it, then the images of `drives`, kept as they are. */
  openDisks(
    drives: readonly string[],
    program: GuestFile,
  ): { disks: readonly (Uint8Array | DiskStore)[]; close(): unknown };
}

/** What is to be run. */
export interface Task {
  readonly path: string;
  readonly update: boolean;
  readonly machine: Partial<Options>;
}

const NOTHING = { instructions: 0, cycles: 0 };

/**
 * Runs the program at `path`. With `update`, its expectation is rewritten to what it did, unless it did not come to an
 * end or is known to fail: then it is judged as ever. `machine`: options for what its own expectation leaves open.
 */
export function runProgram({ path, update, machine }: Task, host: SuiteHost): TestResult {
  const output: Output = { stdout: "", stderr: "" };
  let usable = machine;
  const beside = (name: string) => host.join(host.dirname(path), name);
  const result = (verdict: Verdict, judgement: Judgement, ran = NOTHING, expectation?: Expectation): TestResult => ({
    name: path,
    verdict,
    ...judgement,
    command: command(path, usable, expectation, beside),
    ...output,
    instructions: ran.instructions,
    cycles: ran.cycles,
  });
  try {
    const source = new TextDecoder().decode(host.read(path));
    const plan = planOf(source, machine);
    const { expectation, own, options, skip } = plan;
    usable = plan.rest;
    if (skip !== null) return result("skip", { reason: skip, detail: "" });
    const guest = execute(path, plan, host, output);
    const judgement = judge(expectation, guest, output);
    if (update && guest.end.kind === "off" && expectation.fail === null) {
      const scheme = own.translation === undefined && options.translation !== "paging" ? options.translation : null;
      const observed = { ...output, status: guest.end.status, signal: guest.signal };
      if (!scheme || judgement !== null) host.write(path, updatedSource(source, observed, scheme));
      return result("pass", { reason: "expectation recorded", detail: "" }, guest.statistics);
    }
    return result(
      verdictOf(expectation, judgement),
      judgementOf(expectation, judgement),
      guest.statistics,
      expectation,
    );
  } catch (error) {
    return result("error", explainError(error));
  }
}

function execute(path: string, plan: Plan, host: SuiteHost, output: Output): GuestEnd {
  const { expectation, options, drives, place } = plan;
  const folder = host.dirname(path);
  const sources = [path, ...expectation.with.map((name) => host.join(folder, name))];
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const into = (name: keyof Output) => (bytes: Uint8Array) => {
    output[name] += decoders[name].decode(bytes, { stream: true });
  };
  const name = host.basename(path, ".s");
  const program = host.build(sources, { include: [folder], library: true, ...place, warn: () => {} });
  const { disks, close } = host.openDisks(
    drives.map((drive) => host.join(folder, drive)),
    programFile(name, program),
  );
  try {
    const guest = runGuest({
      name,
      program,
      args: expectation.args,
      disks,
      options,
      instructionLimit: expectation.limit,
      stdin: bytesInput(new TextEncoder().encode(expectation.stdin)),
      stdout: into("stdout"),
      stderr: into("stderr"),
      listeners: [],
    });
    guest.computer.discard();
    return guest;
  } finally {
    close();
  }
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
