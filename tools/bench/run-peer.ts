/**
 * One run of a workload by one peer, in a process of its own. The time is taken here, the same way for all: from the arrival of
 * the line "begin" to that of the line with the result (programs/start.s), so starting and preparing do not count.
 */
import { spawn } from "node:child_process";
import { atEnd } from "../disk/at-end.ts";
import { CLOCKS, type ClockName } from "./clock.ts";
import { RunError } from "./error.ts";

export interface Sample {
  readonly seconds: number;
  /** Of one unit. */
  readonly checksum: string;
  /** Of all units, as the peer counts them. */
  readonly instructions: number;
}

/** Where a run hangs, not where it is slow. */
const LIMIT_MILLISECONDS = 300_000;
const RESULT = /^begin\n([0-9a-f]{16}) ([0-9a-f]{16})\n$/;
/** Of what a failed run has said. */
const SHOWN = 400;

/** Throws RunError */
export async function runPeer([tool, ...args]: readonly string[], clock: ClockName): Promise<Sample> {
  const { read, least } = CLOCKS[clock];
  const child = spawn(tool!, args, { stdio: ["ignore", "pipe", "pipe"] });
  const kill = atEnd(() => void child.kill("SIGKILL"));
  const times: number[] = [];
  const said = { out: "", err: "" };
  child.stdout.on("data", (bytes: Buffer) => {
    const text = bytes.toString("latin1");
    said.out += text;
    if (text.includes("\n")) times.push(...new Array<number>(text.split("\n").length - 1).fill(read(child.pid!)));
  });
  child.stderr.on("data", (bytes: Buffer) => {
    said.err += bytes.toString("latin1");
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, LIMIT_MILLISECONDS);
  const end = await new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (status, signal) => resolve(signal ?? (status === 0 ? "" : `exit status ${status}`)));
  });
  clearTimeout(timer);
  kill();
  const match = RESULT.exec(said.out);
  const [begin, result] = times;
  if (late) throw new RunError(`no result after ${LIMIT_MILLISECONDS / 1000} seconds`);
  if (end !== "" || match === null) throw new RunError(failure(end, said));
  const [, checksum, instructions] = match;
  const seconds = result! - begin!;
  if (!(seconds >= least))
    throw new RunError(`done in less than ${least * 1000} ms, too little to be timed: use a larger --scale`);
  return { seconds, checksum: checksum!, instructions: Number.parseInt(instructions!, 16) };
}

function failure(end: string, { out, err }: { out: string; err: string }): string {
  const text = `${err}${out}`.trim().slice(-SHOWN);
  return `${end === "" ? "the output is not a result" : end}${text === "" ? "" : `: ${text}`}`;
}
