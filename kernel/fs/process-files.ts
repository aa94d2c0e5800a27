/**
 * A process's hold on files through its life: descriptors, working and root directory, the program it runs. fork, exec
 * and exit call these.
 *
 * (1) cwd, root and the program's inode are retained once by each process that is no zombie.
 */
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { closeDescriptor, copyFileTable, releaseFile } from "./descriptors.ts";
import { continueExecuting, release, retain, startExecuting, stopExecuting } from "./inode.ts";
import type { FileTable, Inode } from "./types.ts";

/** The first process: directories that it stands in. */
export function retainDirectories(p: Process): void {
  retain(p.cwd);
  retain(p.root);
}

/** The child's table; `child` has its parent's directories and program already, and holds them from now on. */
export function forkFiles(_k: Kernel, parent: Process, child: Process): FileTable {
  retainDirectories(child);
  if (child.program.inode !== null) continueExecuting(child.program.inode);
  return copyFileTable(parent.files!);
}

/** execve: closes the descriptors with FD_CLOEXEC. */
export function closeOnExec(k: Kernel, p: Process): void {
  for (const [fd, slot] of [...p.files!.slots.entries()]) if (slot?.closeOnExec) closeDescriptor(k, p, fd);
}

/** execve: `p` runs the program in `inode` from now on. @throws Errno ETXTBSY, before any change */
export function changeProgram(k: Kernel, p: Process, inode: Inode): void {
  const before = p.program.inode;
  startExecuting(inode);
  p.program = { ...p.program, inode };
  if (before !== null) stopExecuting(k, before);
}

/** exit: gives everything back. */
export function releaseFiles(k: Kernel, p: Process): void {
  const slots = p.files?.slots ?? [];
  p.files = null;
  for (const slot of slots) if (slot) releaseFile(k, slot.file);
  if (p.program.inode !== null) stopExecuting(k, p.program.inode);
  p.program = { ...p.program, inode: null };
  release(k, p.cwd);
  release(k, p.root);
}

/** chdir and chroot: the new directory is held before the old one is let go. */
export function changeDirectory(k: Kernel, p: Process, which: "cwd" | "root", inode: Inode): void {
  const before = p[which];
  p[which] = retain(inode);
  release(k, before);
}
