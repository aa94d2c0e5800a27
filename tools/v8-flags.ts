/**
 * V8 flags: what V8 does for the translator's code only when it is told to. To be imported before anything is compiled.
 *
 * - Branch hints: the translator says which branches of its code are hardly ever taken (cpu/wasm/body.ts). V8 has known how to use that
 *   for long, and waits for the standard to have it. Measured: code of several hundred lukewarm functions runs 1.5 times as fast, recursion
 *   1.1 times, a bytecode interpreter 1.2 times, since what lives across a call that is hardly ever made may stay in the host's registers.
 * - Lazy validation: a function is validated when it is compiled, which is when it is first called, not also, with all others, when the
 *   module is made. Measured: the 39 modules of those lukewarm functions take 18 ms of the processor, not 27.
 */

import { setFlagsFromString } from "node:v8";

/** V8 complains about flags that it does not know, so only those versions are told that are known to know them: Node 18 to 22. */
const KNOWS = /^1[0-2]\./;

if (KNOWS.test(process.versions.v8))
  for (const flag of ["--experimental-wasm-branch-hinting", "--wasm-lazy-validation"]) setFlagsFromString(flag);

/**
 * How much of a function runs before V8 thinks of optimising it; its own choice is 66 kB. A suite is hundreds of short
 * programs through much code: what V8 optimises that early is mostly thrown away again, a fifth of the processors' time.
 */
const INTERRUPT_BUDGET = 500_000;

/** For what runs many programs: V8 optimises later. Holds for all threads. */
export const optimiseLate = (): void => setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
