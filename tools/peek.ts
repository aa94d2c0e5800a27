/**
 * A look at user memory that changes nothing: no A or D bit, no counter, no fault. Only what is resident can be seen.
 */

import type { Machine } from "../cpu/machine.ts";
import type { FrameNumber, PhysicalAddress, VirtualAddress } from "../cpu/paging.ts";
import { frameAddress, isLeaf, PAGE_SIZE, PAGING, PTE, pageSizeAt, pteAddress, pteFrame } from "../cpu/paging.ts";
import type { Computer } from "../kernel/computer.ts";

/** `length` bytes at `va` of process `pid`, or null where a page of them is not resident. */
export function peekUser(computer: Computer, pid: number, va: number, length: number): Uint8Array | null {
  const root = computer.kernel.processes.get(pid)?.space?.root;
  if (root === undefined || !Number.isSafeInteger(va + length)) return null;
  const { machine } = computer;
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const at = va + done;
    const room = Math.min(PAGE_SIZE - (at % PAGE_SIZE), length - done);
    const pa = translate(machine, root, at as VirtualAddress);
    if (pa === null || pa < machine.ram.base || pa + room > machine.ram.base + machine.ram.size) return null;
    const start = pa - machine.ram.base;
    bytes.set(machine.ram.u8.subarray(start, start + room), done);
    done += room;
  }
  return bytes;
}

/** The walk of the page tables, by reading alone. */
function translate(machine: Machine, root: FrameNumber, va: VirtualAddress): PhysicalAddress | null {
  const { levels, bits } = PAGING[machine.config.paging];
  if (va < 0 || va >= 2 ** (bits - 1)) return null;
  let table = root;
  for (let level = levels - 1; level >= 0; level--) {
    const pte = pteAddress(table, va, level);
    const [low, high] = [machine.bus.peek(pte, 4), machine.bus.peek((pte + 4) as PhysicalAddress, 4)];
    if (low === null || high === null || (low & PTE.V) === 0) return null;
    const frame = pteFrame(low, high);
    if (isLeaf(low)) return (frameAddress(frame) + (va % pageSizeAt(level))) as PhysicalAddress;
    table = frame;
  }
  return null;
}
