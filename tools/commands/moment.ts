/** What the commands share that look at a program at one moment: `translate`, `memory map`. */
import type { Process } from "../../kernel/process.ts";
import { UsageError } from "../errors.ts";
import { programFile } from "../guest.ts";
import { descriptorInput } from "../host-input.ts";
import { type Moment, type MomentRun, runToMoment } from "../look/moment.ts";
import { guestProgram } from "./guest-program.ts";
import { machineOptions, programOptions, putFiles, withHostFiles } from "./options.ts";

type Raw = Record<string, unknown>;

/** The program as a run that can be made again and leaves the host as it is. */
export async function momentRun(
  file: string,
  args: readonly string[],
  options: Raw,
  use: (run: MomentRun) => Promise<number>,
): Promise<number> {
  const { name, program } = guestProgram(file, programOptions(options));
  const raw = { ...options, snapshot: true };
  return withHostFiles(raw, "archive", [programFile(name, program), ...putFiles(options)], ({ disks }) =>
    use({ name, program, args, disks, options: machineOptions(options), stdin: descriptorInput(0) }),
  );
}

/** Runs the program to the moment that the flags name, and calls `look`. */
export const atMoment = (
  file: string,
  args: readonly string[],
  options: Raw,
  look: (moment: Moment, program: Uint8Array) => number | Promise<number>,
): Promise<number> =>
  momentRun(file, args, options, async (run) => {
    const at = (options.at as number | undefined) ?? null;
    return look(await runToMoment(run, at), run.program);
  });

/** The process that --pid names, or the program's own; it has memory. @throws UsageError */
export function processAt({ computer, pid }: Moment, options: Raw): Process {
  const { processes } = computer.kernel;
  const wanted = (options.pid as number | undefined) ?? pid;
  const p = processes.get(wanted);
  if (p !== undefined && p.space !== null) return p;
  const others = [...processes.values()].filter(({ space }) => space !== null);
  const list = others.map((each) => `${each.pid} (${each.program.path})`).join(", ");
  throw new UsageError(`there is no process ${wanted} with memory at that moment; there are ${list}`);
}
