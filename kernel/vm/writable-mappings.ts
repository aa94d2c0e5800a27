/** Which files somebody could write through a mapping: what F_SEAL_WRITE asks. */
import type { Inode } from "../fs/types.ts";
import { forEachVma } from "./address-space.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";

/** Whether a process maps the file shared, through a description open for writing; whatever its protection now. */
export function isMappedWritable(k: VmKernel, inode: Inode): boolean {
  const object = k.vm.cache.files.get(inode.id);
  if (object === undefined) return false;
  const writable = VMA.shared | VMA.mayWrite;
  let found = false;
  for (const id of object.mappers.keys())
    forEachVma(k.vm.spaces.get(id)!, 0, Number.POSITIVE_INFINITY, (v) => {
      if (v.object === object && (v.flags & writable) === writable) found = true;
    });
  return found;
}
