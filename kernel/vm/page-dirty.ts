/** FRAME.dirty of frames without a home outside memory and swap: private memory, shared memory, files of tmpfs. */
import { FRAME, OWNER } from "./frames.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** What frame `index` holds is not in its slot of swap, or not anywhere else. Pages of the page cache are counted. */
export function noteDirty(k: VmKernel, index: number): void {
  const { flags, owner } = k.vm.frames;
  if (flags[index] & FRAME.dirty) return;
  flags[index] |= FRAME.dirty;
  if (owner[index] !== OWNER.anonymous) k.vm.cache.dirtyPages++;
}
