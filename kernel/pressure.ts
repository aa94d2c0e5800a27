/**
 * Pressure stall information: how much of the time processes were kept from their work because there was too little of
 * something. Linux's PSI: Documentation/accounting/psi.rst, kernel/sched/psi.c of 6.1, for one processor.
 *
 *               some: at least one process waits for it            full: nobody does useful work meanwhile
 *   cpu         more could run than run                            (not defined for the whole computer: 0)
 *   memory      for pages of its working set that were taken,      ... and nobody else can run, or the processor itself
 *               or for frames; or pages are being taken back       takes pages back
 *   io          for a disk                                         ... and nobody else can run
 *
 * Linux adds the times up for each processor and looks at them every two seconds; here every change of a process's state
 * closes a span in which nothing changed, so the totals are exact to the cycle, and so are the averages.
 *
 * (1) `running`, `waitingForDisk`, `waitingForMemory` and `refaulting` are what the states of the processes say: moveTo counts.
 * (2) Whoever changes one of them, or `reclaiming`, has brought the totals up to date before.
 */
import { CYCLES_PER_SECOND } from "../cpu/costs.ts";
import type { PressureState, Stall } from "./pressure-state.ts";
import { addToWindow, createThrashing } from "./thrash-window.ts";

export type { PressureState, Stall } from "./pressure-state.ts";

/** What pressure needs to know of the kernel. */
export interface Pressed {
  readonly machine: { readonly clock: { readonly cycles: number } };
  readonly pressure: PressureState;
}

/** The states that are timed, in the order of the totals. */
export const STALL_STATES = [
  "cpu some",
  "memory some",
  "memory full",
  "io some",
  "io full",
  /** All wait, and one of them for a page that was taken too early: not for /proc/pressure, but for thrashing.ts. */
  "refault full",
] as const;
export type StallState = (typeof STALL_STATES)[number];

const [CPU_SOME, MEMORY_SOME, MEMORY_FULL, IO_SOME, IO_FULL, REFAULT_FULL] = STALL_STATES.keys();

/** What a sleeper counts as. */
// biome-ignore format: a table is read in columns
export const STALLS: Readonly<Record<Stall, readonly ("waitingForDisk" | "waitingForMemory" | "refaulting")[] | null>> = {
  none:          null,
  disk:          ["waitingForDisk"],
  memory:        ["waitingForMemory"],
  refault:       ["waitingForDisk", "refaulting"],
  "working-set": ["waitingForDisk", "refaulting", "waitingForMemory"],
};

/** Linux's PSI_FREQ, 2 * HZ + 1 ticks, with the 250 ticks a second of its configuration for riscv64. */
const PERIOD = (501 * CYCLES_PER_SECOND) / 250;
/** Averages over 10, 60 and 300 s: e^(-2 s / window) in fixed point of 11 bits, rounded as in Linux. */
const DECAY = [1677, 1981, 2034] as const;
const WINDOWS = [10, 60, 300] as const;
const ONE = 2048;

/** A computer on which nobody runs yet. @param now cycles */
export function createPressure(now: number): PressureState {
  return {
    counted: now,
    running: 0,
    waitingForDisk: 0,
    waitingForMemory: 0,
    refaulting: 0,
    reclaiming: false,
    totals: new Float64Array(STALL_STATES.length),
    sampled: new Float64Array(STALL_STATES.length),
    averages: new Float64Array(STALL_STATES.length * DECAY.length),
    nextSample: now + PERIOD,
    thrashing: createThrashing(now),
  };
}

/** Linux's test_state: adds a span in which nothing changed to each state that held in it. */
function addSpan(s: PressureState, cycles: number): void {
  const { totals, running, waitingForDisk, waitingForMemory, refaulting, reclaiming } = s;
  if (running > 1) totals[CPU_SOME] += cycles;
  if (waitingForDisk > 0) {
    totals[IO_SOME] += cycles;
    if (running === 0) totals[IO_FULL] += cycles;
  }
  if (waitingForMemory > 0 || reclaiming) {
    totals[MEMORY_SOME] += cycles;
    if (running === 0 || reclaiming) totals[MEMORY_FULL] += cycles;
  }
  if (refaulting > 0 && running === 0) totals[REFAULT_FULL] += cycles;
}

/** Linux's calc_load: rounded towards where it goes, so that it gets there. */
function next(average: number, decay: number, percent: number): number {
  const sum = average * decay + percent * (ONE - decay) + (percent >= average ? ONE - 1 : 0);
  return Math.floor(sum / ONE);
}

/** Takes the sample at the end of a period. @returns false: no average has moved, and none will while nothing changes */
function sample(s: PressureState): boolean {
  let moved = false;
  for (let state = 0; state < STALL_STATES.length; state++) {
    const percent = Math.floor((100 * (s.totals[state] - s.sampled[state])) / PERIOD) * ONE;
    s.sampled[state] = s.totals[state];
    for (let window = 0; window < DECAY.length; window++) {
      const at = state * DECAY.length + window;
      const value = next(s.averages[at], DECAY[window], percent);
      if (value !== s.averages[at]) moved = true;
      s.averages[at] = value;
    }
  }
  return moved;
}

/** Invariant (2): brings totals and averages up to the present. */
export function settle({ machine, pressure: s }: Pressed): void {
  const now = machine.clock.cycles;
  if (now === s.counted) return;
  addToWindow(s.thrashing, s.counted, now, s.refaulting > 0 && s.running === 0);
  let moving = true;
  while (s.nextSample <= now && moving) {
    const isWhole = s.counted === s.nextSample - PERIOD;
    addSpan(s, s.nextSample - s.counted);
    s.counted = s.nextSample;
    s.nextSample += PERIOD;
    moving = sample(s) || !isWhole;
  }
  if (s.nextSample <= now) skipPeriods(s, now);
  addSpan(s, now - s.counted);
  s.counted = now;
}

/** Whole periods that are all as the last one was: they move no average. */
function skipPeriods(s: PressureState, now: number): void {
  const cycles = (Math.floor((now - s.nextSample) / PERIOD) + 1) * PERIOD;
  addSpan(s, cycles);
  s.counted += cycles;
  s.nextSample += cycles;
  s.sampled.set(s.totals);
}

/** Processes that run or could run: so many more, or fewer. */
export function countRunning(k: Pressed, change: 1 | -1): void {
  settle(k);
  k.pressure.running += change;
}

/** Sleepers that a shortage keeps: one more, or one fewer. */
export function countStall(k: Pressed, stall: Stall, change: 1 | -1): void {
  const counts = STALLS[stall];
  if (counts === null) return;
  settle(k);
  for (const count of counts) k.pressure[count] += change;
}

/** Runs `work`, which takes pages back: what it takes of time is lost to everybody. */
export function whileReclaiming<T>(k: Pressed, work: () => T): T {
  settle(k);
  k.pressure.reclaiming = true;
  const result = work();
  settle(k);
  k.pressure.reclaiming = false;
  return result;
}

/** Cycles in a state since power-on. */
export function stallTime(k: Pressed, state: StallState): number {
  settle(k);
  return k.pressure.totals[STALL_STATES.indexOf(state)];
}

/** Percent with two digits, cut off as Linux cuts them off: LOAD_INT, LOAD_FRAC. */
function percentText(average: number): string {
  const hundredths = Math.floor(((average % ONE) * 100) / ONE);
  return `${Math.floor(average / ONE)}.${String(hundredths).padStart(2, "0")}`;
}

function line(k: Pressed, name: string, state: StallState | null): string {
  const at = state === null ? -1 : STALL_STATES.indexOf(state);
  const averages = WINDOWS.map((seconds, window) => {
    const average = at < 0 ? 0 : k.pressure.averages[at * WINDOWS.length + window];
    return `avg${seconds}=${percentText(average)}`;
  });
  const microseconds = at < 0 ? 0 : Math.floor(k.pressure.totals[at] / 1000);
  return `${name} ${averages.join(" ")} total=${microseconds}\n`;
}

/** /proc/pressure/cpu, io or memory. */
export function describePressure(k: Pressed, resource: "cpu" | "io" | "memory"): string {
  settle(k);
  const full = resource === "cpu" ? null : (`${resource} full` as const);
  return line(k, "some", `${resource} some`) + line(k, "full", full);
}
