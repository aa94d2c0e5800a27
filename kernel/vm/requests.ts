/** What callers ask of a space: the arguments of mmap and its family. Types only. */
import type { VirtualAddress } from "../../cpu/paging.ts";
import type { Inode } from "../fs/types.ts";
import type { Limits } from "./limits.ts";

/** What every mapping says. */
export interface MapRequest {
  /** A hint, or with MAP_FIXED the place; 0: the kernel chooses. */
  readonly address: VirtualAddress;
  /** Bytes, rounded up to pages. */
  readonly length: number;
  /** PROT bits. */
  readonly prot: number;
  /** MAP bits. */
  readonly flags: number;
  /** Of the process that pays; null: none. */
  readonly limits: Limits;
  /** As /proc/PID/maps shows it. */
  readonly name?: string;
  /** Its pages are huge ones of the pool, 2^huge frames each; `length` is whole ones. Absent or 0: ordinary pages. */
  readonly huge?: number;
}

export interface FileMapRequest extends MapRequest {
  readonly inode: Inode;
  /** Bytes, page-aligned. */
  readonly offset: number;
  /** The file was opened for writing: a shared mapping may become writable. Private ones always may. */
  readonly mayWrite: boolean;
}

/** exec's stack. */
export interface StackRequest {
  /** Bytes that it begins with. */
  readonly bytes: number;
  readonly executable?: boolean;
  readonly limits: Limits;
}

/** The arguments of mremap(2), sizes in bytes. */
export interface RemapRequest {
  readonly address: VirtualAddress;
  readonly oldSize: number;
  readonly newSize: number;
  /** MREMAP bits. */
  readonly flags: number;
  /** Used with MREMAP_FIXED; a hint with MREMAP_DONTUNMAP alone. */
  readonly newAddress: VirtualAddress;
}
