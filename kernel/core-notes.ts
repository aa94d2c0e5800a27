/**
 * The first part of a core file: ELF header, program headers, notes. core(5); the layouts are Linux's for riscv64.
 *
 *   0        ELF header, ET_CORE
 *   64       PT_NOTE, and a PT_LOAD for each mapping
 *            notes: NT_PRSTATUS, NT_PRPSINFO, NT_SIGINFO, NT_AUXV, NT_FILE
 *   4096*n   what the mappings hold
 *
 * Each note is its header, "CORE", and its description, both padded to 4 bytes.
 *
 * Source: Linux 6.1 fs/binfmt_elf.c, include/linux/elfcore.h.
 */

import {
  EHDR_SIZE,
  ELFCLASS64,
  ELFDATA2LSB,
  EM_RISCV,
  ET_CORE,
  EV_CURRENT,
  PF_R,
  PF_W,
  PF_X,
  PHDR_SIZE,
  PT_LOAD,
  PT_NOTE,
} from "../assembler/elf.ts";
import { PAGE_SIZE } from "../cpu/paging.ts";
import type { DumpedVma, Piece } from "./core-types.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { copyRegisters } from "./registers.ts";
import { encodeSignalInfo } from "./signal-info.ts";
import { toBits } from "./signal-set.ts";
import type { SignalInfo } from "./signal-state.ts";
import { toTimeval } from "./time.ts";
import { mappingName } from "./vm/describe.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "./vm/prot.ts";

// biome-ignore format: a table is read in columns
const NOTE = { PRSTATUS: 1, PRPSINFO: 3, AUXV: 6, FILE: 0x46494c45, SIGINFO: 0x53494749 } as const;
const NOTE_HEADER = 12;
const NOTE_NAME = text("CORE\0", 5);
/** e_phnum has 16 bits, and the highest number says that it does not fit: there is no file with so many. */
export const MOST_SEGMENTS = 0xfffe;

/** struct elf_prstatus: offsets. */
const PRSTATUS = { size: 376, cursig: 12, sigpend: 16, sighold: 24, pid: 32, times: 48, registers: 112 } as const;
/** struct elf_prpsinfo: offsets. */
const PRPSINFO = { size: 136, sname: 1, nice: 3, flags: 8, ids: 16, name: 40, arguments: 56 } as const;
const NAME_BYTES = 16;
const ARGUMENTS_BYTES = 80;
/** PF_SIGNALED and PF_DUMPCORE of include/linux/sched.h: it dies so. PF_FORKNOEXEC: it has not executed a program. */
const TASK_FLAGS = 0x600;
const FORKED_ONLY = 0x40;

function text(string: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < Math.min(string.length, size); i++) bytes[i] = string.charCodeAt(i);
  return bytes;
}

const align = (offset: number, to: number) => Math.ceil(offset / to) * to;

/** Everything before the first mapping's bytes, in the pieces in which Linux writes it, and where those bytes begin. */
export function coreHead(
  k: Kernel,
  p: Process,
  signo: number,
  info: SignalInfo,
  vmas: readonly DumpedVma[],
): { pieces: Piece[]; dataAt: number } {
  const notesAt = EHDR_SIZE + PHDR_SIZE * (vmas.length + 1);
  const { pieces, end } = notes(k, p, signo, info, vmas, notesAt);
  const dataAt = align(end, PAGE_SIZE);
  const head: Piece[] = [{ at: 0, bytes: elfHeader(vmas.length + 1) }];
  const segments = [
    programHeader({ type: PT_NOTE, flags: 0, offset: notesAt, va: 0, fileSize: end - notesAt, size: 0, align: 0 }),
  ];
  let offset = dataAt;
  for (const { vma, bytes } of vmas) {
    const { start: va, end: last, prot } = vma;
    const size = last - va;
    segments.push(
      programHeader({ type: PT_LOAD, flags: rights(prot), offset, va, fileSize: bytes, size, align: PAGE_SIZE }),
    );
    offset += bytes;
  }
  for (const [i, bytes] of segments.entries()) head.push({ at: EHDR_SIZE + PHDR_SIZE * i, bytes });
  return { pieces: [...head, ...pieces], dataAt };
}

function rights(prot: number): number {
  return (prot & PROT_READ ? PF_R : 0) | (prot & PROT_WRITE ? PF_W : 0) | (prot & PROT_EXEC ? PF_X : 0);
}

function elfHeader(segments: number): Uint8Array {
  const bytes = new Uint8Array(EHDR_SIZE);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, ELFCLASS64, ELFDATA2LSB, EV_CURRENT]);
  view.setUint16(16, ET_CORE, true);
  view.setUint16(18, EM_RISCV, true);
  view.setUint32(20, EV_CURRENT, true);
  view.setBigUint64(32, BigInt(EHDR_SIZE), true); // e_phoff
  view.setUint16(52, EHDR_SIZE, true);
  view.setUint16(54, PHDR_SIZE, true);
  view.setUint16(56, segments, true);
  return bytes;
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly va: number;
  readonly fileSize: number;
  readonly size: number;
  readonly align: number;
}

function programHeader({ type, flags, offset, va, fileSize, size, align: alignment }: Segment): Uint8Array {
  const bytes = new Uint8Array(PHDR_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, flags, true);
  for (const [i, word] of [offset, va, 0, fileSize, size, alignment].entries())
    view.setBigUint64(8 + 8 * i, BigInt(word), true);
  return bytes;
}

function notes(k: Kernel, p: Process, signo: number, info: SignalInfo, vmas: readonly DumpedVma[], from: number) {
  const pieces: Piece[] = [];
  let end = from;
  const add = (type: number, description: Uint8Array) => {
    const header = new Uint8Array(NOTE_HEADER);
    const view = new DataView(header.buffer);
    for (const [i, word] of [NOTE_NAME.length, description.length, type].entries()) view.setUint32(4 * i, word, true);
    for (const bytes of [header, NOTE_NAME, description]) {
      pieces.push({ at: end, bytes });
      end = align(end + bytes.length, 4);
    }
  };
  add(NOTE.PRSTATUS, processStatus(k, p, signo));
  add(NOTE.PRPSINFO, processInfo(k, p));
  add(NOTE.SIGINFO, encodeSignalInfo(signo, info));
  add(NOTE.AUXV, p.program.auxiliary);
  const files = fileTable(k, vmas);
  if (files !== null) add(NOTE.FILE, files);
  return { pieces, end };
}

const identity = (p: Process) => [p.pid, p.ppid, p.pgid, p.sid];

/** pr_fpvalid stays 0: there are no floating-point registers, and so no NT_FPREGSET. */
function processStatus(k: Kernel, p: Process, signo: number): Uint8Array {
  const bytes = new Uint8Array(PRSTATUS.size);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, signo, true);
  view.setInt16(PRSTATUS.cursig, signo, true);
  view.setBigUint64(PRSTATUS.sigpend, toBits(p.signals.pending), true);
  view.setBigUint64(PRSTATUS.sighold, toBits(p.signals.blocked), true);
  for (const [i, id] of identity(p).entries()) view.setInt32(PRSTATUS.pid + 4 * i, id, true);
  const { user, system, childUser, childSystem } = p.times;
  for (const [i, cycles] of [user, system, childUser, childSystem].entries()) {
    const { tv_sec, tv_usec } = toTimeval(cycles);
    view.setBigInt64(PRSTATUS.times + 16 * i, BigInt(tv_sec), true);
    view.setBigInt64(PRSTATUS.times + 16 * i + 8, BigInt(tv_usec), true);
  }
  const { x, pc } = copyRegisters(k, p);
  view.setBigUint64(PRSTATUS.registers, BigInt.asUintN(64, pc), true);
  for (let n = 1; n < 32; n++) view.setBigInt64(PRSTATUS.registers + 8 * n, x[n], true);
  return bytes;
}

function processInfo(k: Kernel, p: Process): Uint8Array {
  const bytes = new Uint8Array(PRPSINFO.size);
  const view = new DataView(bytes.buffer);
  const randomized = k.vm.settings.randomizeVaSpace > 0 ? 0x40_0000 : 0;
  bytes[PRPSINFO.sname] = "R".charCodeAt(0);
  view.setInt8(PRPSINFO.nice, p.nice);
  view.setBigUint64(PRPSINFO.flags, BigInt(TASK_FLAGS | (p.executed ? 0 : FORKED_ONLY) | randomized), true);
  const { uid, gid } = p.credentials;
  for (const [i, id] of [uid, gid, ...identity(p)].entries()) view.setUint32(PRPSINFO.ids + 4 * i, id, true);
  bytes.set(text(p.name, NAME_BYTES - 1), PRPSINFO.name);
  // Arguments with spaces where their NULs are, the last one too.
  const most = p.program.arguments.subarray(0, ARGUMENTS_BYTES - 1);
  bytes.set(
    most.map((byte) => (byte === 0 ? 0x20 : byte)),
    PRPSINFO.arguments,
  );
  return bytes;
}

/** Count, page size, then start, end and offset in pages of each mapping of a file, then their names. */
function fileTable(k: Kernel, vmas: readonly DumpedVma[]): Uint8Array | null {
  const mapped = vmas.map(({ vma }) => vma).filter(({ object }) => object !== null);
  if (mapped.length === 0) return null;
  const names = mapped.map((vma) => `${mappingName(k, vma)}\0`).join("");
  const words = [
    ...[mapped.length, PAGE_SIZE],
    ...mapped.flatMap(({ start, end, offset }) => [start, end, Math.floor(offset / PAGE_SIZE)]),
  ];
  const bytes = new Uint8Array(8 * words.length + names.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setBigUint64(8 * i, BigInt(word), true);
  bytes.set(text(names, names.length), 8 * words.length);
  return bytes;
}
