/**
 * A look at user memory that changes nothing: no A or D bit, no counter, no fault. Only what is resident can be seen.
 */

import { PAGE_SIZE, type VirtualAddress } from "../cpu/paging.ts";
import type { Computer } from "../kernel/computer.ts";

/** `length` bytes at `va` of process `pid`, or null where a page of them is not resident. */
export function peekUser(computer: Computer, pid: number, va: number, length: number): Uint8Array | null {
  const { kernel } = computer;
  const { ram } = computer.machine;
  const space = kernel.processes.get(pid)?.space;
  if (space == null || !(va >= 0 && va + length <= kernel.vm.userLimit)) return null;
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const at = va + done;
    const room = Math.min(PAGE_SIZE - (at % PAGE_SIZE), length - done);
    const start = kernel.scheme.peek(kernel, space, at as VirtualAddress);
    if (start < 0) return null;
    bytes.set(ram.u8.subarray(start, start + room), done);
    done += room;
  }
  return bytes;
}
