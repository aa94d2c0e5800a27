/** What virtual memory needs of the kernel where no process is concerned: the machine, and its own state. */
import type { Kernel } from "../kernel.ts";

export type VmKernel = Pick<
  Kernel,
  "machine" | "vm" | "listeners" | "deathListeners" | "current" | "references" | "due"
>;
