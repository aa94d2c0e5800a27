/**
 * What a process holds in the file system beside its open files: working and root directory, its program's file.
 *
 * (1) cwd, root and program.inode of a process that is no zombie hold one reference each.
 */
import { closeDescriptor, copyFileTable, newFileTable } from "./fs/descriptors.ts";
import { continueExecuting, release, retain, stopExecuting } from "./fs/inode.ts";
import { leaveOpening } from "./fs/pipe.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";

/** fork: the child shares the open file descriptions and has references of its own to the rest. */
export function shareFiles(p: Process, child: Process): void {
  child.files = p.files === null ? newFileTable() : copyFileTable(p.files);
  retain(child.cwd);
  retain(child.root);
  if (child.program.inode !== null) continueExecuting(child.program.inode);
}

/** exit: everything is closed and let go. */
export function releaseFiles(k: Kernel, p: Process): void {
  closeDescriptors(k, p, () => true);
  // Killed in open(2) of a FIFO it does not count there any more.
  leaveOpening(k, p);
  // Killed in F_SETLKW it waits for nobody any more, nor does the next process of its number.
  k.fs.lockWaits.delete(p.pid);
  p.files = null;
  release(k, p.cwd);
  release(k, p.root);
  if (p.program.inode !== null) stopExecuting(k, p.program.inode);
  p.program = { ...p.program, inode: null };
}

/** execve: descriptors marked close-on-exec are closed. */
export function closeOnExec(k: Kernel, p: Process): void {
  closeDescriptors(k, p, (closes) => closes);
}

function closeDescriptors(k: Kernel, p: Process, chosen: (closeOnExec: boolean) => boolean): void {
  // A copy: closing the last one shortens the table.
  for (const [fd, descriptor] of [...p.files!.slots].entries())
    if (descriptor !== null && chosen(descriptor.closeOnExec)) closeDescriptor(k, p, fd);
}
