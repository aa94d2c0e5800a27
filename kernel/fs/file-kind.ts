/**
 * FileOperations: what can be done with an open file, by its kind. A type only: each kind's file has the functions,
 * file-operations.ts the table.
 *
 * An operation is part of a handler: before it sleeps it has changed nothing but `p.call`.
 */
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Channel, Unfinished } from "../sleep.ts";
import type { OpenFile } from "./types.ts";
import type { UserBuffer } from "./user-buffer.ts";

export interface Readiness {
  /** POLLIN and so on that hold now, wanted or not. */
  readonly events: number;
  /** Woken when that may have changed. */
  readonly channels: readonly Channel[];
}

export interface FileOperations {
  /** Bytes read; 0 at the end. `position` is where, in files that have one. Absent: EINVAL. */
  read?(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number | Unfinished;
  /** Bytes written. Absent: EINVAL. */
  write?(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number;
  /** "position": reads and writes move `offset`. "always-zero": lseek works and has no effect. "none": ESPIPE. */
  readonly seek: "position" | "always-zero" | "none";
  /** Absent: always ready for everything, as POSIX says of regular files. */
  poll?(k: Kernel, p: Process, file: OpenFile): Readiness;
  /** Absent: ENOTTY. */
  ioctl?(k: Kernel, p: Process, file: OpenFile, request: number, argument: number): number;
  /** The last descriptor is gone. Never sleeps or fails. */
  closed?(k: Kernel, file: OpenFile): void;
}
