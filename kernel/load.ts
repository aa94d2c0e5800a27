/**
 * Load averages: how many processes wanted to run, averaged over 1, 5 and 15 minutes. Sampled every five seconds of
 * virtual time, in fixed point with 16 bits as sysinfo(2) shows them.
 */
import { CYCLES_PER_SECOND } from "../cpu/costs.ts";
import type { KernelState } from "./kernel.ts";

const SAMPLE_SECONDS = 5;
const SAMPLE_CYCLES = SAMPLE_SECONDS * CYCLES_PER_SECOND;
const MINUTES = [1, 5, 15] as const;
export const LOAD_ONE = 65536;
/** After so many idle samples every average is 0: no need to count longer sleeps out. */
const MOST_SAMPLES = 10_000;

/** Share of the old average that stays at a sample: e^(-5 s / window). */
const DECAY = MINUTES.map((minutes) => Math.exp(-SAMPLE_SECONDS / (minutes * 60)));

/** Takes the samples that are due at cycle `now`; `running` processes wanted to run since the last one. */
export function sampleLoad(load: KernelState["load"], now: number, running: number): void {
  if (now - load.updated < SAMPLE_CYCLES) return;
  const due = Math.floor((now - load.updated) / SAMPLE_CYCLES);
  load.updated += due * SAMPLE_CYCLES;
  for (let sample = 0; sample < Math.min(due, MOST_SAMPLES); sample++)
    for (const [i, decay] of DECAY.entries()) load.averages[i] = next(load.averages[i], decay, running * LOAD_ONE);
}

/** Rounded towards where it goes, so that it gets there. */
function next(average: number, decay: number, active: number): number {
  const value = average * decay + active * (1 - decay);
  return active >= average ? Math.ceil(value) : Math.floor(value);
}
