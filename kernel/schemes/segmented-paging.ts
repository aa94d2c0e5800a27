/**
 * Segmented paging: paging whose top table is a segment table. All of kernel/vm/ works as under paging; page-table.ts keeps the
 * descriptors' pointers to the tables below, this file their limits and rights.
 *
 *   segment n   [ text r-x ][ data rw- ][ heap rw- ]  . . .        V, R W X: all rights that some mapping has; limit: the last end
 *   stack's                 . . .  [ mapping rw- ] . . [ stack ]   the same and D: valid from the first start on
 *
 * (1) When a process runs, every descriptor with a table below it covers exactly the mappings of its 1 GiB: it has the union of
 *     their rights, and begins or ends with them (asserted by check). A page's own entry says what is allowed there.
 * (2) The hart loads descriptors at a fence: settle ends with one. Nothing runs between a change and that.
 */
import { encodeDescriptor, SEGMENT_SIZE, SEGMENTS } from "../../cpu/segments.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { flushPage } from "../vm/flush.ts";
import { nthEntry } from "../vm/page-table.ts";
import { pteFrameOf } from "../vm/pte.ts";
import type { AddressSpace } from "../vm/types.ts";
import { descriptorOf } from "./descriptor.ts";
import { PAGING_SCHEME } from "./paging.ts";
import type { Scheme } from "./scheme.ts";

function settle(k: Kernel, s: AddressSpace): void {
  const { u32 } = k.machine.ram;
  const root = s.root - k.vm.frames.first;
  for (let n = 0; n < SEGMENTS; n++) {
    const at = nthEntry(k, root, k.vm.descriptorLevel, n);
    if (u32[at] === 0) continue;
    const { flags, limit } = descriptorOf(s, n * SEGMENT_SIZE);
    u32.set(encodeDescriptor({ flags, base: pteFrameOf(u32[at]), limit }), at);
  }
  s.unsettled = false;
  // Any fence will do: nothing is at page 0.
  flushPage(k, s, 0);
}

/** Asserts (1). What is unsettled has not run since it changed. */
function check(k: Kernel, s: AddressSpace): void {
  if (s.unsettled) return;
  const { u32 } = k.machine.ram;
  const root = s.root - k.vm.frames.first;
  for (let n = 0; n < SEGMENTS; n++) {
    const at = nthEntry(k, root, k.vm.descriptorLevel, n);
    if (u32[at] === 0) continue;
    const { flags, limit } = descriptorOf(s, n * SEGMENT_SIZE);
    const words = encodeDescriptor({ flags, base: pteFrameOf(u32[at]), limit });
    if (words.some((word, i) => word !== u32[at + i]))
      panic("segmented paging (1): a descriptor is what its mappings say", {
        space: s.id,
        segment: n,
        descriptor: [...u32.subarray(at, at + 4)].map((word) => word.toString(16)).join(" "),
        expected: words.map((word) => word.toString(16)).join(" "),
      });
  }
}

export const SEGMENTED_PAGING_SCHEME: Scheme<Kernel, Process> = {
  ...PAGING_SCHEME,
  name: "segmented-paging",
  settle,
  check,
};
