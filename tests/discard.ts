/**
 * Computers that a test made give their memory to the next ones when it ends (engine.ts). Otherwise each costs the host a new one,
 * and every few of them a look through its whole heap for garbage: most of the time of a test that boots and looks.
 */
import type { Kernel } from "../kernel/kernel.ts";

type Used = (k: Kernel) => number;

/** Weakly held: a test that makes hundreds must not keep them all. */
let made: { readonly kernel: WeakRef<Kernel>; readonly used: Used }[] = [];

/**
 * Takes note of a kernel on a machine of its own. Where there are no tests, as in a campaign, nothing follows.
 * @param used frames that are cleared; all of them where a test writes into RAM past the kernel
 */
export function noteMade(kernel: Kernel, used: Used = (k) => k.vm.frames.touched): void {
  made.push({ kernel: new WeakRef(kernel), used });
}

/** A test begins: what was made before it is for several. */
export function forgetMade(): void {
  made = [];
}

/** A test has ended. */
export function discardMade(): void {
  for (const { kernel, used } of made) {
    const k = kernel.deref();
    k?.machine.discard(used(k));
  }
  made = [];
}
