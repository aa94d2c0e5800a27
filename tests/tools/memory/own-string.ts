/**
 * A guest program under a policy and a limit, recorded; and its own string replayed: what the running kernel did beside what
 * the replay does.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ComputerConfig, ComputerStatistics } from "../../../kernel/computer.ts";
import type { Options } from "../../../kernel/options.ts";
import type { VmPolicies } from "../../../kernel/vm/types.ts";
import { programFile, runGuest } from "../../../tools/guest.ts";
import { rootDisk } from "../../../tools/image.ts";
import { bytesInput } from "../../../tools/input.ts";
import { parseMachineOptions } from "../../../tools/machine-options.ts";
import type { Recorder } from "../../../tools/memory/recorder.ts";
import { originOf, recorderOf } from "../../../tools/memory/recording.ts";
import { ReferenceFileWriter, readReferenceFile } from "../../../tools/memory/reference-file.ts";
import type { ReferenceString } from "../../../tools/memory/reference-string.ts";
import { replay } from "../../../tools/memory/replay.ts";
import { parseExpectation } from "../../../tools/suite/expectation.ts";
import { start } from "../../kernel/programs.ts";
import { built } from "../look/programs.ts";

const ROOT = join(import.meta.dirname, "../../..");

type Listeners = Parameters<typeof runGuest>[0]["listeners"];

/** Pages by number, in order. */
export interface Story {
  readonly arrivals: number[];
  readonly victims: number[];
}

export interface PlainRun {
  readonly output: string;
  readonly statistics: ComputerStatistics;
  /** A digest of registers, TLB, counters and RAM at the end. */
  readonly memory: Uint8Array;
}

export interface OwnString extends PlainRun {
  readonly live: Story;
  readonly string: ReferenceString;
  readonly file: Buffer;
  readonly bytes: number;
}

function watcherOf(story: Story) {
  return {
    arrived: (page: number) => void story.arrivals.push(page),
    condemned: (page: number) => void story.victims.push(page),
  };
}

const source = (path: string) => readFileSync(join(ROOT, path), "latin1");

/** @param path of the source, from the root of the repository @param options beside those that its header asks for */
export function runUnrecorded(
  path: string,
  options: Partial<Options> & Pick<ComputerConfig, "references">,
  listeners: Listeners = [],
): PlainRun {
  const name = "program";
  const program = built(join(ROOT, path));
  let output = "";
  const take = (bytes: Uint8Array) => {
    output += Buffer.from(bytes).toString("latin1");
  };
  const { args, machine } = parseExpectation(source(path));
  const { statistics, computer } = runGuest({
    name,
    program,
    args,
    disks: [rootDisk([programFile(name, program)])],
    options: { ...parseMachineOptions(machine), ...options },
    instructionLimit: 20_000_000,
    stdin: bytesInput(new Uint8Array(0)),
    stdout: take,
    stderr: take,
    listeners,
  });
  return { output, statistics, memory: digestOf(computer.machine.memory.buffer) };
}

const digestOf = (buffer: ArrayBufferLike) => createHash("sha256").update(new Uint8Array(buffer)).digest();

/** The same with a recorder. */
export function recordProgram(path: string, options: Partial<Options>, listeners: Listeners = []): OwnString {
  const { machine } = parseExpectation(source(path));
  return recorded({ ...parseMachineOptions(machine), ...options }, (references) =>
    runUnrecorded(path, { ...options, references }, listeners),
  );
}

/** tests/kernel/programs/memory-stress.c. @param words of its command line */
export function recordStress(words: readonly (string | number)[], options: Partial<Options>): OwnString {
  return recorded(options, (references) => {
    const stress = start(["memory-stress", ...words.map(String)], { ...options, engine: "reference", references });
    stress.finish();
    const { computer } = stress;
    return {
      output: stress.output(),
      statistics: computer.stats(),
      memory: digestOf(computer.machine.memory.buffer),
    };
  });
}

function recorded(options: Partial<Options>, run: (recorder: Recorder) => PlainRun): OwnString {
  const live: Story = { arrivals: [], victims: [] };
  const pieces: Buffer[] = [];
  const origin = originOf(options);
  const file = new ReferenceFileWriter(origin, (bytes) => pieces.push(Buffer.from(bytes)));
  const recorder = recorderOf(options, file, watcherOf(live));
  const end = run(recorder);
  recorder.end();
  const whole = Buffer.concat(pieces);
  return { ...end, live, string: readReferenceFile(whole, true), file: whole, bytes: whole.length };
}

export const bytesOf = (own: OwnString): Buffer => own.file;

/** What the replay of the string does under its own policy and limit. */
export function replayOwn({ string }: OwnString): Story {
  const story: Story = { arrivals: [], victims: [] };
  replay(string, string.origin.replacement as VmPolicies["replacement"], string.origin.resident, watcherOf(story));
  return story;
}
