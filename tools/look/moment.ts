/**
 * A moment of a run: the program is run from power-on to a count of instructions, and stands there to be looked at.
 * Without a count it is its last moment: the first run finds out where that is, a second one, the same to the bit, stops
 * there. What the program writes is dropped, and its disks are under a layer of memory: looking leaves the host as it is.
 */
import { isDiskStore } from "../../cpu/devices/disk-store.ts";
import type { Computer } from "../../kernel/computer.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import { UsageError } from "../errors.ts";
import { GUEST_FOLDER, type GuestRun, runGuestAwake } from "../guest.ts";
import type { WaitingInputSource } from "../input.ts";

/** A run that can be made again. */
export type MomentRun = Omit<GuestRun, "instructionLimit" | "stdout" | "stderr" | "listeners"> & {
  readonly stdin: WaitingInputSource;
};

export interface Moment {
  readonly computer: Computer;
  /** The program's own process. */
  readonly pid: number;
  /** What loading added to the addresses of the file. */
  readonly bias: number;
  /** Instructions since power-on. */
  readonly at: number;
  /** Why it stands there. */
  readonly why: "asked" | "exit" | "death" | "stuck" | "power-off";
}

/** Of one run: where the program began and, as soon as it is so, where it ends. */
class Watch {
  pid = 0;
  bias = 0;
  began = 0;
  end: { readonly at: number; readonly why: Moment["why"] } | null = null;

  constructor(
    private readonly path: string,
    private readonly computer: () => Computer,
  ) {}

  readonly listen = (event: KernelEvent): void => {
    if (event.type === "exec" && this.pid === 0 && event.path === this.path) {
      this.pid = event.pid;
      this.bias = event.bias;
      this.began = this.now();
    }
    if (this.end !== null || this.pid === 0) return;
    if (event.type === "power-off") this.ends("power-off");
    if (!("pid" in event) || event.pid !== this.pid) return;
    if (event.type === "death-by-signal") this.ends("death");
    if (event.type === "syscall-enter" && (event.name === "exit" || event.name === "exit_group")) this.ends("exit");
  };

  private ends(why: Moment["why"]): void {
    this.end = { at: this.now(), why };
  }

  private now(): number {
    return this.computer().machine.harts[0].counters.instret;
  }
}

/**
 * Runs the program to the moment.
 * @param at instructions since power-on, as --limit counts them; null: the last moment before it ends
 * @throws UsageError it has not begun by then, or has ended
 */
export async function runToMoment(run: MomentRun, at: number | null): Promise<Moment> {
  const stdin = repeatable(run.stdin);
  const rewind = rewinding(run.disks);
  if (at !== null) return stand(await runTo({ ...run, stdin: stdin() }, at), at, "asked");
  const { watch, computer } = await runTo({ ...run, stdin: stdin() }, Number.MAX_SAFE_INTEGER);
  const { end } = watch;
  // Nobody waits for anything that comes: it stands already.
  if (end === null) return stand({ watch, computer }, computer.stats().instructions, "stuck");
  computer.discard();
  rewind();
  return stand(await runTo({ ...run, stdin: stdin() }, end.at), end.at, end.why);
}

interface Run {
  readonly watch: Watch;
  readonly computer: Computer;
}

async function runTo(run: MomentRun, limit: number): Promise<Run> {
  let watch: Watch | undefined;
  const listen = (computer: () => Computer) => {
    watch = new Watch(`${GUEST_FOLDER}/${run.name}`, computer);
    return watch.listen;
  };
  const guest = { ...run, instructionLimit: limit, stdout: () => {}, stderr: () => {}, listeners: [listen] };
  const { computer } = await runGuestAwake(guest);
  return { watch: watch!, computer };
}

function stand({ watch, computer }: Run, at: number, why: Moment["why"]): Moment {
  const { pid, bias, end } = watch;
  if (pid === 0) throw new UsageError(whyNotBegun(computer, at));
  if (why === "asked" && end !== null && end.at < at)
    throw new UsageError(`the program ended after ${end.at} instructions: --at must be at most that`);
  return { computer, pid, bias, at, why };
}

function whyNotBegun({ kernel, machine }: Computer, at: number): string {
  if (machine.off === null) return `the program has not begun after ${at} instructions: it needs more to be loaded`;
  const reason = kernel.stopping === null || kernel.stopping === "" ? "" : ` (${kernel.stopping})`;
  return `the computer was switched off before the program could begin${reason}: quire run says more`;
}

/** Input that each of several runs reads from its beginning. */
export function repeatable(source: WaitingInputSource): () => WaitingInputSource {
  const taken: (Uint8Array | null)[] = [];
  return () => {
    let next = 0;
    return {
      async read() {
        if (next === taken.length) taken.push(await source.read());
        return taken[next++]!;
      },
    };
  };
}

/** @returns what puts the disks back to what they are now */
export function rewinding(disks: MomentRun["disks"]): () => void {
  const saved = disks.map((disk) => (isDiskStore(disk) ? { disk, content: disk.save() } : null));
  return () => {
    for (const each of saved) each?.disk.restore(each.content);
  };
}
