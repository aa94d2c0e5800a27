/**
 * Core dumps: what a process looked like when a signal ended it, as an ELF file. core(5).
 *
 *   signal whose default is "core" ──► startDump: may it, is there a limit, a file? ── no ─► death
 *                                           └ yes: p.dump, a state machine that the main loop drives
 *        continueDump: head ─► pages of each mapping ─► the rest of a hole ─► finished: death, with 0x80 in the status
 *             ▲         │ sleeps for a page in swap or on disk; gives way at the end of its time slice
 *             └─────────┘ SIGKILL, a limit, no room on the disk: finished at once
 *
 * (1) Everything that a dump knows is in p.dump, and each step is done before it is recorded there, so a step that
 *     sleeps is made again from its start.
 * (2) While p.dump is set the process executes nothing, and no signal but SIGKILL is looked at.
 * (3) At most RLIMIT_CORE bytes are written; pages that were never touched are holes and do not count.
 *
 * Source: Linux 6.1 fs/coredump.c and fs/binfmt_elf.c.
 */
import { COSTS } from "../cpu/costs.ts";
import { PAGE_SIZE } from "../cpu/paging.ts";
import { CONSTANTS } from "./abi.ts";
import { createCoreFile } from "./core-file.ts";
import { chooseVmas } from "./core-filter.ts";
import { coreHead, MOST_SEGMENTS } from "./core-notes.ts";
import { dumpedPage, pagesToDump } from "./core-pages.ts";
import type { CoreDump, DumpRange } from "./core-types.ts";
import { Errno } from "./errno.ts";
import { exitProcess } from "./exit.ts";
import { writeContent } from "./fs/content.ts";
import { release } from "./fs/inode.ts";
import { kernelBuffer } from "./fs/user-buffer.ts";
import { serveInterrupts } from "./interrupts.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { moveTo } from "./process.ts";
import { enqueue } from "./scheduler.ts";
import { isKilled, type SignalInfo } from "./signal-state.ts";

const { RLIMIT_CORE } = CONSTANTS.rlimit;
/** The status bit that WCOREDUMP looks at. */
const { WCOREFLAG } = CONSTANTS.waitStatus;
/** Of the mappings in one step: as many pages are looked up at once. */
const PAGES_AT_ONCE = 64;

/**
 * Begins a dump of `p`, which `signo` is to end.
 * @returns false: there will be none
 */
export function startDump(k: Kernel, p: Process, signo: number, info: SignalInfo): boolean {
  const limit = p.limits[RLIMIT_CORE].soft;
  if (!p.dumpable || limit < PAGE_SIZE) return false;
  const vmas = chooseVmas(k, p);
  if (vmas.length >= MOST_SEGMENTS) return false;
  const inode = createCoreFile(k, p, signo);
  if (inode === null) return false;
  const { pieces, dataAt } = coreHead(k, p, signo, info, vmas);
  const ranges: DumpRange[] = [];
  let size = dataAt;
  for (const { vma, bytes } of vmas) {
    if (bytes > 0) ranges.push({ vma, end: vma.start + bytes, at: size });
    size += bytes;
  }
  const start = ranges.length > 0 ? ranges[0].vma.start : 0;
  p.dump = { signo, inode, limit, head: pieces, ranges, size, heads: 0, range: 0, next: start, written: 0 };
  p.call.progress = 0;
  return true;
}

/** Goes on with the dump of the running process; when it is finished the process ends. May sleep or give way. */
export function continueDump(k: Kernel, p: Process): void {
  const dump = p.dump!;
  while (!isKilled(p.signals) && step(k, p, dump)) {
    if (k.machine.clock.cycles < p.sliceEnd) continue;
    serveInterrupts(k);
    moveTo(p, "runnable");
    enqueue(k, p);
    return;
  }
  finishDump(k, p, dump);
}

function finishDump(k: Kernel, p: Process, { inode, signo }: CoreDump): void {
  p.dump = null;
  inode.writers--;
  release(k, inode);
  exitProcess(k, p, signo | WCOREFLAG);
}

/** One piece, or some pages. False: nothing is left, or nothing more can be written. */
function step(k: Kernel, p: Process, dump: CoreDump): boolean {
  if (dump.heads < dump.head.length) {
    const { at, bytes } = dump.head[dump.heads];
    if (!write(k, p, dump, at, bytes)) return false;
    dump.heads++;
    return true;
  }
  if (dump.range < dump.ranges.length) return writeRange(k, p, dump, dump.ranges[dump.range]);
  // The file's length includes the hole at its end.
  if (dump.inode.size < dump.size) write(k, p, dump, dump.size - 1, new Uint8Array(1));
  return false;
}

function writeRange(k: Kernel, p: Process, dump: CoreDump, { vma, end, at }: DumpRange): boolean {
  const pages = pagesToDump(k, p.space!, vma, dump.next, end, PAGES_AT_ONCE);
  for (const va of pages) {
    const bytes = dumpedPage(k, p, vma, va);
    if (bytes !== null && !write(k, p, dump, at + (va - vma.start), bytes)) return false;
    dump.next = va + PAGE_SIZE;
  }
  if (pages.length < PAGES_AT_ONCE) {
    dump.range++;
    if (dump.range < dump.ranges.length) dump.next = dump.ranges[dump.range].vma.start;
  }
  return true;
}

/** Writes all of `bytes`, or says that no more is to be written. May sleep. */
function write(k: Kernel, p: Process, dump: CoreDump, at: number, bytes: Uint8Array): boolean {
  if (dump.written + bytes.length > dump.limit) return false;
  try {
    const length = writeContent(k, p, dump.inode, kernelBuffer(bytes), at);
    p.call.progress = 0;
    dump.written += length;
    k.machine.clock.charge(Math.ceil((length * COSTS.pageCopy) / PAGE_SIZE));
    return length === bytes.length;
  } catch (failure) {
    if (failure instanceof Errno) return false;
    throw failure;
  }
}
