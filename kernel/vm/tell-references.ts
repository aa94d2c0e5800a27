/** What whoever records the run hears of the kernel's own doing (reference-observer.ts): whose time passes, what it touches. */
import type { Kernel } from "../kernel.ts";

/** Whose time passes from now on. */
export function tellRunning(k: Kernel): void {
  const p = k.current;
  // All time since the last account will be the process's.
  if (p !== null) k.references?.running(p.pid, k.accounted - p.times.user - p.times.system);
}

/** The kernel touches a page on behalf of the process that runs. @param index of the frame @param page its number in the space */
export function tellTouch(k: Kernel, index: number, space: number, page: number, write: boolean): void {
  if (k.references === null) return;
  tellRunning(k);
  k.references.touched(index, space, page, write, k.machine.clock.cycles);
}
