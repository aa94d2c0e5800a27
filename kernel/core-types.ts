/** The state of a core dump, plain data: types only. core-dump.ts owns it. */
import type { Inode } from "./fs/types.ts";
import type { Vma } from "./vm/types.ts";

/** Bytes at their offset in the file. */
export interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A mapping, and how many bytes from its start the file has. */
export interface DumpedVma {
  readonly vma: Vma;
  readonly bytes: number;
}

/** A part of a mapping that is to be written. */
export interface DumpRange {
  readonly vma: Vma;
  readonly end: number;
  /** Where in the file its first byte goes. */
  readonly at: number;
}

/** A dump under way. */
export interface CoreDump {
  readonly signo: number;
  readonly inode: Inode;
  /** RLIMIT_CORE. */
  readonly limit: number;
  readonly head: readonly Piece[];
  readonly ranges: readonly DumpRange[];
  /** Length of the file when it is complete. */
  readonly size: number;
  /** Pieces of the head that are written. */
  heads: number;
  /** The range that is being written. */
  range: number;
  /** Addresses of its pages that may hold something, upwards; null: not looked for yet. How many of them are written. */
  pages: readonly number[] | null;
  next: number;
  /** Bytes written, holes not counted. */
  written: number;
}

/** How core files are named: /proc/sys/kernel/core_pattern and core_uses_pid. */
export interface CoreSettings {
  pattern: string;
  usesPid: number;
}
