/** Invariant (21), as far as frames tell it: huge pages. Their leaves are check-tables.ts'. See check.ts. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import type { Census } from "./check-tables.ts";
import { NO_FRAME, OWNER } from "./frames.ts";
import { HUGE_ORDER, HUGE_PAGES, headOf } from "./huge-page.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** 32-bit words of a frame. */
const WORDS = PAGE_SIZE / 4;

/** Asserts (21). The census has all tables. */
export function checkHugePages(k: VmKernel, census: Census): void {
  const { frames, huge } = k.vm;
  let heads = 0;
  for (let index = 0; index < frames.count; index++) {
    if (frames.block[index] === 0) {
      if (census.large[index] > 0) panic("vm (21): a large leaf names a huge page", { index });
      continue;
    }
    checkMember(k, census, index);
    if (frames.owner[index] === OWNER.anonymous && headOf(k, index) === index) heads++;
  }
  if (heads !== huge.pages) panic("vm (21): transparent huge pages are counted", { heads, counted: huge.pages });
  checkZeroes(k, census);
}

function checkMember(k: VmKernel, census: Census, index: number): void {
  const { owner, block, slot, pins } = k.vm.frames;
  const head = headOf(k, index);
  const where = { index, head, owner: owner[index], block: block[index], leaves: census.large[index] };
  if (owner[head] !== owner[index] || block[head] !== block[index])
    panic("vm (21): the frames of a huge page are all alike", where);
  if (owner[index] === OWNER.huge) return;
  if (owner[index] !== OWNER.anonymous || block[index] !== HUGE_ORDER)
    panic("vm (21): a transparent huge page is private memory, of 2 MiB", where);
  if (census.large[index] === 0) panic("vm (21): a large leaf names a transparent huge page whole", where);
  if (slot[index] !== 0 || pins[index] > 0) panic("vm (21): no part of a huge page is in swap or in transfer", where);
}

function checkZeroes(k: VmKernel, census: Census): void {
  const { huge, frames } = k.vm;
  if (census.zeroUses !== huge.zeroUses)
    panic("vm (21): uses of the huge page of zeroes are counted", { found: census.zeroUses, counted: huge.zeroUses });
  if (huge.zeroFrame === NO_FRAME) return;
  const head = huge.zeroFrame - frames.first;
  const { u32 } = k.machine.ram;
  for (let word = head * WORDS; word < (head + HUGE_PAGES) * WORDS; word++)
    if (u32[word] !== 0 || frames.owner[Math.floor(word / WORDS)] !== OWNER.kernel)
      panic("vm (21): the huge page of zeroes is the kernel's, and zero", { index: Math.floor(word / WORDS) });
}
