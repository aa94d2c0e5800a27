/**
 * What the kernel knows of the host's folder, as plain data: what it has walked to and opened there (fids), and what the
 * host last said of each file. A leaf.
 */

/** As Timestamp (fs/types.ts), which imports this file. */
interface Moment {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** A name of a directory, as its listing has it. */
export interface HostEntry {
  readonly name: string;
  readonly ino: number;
  readonly mode: number;
  readonly cookie: number;
}

/** An inode that is the host's. */
export interface HostFile {
  /** Number of the mount, and of the inode. */
  readonly device: number;
  readonly ino: number;
  /** Of which session the fids are: in another one the host does not know them. */
  session: number;
  /** Names the file to the host by its path. */
  fid: number;
  /** Opened for its content, which the host keeps for it even without a name; 0: not open. */
  content: number;
  writable: boolean;
  /** What the host said last. Another one now means that the pages in the cache may be old. */
  size: number;
  modified: Moment;
  changed: Moment;
  /** Sectors of 512 bytes. */
  sectors: number;
  /** Of a directory: as it was when somebody last began to read it. In the order of cookies. */
  listing: HostEntry[];
  nextCookie: number;
}

export interface HostfsState {
  /** Frames for messages: the first part and the second. */
  readonly head: number;
  readonly tail: number;
  readonly readOnly: boolean;
  /** Counts the sessions with the host; 0: none has begun. */
  session: number;
  nextFid: number;
  /** By id of the inode; and its id by mount, number and type. */
  readonly files: Map<number, HostFile>;
  readonly ids: Map<string, number>;
  /** Ids of inodes that nobody uses and that are kept for their pages, the longest unused first. */
  readonly unused: Set<number>;
}
