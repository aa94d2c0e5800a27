/**
 * Page by page, as 64-bit words: /proc/PID/pagemap, /proc/kpagecount, /proc/kpageflags. Linux's
 * Documentation/admin-guide/mm/pagemap.rst.
 *
 *   pagemap     63 present   62 in swap   61 of a file, or shared   56 mapped once   0-54 frame number
 *               in swap: 0-4 area, 5-54 slot.   Frame numbers and slots are 0 for who is not privileged.
 *
 * Bit 55 (soft-dirty) is always 0, as on Linux for riscv64.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { FRAME, NO_FRAME, OWNER } from "./frames.ts";
import { HUGE_PAGES, headOf, isHuge, isZeroFrame } from "./huge-page.ts";
import { LIST } from "./page-lists.ts";
import { findPte, frameUnder, levelOf, NO_PTE } from "./page-table.ts";
import { isResident, isSwapped, swapAreaOf, swapSlotOf } from "./pte.ts";
import { isHugeZero } from "./pte-large.ts";
import { mappingCount } from "./smaps.ts";
import type { AddressSpace } from "./types.ts";

const WORD = 8;
/** Words of one read at most: a read may end short. */
const MOST_WORDS = 8192;
const PRESENT = 1n << 63n;
const SWAPPED = 1n << 62n;
const FILE_OR_SHARED = 1n << 61n;
const EXCLUSIVE = 1n << 56n;
const SWAP_SLOT_SHIFT = 5n;

/** Words from byte `position` on, as many as there are and fit. @throws Errno EINVAL not at whole words */
function words(position: number, length: number, count: number, word: (n: number) => bigint): Uint8Array {
  if (position % WORD !== 0 || length % WORD !== 0) throw errno("EINVAL");
  const first = position / WORD;
  const found = new BigUint64Array(Math.max(0, Math.min(length / WORD, count - first, MOST_WORDS)));
  for (let i = 0; i < found.length; i++) found[i] = word(first + i);
  return new Uint8Array(found.buffer);
}

/** /proc/PID/pagemap. @param privileged shows where pages are */
export function pagemap(k: Kernel, s: AddressSpace, position: number, length: number, privileged: boolean): Uint8Array {
  return words(position, length, k.vm.userLimit / PAGE_SIZE, (page) => pagemapEntry(k, s, page, privileged));
}

function pagemapEntry(k: Kernel, s: AddressSpace, page: number, privileged: boolean): bigint {
  const at = findPte(k, s, page);
  const low = at === NO_PTE ? 0 : k.machine.ram.u32[at];
  if (isSwapped(low)) {
    const place = BigInt(swapAreaOf(low)) | (BigInt(swapSlotOf(low)) << SWAP_SLOT_SHIFT);
    return SWAPPED | (privileged ? place : 0n);
  }
  if (!isResident(low)) return 0n;
  const frame = frameUnder(k, at, page);
  const index = frame - k.vm.frames.first;
  const owner = k.vm.frames.owner[index];
  const isObjects = owner === OWNER.huge && k.vm.frames.holder[headOf(k, index)] !== 0;
  const kind = owner === OWNER.file || owner === OWNER.shared || isObjects || levelOfZero(k, at) ? FILE_OR_SHARED : 0n;
  return PRESENT | kind | (mappingCount(k, index) === 1 ? EXCLUSIVE : 0n) | (privileged ? BigInt(frame) : 0n);
}

/** First frame number behind RAM. */
const frameLimit = (k: Kernel) => k.vm.frames.first + k.vm.frames.count;

/** /proc/kpagecount: by frame number, entries that name it. */
export function kpagecount(k: Kernel, position: number, length: number): Uint8Array {
  const { first } = k.vm.frames;
  return words(position, length, frameLimit(k), (frame) =>
    frame < first ? 0n : BigInt(mappingCount(k, frame - first)),
  );
}

/** Bits of /proc/kpageflags that there is something to say with. */
// biome-ignore format: a table is read in columns
const KPF = {
  referenced: 2, upToDate: 3, dirty: 4, lru: 5, active: 6, writeback: 8, buddy: 10, mapped: 11, anonymous: 12,
  swapCache: 13, swapBacked: 14, compoundHead: 15, compoundTail: 16, huge: 17, unevictable: 18, noPage: 20, ksm: 21, thp: 22, zeroPage: 24,
  pageTable: 26, reserved: 32,
} as const;
const bits = (...names: (keyof typeof KPF)[]) => names.reduce((all, name) => all | (1n << BigInt(KPF[name])), 0n);

/** /proc/kpageflags: by frame number. */
export function kpageflags(k: Kernel, position: number, length: number): Uint8Array {
  const { first } = k.vm.frames;
  return words(position, length, frameLimit(k), (frame) =>
    frame < first ? bits("noPage") : flagsOf(k, frame - first),
  );
}

/** Shows the entry the huge page of zeroes? For Linux that is a page which is not anonymous; the small one is no page. */
function levelOfZero(k: Kernel, at: number): boolean {
  return levelOf(k, at) > 0 && isHugeZero(k, k.machine.ram.u32[at]);
}

function hugeZeroBits(k: Kernel, index: number): bigint {
  const { zeroFrame } = k.vm.huge;
  const at = index + k.vm.frames.first - zeroFrame;
  if (zeroFrame === NO_FRAME || at < 0 || at >= HUGE_PAGES) return 0n;
  return bits("thp", at === 0 ? "compoundHead" : "compoundTail");
}

/** A page of the pool that is somebody's private memory. */
function isPrivateHuge(k: Kernel, index: number): boolean {
  const { owner, holder } = k.vm.frames;
  return owner[index] === OWNER.huge && mappingCount(k, index) > 0 && holder[headOf(k, index)] === 0;
}

function flagsOf(k: Kernel, index: number): bigint {
  const { frames } = k.vm;
  const flags = frames.flags[index];
  const when = (holds: boolean, ...names: (keyof typeof KPF)[]) => (holds ? bits(...names) : 0n);
  switch (frames.owner[index]) {
    case OWNER.free:
      return bits("buddy");
    case OWNER.kernel:
      return bits("reserved") | when(isZeroFrame(k, index + frames.first), "zeroPage") | hugeZeroBits(k, index);
    case OWNER.table:
      return bits("pageTable");
  }
  const large = isHuge(k, index) ? bits(frames.owner[index] === OWNER.huge ? "huge" : "thp") : 0n;
  // Of the others but the first Linux knows no more.
  if (headOf(k, index) !== index)
    return (
      large |
      bits("compoundTail") |
      when(mappingCount(k, index) > 0, "mapped") |
      when(frames.owner[index] === OWNER.anonymous || isPrivateHuge(k, index), "anonymous")
    );
  const list = frames.list[index];
  return (
    large |
    when(large !== 0n, "compoundHead") |
    when(mappingCount(k, index) > 0, "mapped") |
    when(frames.owner[index] === OWNER.anonymous, "anonymous", "swapBacked") |
    when(frames.owner[index] === OWNER.shared, "swapBacked") |
    when(frames.merged[index] !== 0, "ksm") |
    when(isPrivateHuge(k, index), "anonymous") |
    when((flags & FRAME.reading) === 0, "upToDate") |
    when((flags & FRAME.dirty) !== 0, "dirty") |
    when((flags & FRAME.writing) !== 0, "writeback") |
    when((flags & FRAME.referenced) !== 0, "referenced") |
    when(frames.slot[index] !== 0, "swapCache") |
    when(list !== LIST.none, "lru") |
    when(list === LIST.activeAnonymous || list === LIST.activeFile, "active") |
    when(list === LIST.unevictable, "unevictable")
  );
}
