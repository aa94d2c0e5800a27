/**
 * Core dumps: what a process looked like when a signal ended it, as an ELF file. core(5).
 *
 *   signal whose default is "core" ──► planDump, startDump: may it, is there a limit, a file? ── no ─► death
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
import type { CoreDump, DumpedVma, DumpRange } from "./core-types.ts";
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
import { defaultAction, isKilled, type SignalInfo } from "./signal-state.ts";
import { noteHeadway, waitForMemory } from "./vm/shortage.ts";

const { RLIMIT_CORE } = CONSTANTS.rlimit;
/** The status bit that WCOREDUMP looks at. */
const { WCOREFLAG } = CONSTANTS.waitStatus;
/** Pages written in one step. */
const PAGES_AT_ONCE = 64;

/**
 * What a dump of `p` would contain if `signo` ended it; null: it leaves none. Changes nothing, but may sleep: so this
 * comes before the signal is taken.
 */
export function planDump(k: Kernel, p: Process, signo: number): DumpedVma[] | null {
  if (defaultAction(signo) !== "core" || !p.dumpable || p.limits[RLIMIT_CORE].soft < PAGE_SIZE) return null;
  const vmas = chooseVmas(k, p);
  return vmas.length < MOST_SEGMENTS ? vmas : null;
}

/**
 * Begins the dump that was planned of `p`, which `signo` ends.
 * @returns false: there will be none
 */
export function startDump(k: Kernel, p: Process, signo: number, info: SignalInfo, vmas: DumpedVma[]): boolean {
  const inode = createCoreFile(k, p, signo);
  if (inode === null) return false;
  const { pieces, dataAt } = coreHead(k, p, signo, info, vmas);
  const ranges: DumpRange[] = [];
  let size = dataAt;
  for (const { vma, bytes } of vmas) {
    if (bytes > 0) ranges.push({ vma, end: vma.start + bytes, at: size });
    size += bytes;
  }
  const limit = p.limits[RLIMIT_CORE].soft;
  p.dump = { signo, inode, limit, head: pieces, ranges, size, heads: 0, range: 0, pages: null, next: 0, written: 0 };
  p.call.progress = 0;
  return true;
}

/** Goes on with the dump of the running process; when it is finished the process ends. May sleep or give way. */
export function continueDump(k: Kernel, p: Process): void {
  const dump = p.dump!;
  while (!isKilled(p.signals) && step(k, p, dump)) {
    if (k.machine.clock.cycles < p.sliceEnd) continue;
    serveInterrupts(k);
    moveTo(k, p, "runnable");
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
  dump.pages ??= pagesToDump(k, p.space!, vma, end);
  for (const va of dump.pages.slice(dump.next, dump.next + PAGES_AT_ONCE)) {
    const bytes = withMemory(k, p, () => dumpedPage(k, p, vma, va));
    if (bytes === "failed" || (bytes !== null && !write(k, p, dump, at + (va - vma.start), bytes))) return false;
    dump.next++;
  }
  if (dump.next === dump.pages.length) {
    dump.range++;
    dump.pages = null;
    dump.next = 0;
  }
  return true;
}

/** Writes all of `bytes`, or says that no more is to be written. May sleep: then all of them are written again. */
function write(k: Kernel, p: Process, dump: CoreDump, at: number, bytes: Uint8Array): boolean {
  if (dump.written + bytes.length > dump.limit) return false;
  // By pages of the file, since a transfer over several that fails in its middle would count as a short one.
  for (let done = 0; done < bytes.length; ) {
    const part = bytes.subarray(done, done + PAGE_SIZE - ((at + done) % PAGE_SIZE));
    const length = withMemory(k, p, () => writeContent(k, p, dump.inode, kernelBuffer(part), at + done));
    if (length !== part.length) return false;
    p.call.progress = 0;
    done += part.length;
  }
  dump.written += bytes.length;
  k.machine.clock.charge(Math.ceil((bytes.length * COSTS.pageCopy) / PAGE_SIZE));
  return true;
}

/** Does what may need frames; where there are none it waits for them as system calls do. "failed": it cannot be done. */
function withMemory<T>(k: Kernel, p: Process, work: () => T): T | "failed" {
  k.vm.reclaim.shortage = 0;
  try {
    const result = work();
    p.triedFrames = 0;
    noteHeadway(k, p);
    return result;
  } catch (failure) {
    if (!(failure instanceof Errno)) throw failure;
    if (failure.name === "ENOMEM" && k.vm.reclaim.shortage > 0) waitForMemory(k, p);
    return "failed";
  }
}
