/**
 * One guest program run from outside, as `quire run` and `quire test` do: started by init with
 * the host's streams, ended with its status. Holds no process-wide state: it serves worker threads too.
 */
import type { DiskStore } from "../cpu/devices/disk-store.ts";
import { type Computer, type ComputerConfig, type ComputerStatistics, createComputer } from "../kernel/computer.ts";
import type { EventListener } from "../kernel/events.ts";
import type { Options } from "../kernel/options.ts";
import { DeathWatch } from "./explain.ts";
import type { GuestFile } from "./guest-file.ts";
import type { InputSource, WaitingInputSource } from "./input.ts";
import { locator } from "./locate.ts";
import { runToEnd, runToEndAwake, type SessionEnd } from "./session.ts";

export interface GuestRun {
  /** Name without folders; the program lies in the guest's GUEST_FOLDER under it. */
  readonly name: string;
  readonly program: Uint8Array;
  readonly args: readonly string[];
  /** The first with the program on it, see `programFile`. */
  readonly disks: readonly (Uint8Array | DiskStore)[];
  readonly options: Partial<Options> & Pick<ComputerConfig, "share" | "references">;
  readonly instructionLimit: number;
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
export function runGuest(run: GuestRun & { readonly stdin: InputSource }): GuestEnd {
  const guest = startGuest(run);
  return guest.ended(runToEnd(guest.computer, run.stdin, run.instructionLimit));
}

/** The same, letting the host's events in meanwhile. */
export async function runGuestAwake(run: GuestRun & { readonly stdin: WaitingInputSource }): Promise<GuestEnd> {
  const guest = startGuest(run);
  return guest.ended(await runToEndAwake(guest.computer, run.stdin, run.instructionLimit));
}

/** argv of process 1, which starts the program `name`. Without translation it must be able to lie anywhere. */
export function initFor({ translation }: Partial<Options>, name: string, args: readonly string[]): string[] {
  return [translation === "bare" ? "/boot/init" : "/bin/init", "run", guestPath(name), ...args];
}

function startGuest(run: GuestRun): { computer: Computer; ended(end: SessionEnd): GuestEnd } {
  const path = guestPath(run.name);
  const watch = new DeathWatch(path);
  let computer: Computer | undefined;
  const late = () => computer!;
  computer = createComputer({
    ...run.options,
    disks: run.disks,
    init: initFor(run.options, run.name, run.args),
    sinks: { console: run.stderr, output: run.stdout, error: run.stderr },
    listeners: run.listeners.map((make) => make(late)),
    deathListeners: [watch.listen],
  });
  const ended = (end: SessionEnd): GuestEnd => ({
    end,
    signal: watch.signal,
    explanation: watch.explain(() => locator(run.program)),
    statistics: late().stats(),
    computer: late(),
  });
  return { computer, ended };
}

/** A program as the file that a run of this name starts. */
export function programFile(name: string, program: Uint8Array): GuestFile {
  return { path: guestPath(name), data: program, mode: 0o100755 };
}

const guestPath = (name: string): string => `${GUEST_FOLDER}/${name}`;
