/** munmap: taking ranges out of a space, across several mappings and holes, splitting those that lie across a border. */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { forEachVma, nextVma, previousVma, removeVma, splitVmaAt } from "./address-space.ts";
import { pruneRange } from "./page-table.ts";
import type { AddressSpace } from "./types.ts";
import { isPageOf, pageAlign } from "./vma.ts";
import { zapRange } from "./zap.ts";

/** A mapping of huge pages is split between them only. @throws Errno EINVAL */
function checkBorder(s: AddressSpace, va: VirtualAddress): void {
  const v = nextVma(s, va);
  if (v !== null && v.start < va && !isPageOf(v, va)) throw errno("EINVAL");
}

/**
 * Takes every mapping out of start to start + length - 1. What is not mapped there is no error.
 * @param start page-aligned; @param length bytes, rounded up to pages
 * @throws Errno EINVAL misaligned, no length, beyond user space; ENOMEM a split would exceed max_map_count. munmap(2)
 */
export function unmapRange(k: Kernel, s: AddressSpace, start: VirtualAddress, length: number): void {
  const { userLimit } = k.vm;
  if (start !== pageAlign(start) || start > userLimit || length > userLimit - start) throw errno("EINVAL");
  const end = start + pageAlign(length);
  if (end === start) throw errno("EINVAL");
  const first = nextVma(s, start);
  if (first === null || first.start >= end) return;
  if (first.start < start && first.end > end && s.vmaCount >= k.vm.maxMapCount) throw errno("ENOMEM");
  checkBorder(s, start);
  splitVmaAt(k, s, start);
  checkBorder(s, end);
  splitVmaAt(k, s, end);
  forEachVma(s, start, end, (v) => {
    zapRange(k, s, v.start, v.end);
    removeVma(k, s, v);
  });
  const gap = {
    from: (previousVma(s, start)?.end ?? 0) / PAGE_SIZE,
    to: (nextVma(s, end)?.start ?? userLimit) / PAGE_SIZE,
  };
  pruneRange(k, s, start / PAGE_SIZE, end / PAGE_SIZE, gap);
}
