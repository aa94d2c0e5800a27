/** What the block layer keeps, as plain data. Types only; it imports no function, so that everyone may import it. */
import type { Options } from "../options.ts";

/** What --io-scheduler takes. */
export type IoSchedulerName = Options["io-scheduler"];

/** Which way data goes: to memory, or to the disk. */
export type IoDirection = "read" | "write";

/** One transfer between disk and memory; or a flush, which moves nothing. */
export interface DiskRequest {
  /** Ascending in the order of submission to the disk. */
  readonly id: number;
  readonly disk: number;
  readonly write: boolean;
  /** Ends when the device has flushed all writes that were submitted before it. */
  readonly flush: boolean;
  /** Byte on the disk, bytes, physical address. */
  readonly position: number;
  readonly length: number;
  readonly address: number;
  /** The frame whose owner is told when the transfer has ended; 0: only those who sleep on `channel` are. */
  readonly frame: number;
  /** Cycle. */
  readonly submitted: number;
  /** Flushes that were submitted to the disk before it. */
  readonly era: number;
  /** Bytes already moved. */
  moved: number;
  /** "held": an older request for the same sectors comes first. */
  state: "held" | "queued" | "active" | "done" | "failed";
  /** Ids of held requests that look again when this one has ended. */
  readonly followers: number[];
  /** Woken when the state becomes done or failed. */
  readonly channel: number;
}

/** What the device is busy with. */
export interface DiskCommand {
  readonly what: IoDirection | "flush";
  readonly sector: number;
  readonly sectors: number;
  /** Its sectors go to the disk's own frame, from which the request takes its part. */
  readonly bounced: boolean;
  /** Those that it serves, in the order of their sectors. */
  readonly requests: readonly DiskRequest[];
}

/** Requests that may be served now, in one direction. */
export interface IoLane {
  /** By position, then id. */
  readonly sorted: DiskRequest[];
  /** By id: the oldest first. */
  readonly fifo: DiskRequest[];
  /** Byte behind the last command in this direction. */
  position: number;
}

/** What the schedulers choose from, and what the elevator remembers. */
export interface IoQueue {
  readonly read: IoLane;
  readonly write: IoLane;
  direction: IoDirection;
  /** Commands of the batch under way. */
  batch: number;
  /** Batches of reads in a row that were preferred to waiting writes. */
  preferred: number;
}

/** A flush that has not ended, and how many writes between the flush before it and itself have not. */
export interface Barrier {
  readonly request: DiskRequest;
  writes: number;
}

/** What is known about one disk. */
export interface DiskState {
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  /** Id of its node in /dev: the one inode through which its bytes are cached. 0 before /dev is mounted. */
  node: number;
  /** A frame for transfers that are not whole sectors, and for the table of pieces of those that are several. */
  readonly bounce: number;
  readonly scheduler: IoSchedulerName;
  nextRequest: number;
  /** Transfers that have not ended, by position, then id; and the longest that has been among them, in bytes. */
  readonly pending: DiskRequest[];
  longest: number;
  /** Those of them that wait for an older one, by id. */
  readonly held: Map<number, DiskRequest>;
  readonly queue: IoQueue;
  /** Those whose common command has failed: they are served one by one, before all others. */
  readonly retries: DiskRequest[];
  active: DiskCommand | null;
  /** Oldest first. */
  readonly barriers: Barrier[];
  /** Flushes ever submitted, and writes under way that were submitted after the last one. */
  era: number;
  openWrites: number;
  /** The last command was a flush: the next one is none if anybody else waits. */
  flushedLast: boolean;
  /** Commands, and sectors, by direction. */
  reads: number;
  writes: number;
  sectorsRead: number;
  sectorsWritten: number;
  readsMerged: number;
  writesMerged: number;
  /** Cycles from submission to end, summed over commands. */
  readCycles: number;
  writeCycles: number;
  flushes: number;
  flushCycles: number;
  /** Cycles with a command under way, up to the one that has begun at `busySince`. */
  busyCycles: number;
  busySince: number;
  /** Requests that have failed. */
  errors: number;
}
