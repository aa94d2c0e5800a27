/**
 * The files of /proc/PID: proc(5). A file is a row of PROCESS_FILES.
 */
import { isPrivileged, mayInspect } from "../../credentials.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { LOG_LEVEL, log } from "../../log.ts";
import type { Process } from "../../process.ts";
import { describeSpace } from "../../schemes/describe.ts";
import { onlyNumber } from "../../sysctl-value.ts";
import { CLEAR, clearReferences } from "../../vm/clear-references.ts";
import { describeMaps } from "../../vm/describe.ts";
import { describeRollup, describeSmaps } from "../../vm/describe-smaps.ts";
import { OOM_NEVER, oomScore } from "../../vm/oom.ts";
import { pagemap } from "../../vm/pagemap.ts";
import type { AddressSpace } from "../../vm/types.ts";
import type { ByteString } from "../types.ts";
import { workingSet } from "./laboratory-files.ts";
import { mountinfoText, mountsText } from "./mount-files.ts";
import { limits, stat, statm, status } from "./process-status.ts";
import { latin1 } from "./text.ts";

/** Linux's TASK_COMM_LEN less the NUL. */
const NAME_BYTES = 15;
/** oom_adj, which oom_score_adj has replaced: -17 is never, 15 the most. */
const OLD = { never: -17, least: -16, most: 15 };
const MOST_ADJUSTMENT = 1000;
const UINT_MAX = 2 ** 32 - 1;
/** Bits of coredump_filter that Linux keeps. */
const FILTER_BITS = 0x1ff;

/** Who looks at a process. */
export interface Look {
  readonly reader: Process;
  /** The memory that the process had when the file was opened; null: it had none, or that is gone. */
  readonly space: AddressSpace | null;
  /** The superuser opened the file, whoever reads it. */
  readonly privileged: boolean;
}

export interface ProcessFile {
  readonly mode: number;
  /** There only while memory is made of pages, or of pieces of any size (--translation); absent: always. */
  readonly memory?: "pages" | "pieces";
  /** Only who may look into the process may open it: EACCES. Shows the memory of `Look`, not what p has now. */
  readonly guarded?: true;
  /** The whole text, made when it is read from its start. Absent: see `bytes`. */
  text?(k: Kernel, p: Process, look: Look): ByteString;
  /** Bytes from `position` on, made at each read; for files too large to be made whole. */
  bytes?(k: Kernel, p: Process, look: Look, position: number, length: number): Uint8Array;
  /** Absent: EINVAL. Takes all that is written at once; @throws Errno */
  write?(k: Kernel, writer: Process, p: Process, text: ByteString): void;
}

/** proc(5): a process may rename itself, and nobody else. What is longer is cut. */
function rename(_k: Kernel, writer: Process, p: Process, text: ByteString): void {
  if (writer !== p) throw errno("EINVAL");
  p.name = text.slice(0, NAME_BYTES).split("\0")[0];
}

type Text = NonNullable<ProcessFile["text"]>;

/** A text about the memory of a process; where that is gone, the file is empty. */
const ofMemory =
  (describe: (k: Kernel, s: AddressSpace) => string): Text =>
  (k, _p, { space }) =>
    space === null ? "" : describe(k, space);

/** What execve gave the program whose memory that is. */
const ofProgram =
  (part: "auxiliary" | "environment"): Text =>
  (_k, p, { space }) =>
    space === p.space ? latin1(p.program[part]) : "";

const rollup: Text = (k, _p, { space }) => {
  if (space === null) throw errno("ESRCH");
  return describeRollup(k, space);
};

/** Linux asks at each read, not at the opening. */
const personality: Text = (_k, p, { reader }) => {
  if (!mayInspect(reader, p)) throw errno("EPERM");
  return hex8(p.personality);
};

/** Without privilege the value goes down no further than the superuser has allowed. */
function adjustOom(writer: Process, p: Process, value: number): void {
  if (value < p.oomScoreLeast && !isPrivileged(writer)) throw errno("EACCES");
  p.oomScoreAdjust = value;
  if (isPrivileged(writer)) p.oomScoreLeast = value;
}

function writeScoreAdjustment(_k: Kernel, writer: Process, p: Process, text: ByteString): void {
  adjustOom(writer, p, onlyNumber(text, -MOST_ADJUSTMENT, MOST_ADJUSTMENT));
}

function oldAdjustment({ oomScoreAdjust }: Process): number {
  return oomScoreAdjust === MOST_ADJUSTMENT ? OLD.most : Math.trunc((oomScoreAdjust * -OLD.never) / MOST_ADJUSTMENT);
}

function writeOldAdjustment(k: Kernel, writer: Process, p: Process, text: ByteString): void {
  const value = onlyNumber(text, OLD.never, OLD.most);
  const instead = `/proc/${p.pid}/oom_score_adj`;
  log(
    k,
    LOG_LEVEL.information,
    `${writer.name} (${writer.pid}): /proc/${p.pid}/oom_adj is deprecated, please use ${instead} instead.`,
  );
  if (value === OLD.never) adjustOom(writer, p, OOM_NEVER);
  else if (value === OLD.most) adjustOom(writer, p, MOST_ADJUSTMENT);
  else adjustOom(writer, p, Math.trunc((value * MOST_ADJUSTMENT) / -OLD.never));
}

function writeDumpFilter(_k: Kernel, _writer: Process, p: Process, text: ByteString): void {
  p.dumpFilter = onlyNumber(text, 0, UINT_MAX) & FILTER_BITS;
}

function writeClearReferences(k: Kernel, _writer: Process, p: Process, text: ByteString): void {
  const what = onlyNumber(text, CLEAR.all, CLEAR.peak);
  if (p.space !== null) clearReferences(k, p.space, what);
}

const hex8 = (value: number) => `${(value >>> 0).toString(16).padStart(8, "0")}\n`;

// biome-ignore format: a table is read in columns
export const PROCESS_FILES: Readonly<Record<string, ProcessFile>> = {
  auxv:            { mode: 0o400, guarded: true, text: ofProgram("auxiliary") },
  clear_refs:      { mode: 0o200, memory: "pages", write: writeClearReferences },
  cmdline:         { mode: 0o444, text: (_k, p) => (p.state === "zombie" ? "" : latin1(p.program.arguments)) },
  comm:            { mode: 0o644, text: (_k, p) => `${p.name}\n`, write: rename },
  coredump_filter: { mode: 0o644, text: (_k, p) => (p.space === null ? "" : hex8(p.dumpFilter)), write: writeDumpFilter },
  environ:         { mode: 0o400, guarded: true, text: ofProgram("environment") },
  ksm_merging_pages: { mode: 0o400, text: ofMemory((k, s) => `${k.vm.merge.spaces.get(s.id)?.merged ?? 0}\n`) },
  ksm_stat:        { mode: 0o400, text: ofMemory((k, s) => `ksm_rmap_items ${k.vm.merge.spaces.get(s.id)?.items ?? 0}\n`) },
  limits:          { mode: 0o444, text: limits },
  maps:            { mode: 0o444, guarded: true, text: ofMemory(describeMaps) },
  mountinfo:       { mode: 0o444, text: mountinfoText },
  mounts:          { mode: 0o444, text: mountsText },
  oom_adj:         { mode: 0o644, text: (_k, p) => `${oldAdjustment(p)}\n`, write: writeOldAdjustment },
  oom_score:       { mode: 0o444, text: (k, p) => `${oomScore(k, p)}\n` },
  oom_score_adj:   { mode: 0o644, text: (_k, p) => `${p.oomScoreAdjust}\n`, write: writeScoreAdjustment },
  pagemap:         { mode: 0o400, memory: "pages", guarded: true, bytes: readPagemap },
  personality:     { mode: 0o400, text: personality },
  segments:        { mode: 0o444, memory: "pieces", guarded: true, text: ofMemory(describeSpace) },
  smaps:           { mode: 0o444, memory: "pages", guarded: true, text: ofMemory(describeSmaps) },
  smaps_rollup:    { mode: 0o444, memory: "pages", guarded: true, text: rollup },
  stat:            { mode: 0o444, text: (k, p, { reader }) => stat(k, p, reader) },
  statm:           { mode: 0o444, text: statm },
  status:          { mode: 0o444, text: status },
  working_set:     { mode: 0o444, text: workingSet },
};

function readPagemap(k: Kernel, _p: Process, look: Look, position: number, length: number): Uint8Array {
  return look.space === null ? new Uint8Array() : pagemap(k, look.space, position, length, look.privileged);
}
