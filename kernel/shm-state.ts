/** The state of System V shared memory, as plain data: imported by all, importing no function. Owned by shm.ts. */
import type { PageObject } from "./vm/types.ts";

/** One segment: what shmget(2) makes. */
export interface SharedSegment {
  /** Index in the table plus sequence number times 2^15: what programs call it by. */
  readonly id: number;
  readonly sequence: number;
  /** IPC_PRIVATE (0) once it has been removed. */
  key: number;
  /** As /proc/PID/maps shows it: "/SYSV00001234 (deleted)". */
  readonly name: string;
  readonly bytes: number;
  readonly object: PageObject;
  uid: number;
  gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  /** Permissions: the low nine bits. */
  mode: number;
  /** IPC_RMID was called: it goes with its last attachment. */
  removed: boolean;
  /** The real user whose SHM_LOCK keeps it in RAM, and counts against RLIMIT_MEMLOCK; null: not locked. */
  lockedBy: number | null;
  /** Seconds since 1970; 0: never. */
  attachTime: number;
  detachTime: number;
  changeTime: number;
  /** Who made it; who attached or detached it last, 0: nobody yet. */
  readonly creatorPid: number;
  lastPid: number;
}

export interface ShmState {
  /** By index. */
  readonly segments: Map<number, SharedSegment>;
  /** Index by key, but for private ones. */
  readonly byKey: Map<number, number>;
  /** The index given last; the next one is looked for behind it. */
  lastIndex: number;
  /** Grows each time the indices start again. */
  sequence: number;
  /** Pages of all segments. */
  pages: number;
  /** kernel.shmmax (bytes), kernel.shmall (pages), kernel.shmmni (segments): proc(5). Infinity: none. */
  readonly limits: { shmmax: number; shmall: number; shmmni: number };
}
