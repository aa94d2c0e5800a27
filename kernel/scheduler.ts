/**
 * Scheduling: who runs next, and for how long. Policies are rows of SCHEDULERS, chosen by the option `scheduler`.
 *
 * (1) `k.runQueue` holds the pid of every runnable process once, first to run first.
 * (2) A policy decides the order of the queue and the length of a slice, and nothing else.
 */
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";

export interface Scheduler {
  /** Puts a process that became runnable into the queue. */
  enqueue(k: Kernel, p: Process): void;
  /** Takes the process out that runs next; undefined: nobody is runnable. */
  pick(k: Kernel): number | undefined;
  /** Cycles that `p`, which was just picked, may run before someone else gets a turn; Infinity: until it waits. */
  slice(k: Kernel, p: Process): number;
}

function append(k: Kernel, p: Process): void {
  k.runQueue.push(p.pid);
}

function first(k: Kernel): number | undefined {
  return k.runQueue.shift();
}

const SCHEDULERS: Readonly<Record<Kernel["options"]["scheduler"], Scheduler>> = {
  /** Everyone gets `quantum` cycles in turn. */
  "round-robin": { enqueue: append, pick: first, slice: (k) => k.options.quantum },
  /** The naive one: a process runs until it waits or ends. A program that loops stops everything else. */
  "run-to-completion": { enqueue: append, pick: first, slice: () => Number.POSITIVE_INFINITY },
};

/** The policy that the options name. */
export function scheduler(k: Kernel): Scheduler {
  return SCHEDULERS[k.options.scheduler];
}

/** Puts a runnable process into the queue. */
export function enqueue(k: Kernel, p: Process): void {
  scheduler(k).enqueue(k, p);
}
