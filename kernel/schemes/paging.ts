/**
 * Paging: the row of the scheme whose parts are the files of kernel/vm/. Memory is made of pages, each found through tables of
 * several levels; pages come when they are touched, may be shared until they are written to, and may be in swap.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { decideByPages } from "../vm/fault.ts";
import { forkAddressSpace } from "../vm/fork.ts";
import { NO_FRAME } from "../vm/frames.ts";
import { setBreak, startHeap } from "../vm/heap.ts";
import { chooseLayout, heapStart } from "../vm/layout.ts";
import { checkPlace, mapAnonymous, mapFile, mapSharedObject, mapStack, mapTrampoline } from "../vm/map.ts";
import { remap } from "../vm/mremap.ts";
import { allocateTable, findPte, frameUnder, freeTable, levelOf, NO_PTE } from "../vm/page-table.ts";
import { placeMapping } from "../vm/place.ts";
import { protectRange } from "../vm/protect.ts";
import { isResident, pteFrameOf } from "../vm/pte.ts";
import { touchPage } from "../vm/touch.ts";
import type { Access, AddressSpace } from "../vm/types.ts";
import { unmapRange } from "../vm/unmap.ts";
import type { VmKernel } from "../vm/vm-kernel.ts";
import { zapAll } from "../vm/zap.ts";
import { NOWHERE, type Scheme } from "./scheme.ts";

/** Offset in RAM of the byte at `va`, which the resident entry at `at` maps. Not by %, which is slow beyond 2^31. */
function offsetIn(k: VmKernel, at: number, va: VirtualAddress): number {
  const frame =
    levelOf(k, at) === 0 ? pteFrameOf(k.machine.ram.u32[at]) : frameUnder(k, at, Math.floor(va / PAGE_SIZE));
  return (frame - k.vm.frames.first) * PAGE_SIZE + (va & (PAGE_SIZE - 1));
}

function locate(k: Kernel, p: Process, s: AddressSpace, va: VirtualAddress, access: Access): number {
  const at = touchPage(k, p, s, va, access);
  return typeof at === "number" ? offsetIn(k, at, va) : NOWHERE;
}

function peek(k: VmKernel, s: AddressSpace, va: VirtualAddress): number {
  const at = findPte(k, s, Math.floor(va / PAGE_SIZE));
  return at !== NO_PTE && isResident(k.machine.ram.u32[at]) ? offsetIn(k, at, va) : NOWHERE;
}

function createRoot(k: VmKernel, s: AddressSpace): boolean {
  s.root = allocateTable(k, s, k.vm.levels - 1, 0);
  return s.root !== NO_FRAME;
}

/** Entries are changed together with the mappings, and flushed at once. */
function settle(_k: Kernel, s: AddressSpace): void {
  s.unsettled = false;
}

export const PAGING_SCHEME: Scheme<Kernel, Process> = {
  name: "paging",
  createRoot,
  emptySpace: zapAll,
  dropRoot: (k, s) => freeTable(k, s, s.root),
  settle,
  fork: forkAddressSpace,
  decideFault: decideByPages,
  locate,
  peek,
  layout: (k, _s, choice) => chooseLayout(k.vm.userLimit, choice),
  // Linux 6.1.123: an alignment beyond a page is had by moving down.
  placeProgram: (k, s, bytes, align) => {
    const at = placeMapping(k, s, 0, bytes, 0);
    return at - (at % align);
  },
  placeHeap: (k, s, end, moved, choice) => startHeap(s, heapStart(k.vm.userLimit, moved ? null : end, choice)),
  placeStack: (_k, s) => s.layout.stackTop,
  mapStack,
  mapTrampoline,
  checkPlace,
  mapAnonymous,
  mapFile: (k, _p, s, request) => mapFile(k, s, request),
  mapShared: mapSharedObject,
  unmap: unmapRange,
  protect: protectRange,
  check() {},
  setBreak,
  remap,
};
