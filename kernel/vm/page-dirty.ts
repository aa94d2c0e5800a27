/** FRAME.dirty of frames without a home outside memory and swap: private memory, shared memory, files of tmpfs. */
import { FRAME } from "./frames.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** What frame `index` holds is not in its slot of swap, or not anywhere else. Not in cache.dirtyPages: it has no home. */
export function noteDirty(k: VmKernel, index: number): void {
  k.vm.frames.flags[index] |= FRAME.dirty;
}
