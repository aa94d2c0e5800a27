/** A random program as a case of lockstep. */

import type { Random } from "../../../cpu/random.ts";
import { Random as RandomSource } from "../../../cpu/random.ts";
import type { TranslationScheme } from "../../../cpu/satp.ts";
import type { Engine } from "../engines.ts";
import type { Case, Step, Subject } from "../lockstep.ts";
import { Kernel } from "./kernel.ts";
import { planOf, World } from "./world.ts";

/** Instructions of one case unless it is said otherwise. */
export const INSTRUCTIONS = 400_000;

class RandomSubject implements Subject {
  readonly kernel: Kernel;
  private trapped = false;

  constructor(seed: number, scheme: TranslationScheme, engine: Engine) {
    const world = new World(planOf(seed, scheme), engine, new RandomSource(seed + 1));
    this.kernel = new Kernel(world);
  }

  get machine() {
    return this.kernel.world.machine;
  }

  /** A trap is seen as it is before the kernel handles it. */
  advance({ instructions = Number.POSITIVE_INFINITY, cycles = Number.POSITIVE_INFINITY }: Step): string {
    const { machine } = this;
    if (this.trapped) this.kernel.handle();
    const until = machine.clock.cycles + cycles;
    const stop = machine.run(until, machine.harts[0].counters.instret + instructions);
    this.trapped = stop === "trap";
    return stop;
  }

  over(): boolean {
    return this.machine.off !== null;
  }
}

/** Single instructions, a few, and as many as an engine needs to get going. */
export function randomStep(_turn: number, random: Random): Step {
  const kind = random.below(12);
  if (kind === 0) return { instructions: 1 };
  if (kind === 1) return { instructions: 1 + random.below(10) };
  if (kind === 2) return { instructions: 1 + random.below(300) };
  if (kind === 3) return { cycles: 1 + random.below(3000) };
  if (kind < 7) return { instructions: 1 + random.below(20_000) };
  return { instructions: 200_000, cycles: 1 + random.below(3_000_000) };
}

/** What says on a command line that a case has that scheme. */
export const schemeWords = (scheme: TranslationScheme) => (scheme === "paging" ? "" : ` --translation ${scheme}`);

export function randomCase(seed: number, instructions = INSTRUCTIONS, scheme: TranslationScheme = "paging"): Case {
  return {
    words: `random ${seed}${instructions === INSTRUCTIONS ? "" : ` --instructions ${instructions}`}${schemeWords(scheme)}`,
    instructions,
    seed,
    build: (engine) => new RandomSubject(seed, scheme, engine),
    step: randomStep,
  };
}
