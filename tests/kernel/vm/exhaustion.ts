/** Runs a program that takes all the memory there is in one way (tests/kernel/programs/memory-exhaust.c). */
import { checkKernel } from "../../../kernel/check.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Options } from "../../../kernel/options.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { OWNER } from "../../../kernel/vm/frames.ts";
import { start } from "../programs.ts";

/** Far more than any way needs: beyond it the computer hangs. */
const MOST_CYCLES = 2e10;
const STEP = 100_000;

export interface Exhaustion {
  readonly output: string;
  /** Status of the child that took the memory, as wait4 gives it; null: nobody could tell. */
  readonly status: number | null;
  /** Pids that the OOM killer chose, in turn. */
  readonly killed: readonly number[];
  /** Did the process with little memory live on, and keep what it had? */
  readonly bystanderLives: boolean;
  /** Pages that processes hold, in RAM or in swap, before and after. */
  readonly before: number;
  readonly after: number;
}

/** Pages of processes: private and shared memory and tables in RAM, what is in swap, and what tmpfs keeps. */
function heldPages(k: Kernel): number {
  const { frames, swap, cache } = k.vm;
  let held = 0;
  for (let i = 0; i < frames.count; i++) {
    const { owner, slot } = frames;
    // A frame that has a slot is counted there.
    if (owner[i] === OWNER.table || ((owner[i] === OWNER.anonymous || owner[i] === OWNER.shared) && slot[i] === 0))
      held++;
  }
  for (const area of swap.areas) held += area?.used ?? 0;
  for (const { inode, pages } of cache.objects.values())
    if (inode?.data.kind === "file" && inode.data.backing === null) held += pages.size;
  return held;
}

/** What the program says: the kernel's log is on the same console, and may come in the middle of a line. */
const withoutLog = (text: string) => text.replaceAll(/\[ *\d+\.\d{6}\] [^\n]*\n/g, "");

/** Runs `way` ("lock", "bomb 7") to the end. @throws Error it hangs; a panic */
export function exhaust(way: string, options: Partial<Options>): Exhaustion {
  const { computer, output } = start(["memory-exhaust", ...way.split(" ")], options);
  const { kernel, machine } = computer;
  const held: number[] = [];
  for (;;) {
    const outcome = computer.run({ idle: "skip", until: machine.clock.cycles + STEP });
    if (outcome.kind === "off") break;
    if (machine.clock.cycles > MOST_CYCLES) throw new Error(`${way} hangs:\n${output()}`);
    if (held.length < [...withoutLog(output()).matchAll(/^(before|after)$/gm)].length) held.push(heldPages(kernel));
  }
  checkVm(kernel);
  checkKernel(kernel);
  const text = output();
  const status = /^status = (-?\d+)$/m.exec(withoutLog(text));
  return {
    output: text,
    status: status === null ? null : Number(status[1]),
    killed: [...text.matchAll(/Out of memory: Killed process (\d+) /g)].map(([, pid]) => Number(pid)),
    bystanderLives: /^bystander = 0$/m.test(withoutLog(text)),
    before: held[0],
    after: held[1],
  };
}
