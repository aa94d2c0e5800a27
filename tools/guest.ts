/**
 * One guest program run from outside, as `quire run` and `quire test` do: put into the guest, started by init with
 * the host's streams, ended with its status. Holds no process-wide state: it serves worker threads too.
 */
import { posix } from "node:path";
import { type Computer, type ComputerStatistics, createComputer } from "../kernel/computer.ts";
import type { EventListener } from "../kernel/events.ts";
import type { Options } from "../kernel/options.ts";
import { DeathWatch } from "./explain.ts";
import type { InputSource } from "./host-input.ts";
import { type GuestFile, rootDisk } from "./image.ts";
import { locator } from "./locate.ts";
import { runToEnd, type SessionEnd } from "./session.ts";

export interface GuestRun {
  /** Name without folders; the program lies in the guest's GUEST_FOLDER under it. */
  readonly name: string;
  readonly program: Uint8Array;
  readonly args: readonly string[];
  readonly files: readonly GuestFile[];
  readonly options: Partial<Options>;
  readonly instructionLimit: number;
  readonly stdin: InputSource;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  /** Further listeners; each is made for the computer that it is to watch. */
  readonly listeners: readonly ((computer: () => Computer) => EventListener)[];
}

export interface GuestEnd {
  readonly end: SessionEnd;
  /** The name of the signal that ended the program, and the explanation; null when none did. */
  readonly signal: string | null;
  readonly explanation: string | null;
  readonly statistics: ComputerStatistics;
  readonly computer: Computer;
}

export const GUEST_FOLDER = "/home";

/** Runs the program to its end. */
export function runGuest(run: GuestRun): GuestEnd {
  const path = posix.join(GUEST_FOLDER, run.name);
  const watch = new DeathWatch(path);
  let computer: Computer | undefined;
  const late = () => computer!;
  computer = createComputer({
    ...run.options,
    disks: [rootDisk([{ path, data: run.program, mode: 0o100755 }, ...run.files])],
    init: ["/bin/init", "run", path, ...run.args],
    sinks: { console: run.stderr, output: run.stdout, error: run.stderr },
    listeners: [watch.listen, ...run.listeners.map((make) => make(late))],
  });
  const end = runToEnd(computer, run.stdin, run.instructionLimit);
  const explanation = watch.explain(locator(run.program));
  return { end, signal: watch.signal, explanation, statistics: computer.stats(), computer };
}
