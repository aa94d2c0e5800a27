/**
 * The host's side of `--share`: answers 9P2000.L requests about one folder, with Node's synchronous calls.
 *
 *   fid ─► names below the folder ─► Folder.within ─► the file, if it is still the one that was walked to
 *      └─► once opened: a descriptor of the host, which keeps the file even when its name is gone
 *
 * (1) A fid that is not open names its file by path and remembers which file it was: another one in its place is ESTALE.
 * (2) Symbolic links are given to the guest, never followed. Only regular files and directories are opened.
 * (3) What the host refuses, and what is no request, has Rlerror for an answer: exchange does not throw.
 * (4) What the host could not keep is in `failures` too: the guest may have written it long ago, and have nobody left to tell.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  statfsSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import type { ShareHost } from "../../cpu/devices/share.ts";
import { ERRNO, type ErrnoName } from "../../kernel/abi.ts";
import * as P from "../../kernel/fs/hostfs/protocol.ts";
import { reason } from "../files.ts";
import { type Identity, identityOf } from "../identity.ts";
import { allowedMode, attributesOf, Numbers, shownGid, shownUid } from "./attributes.ts";
import { changeMode, Folder, pathOfOpen, type Reached, ShareError } from "./folder.ts";

const MAX_MESSAGE = 65_536;
const MIN_MESSAGE = 4_096;
const NAME_MAX = 255;
/** More than any guest needs, so that a mad one does not fill the host's memory. */
const MAX_FIDS = 1_000_000;
const NANOSECONDS = 1e9;
const { O_RDONLY, O_RDWR, O_WRONLY, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

interface Fid {
  /** From the folder down. */
  names: readonly string[];
  identity: Identity;
  /** Descriptor of the host; null: not open. */
  fd: number | null;
  writable: boolean;
  /** Of an open directory: as it was when it was read from its start. */
  listing: readonly P.Entry[];
}

type Handlers = { readonly [N in P.RequestName]: (body: P.Body<N>) => P.Body<P.ReplyName<N>> };

/** Throws unless it is one component that cannot lead anywhere else. */
function checkName(name: string): string {
  if (name.length > NAME_MAX) throw new ShareError("ENAMETOOLONG");
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) throw new ShareError("EINVAL");
  return name;
}

/** The number for Rlerror. What is neither the host's error nor ours is a mistake of this program, and is thrown. */
function errorNumber(error: unknown): number {
  const { code } = error as { code?: string };
  if (typeof code !== "string") throw error;
  // Node refuses arguments by itself: NUL in the target of a link, sizes beyond what it knows.
  if (code.startsWith("ERR_")) return ERRNO.EINVAL[0];
  return ERRNO[code in ERRNO ? (code as ErrnoName) : "EIO"][0];
}

/** Whether the host itself fails, rather than refusing what no host could do. */
function isHostFailure(request: P.RequestName, error: unknown): boolean {
  if (error instanceof ShareError) return false;
  const { code } = error as { code?: string };
  return ["ENOSPC", "EDQUOT", "EIO"].includes(code ?? "") || (request === "Twrite" && code === "EFBIG");
}

const ACCESS: readonly number[] = [O_RDONLY, O_WRONLY, O_RDWR];

function accessOf(flags: number): number {
  const access = ACCESS[flags & P.LOPEN.accessMode];
  if (access === undefined) throw new ShareError("EINVAL");
  return access;
}

/** A moment for utimes(2) of Node, which has seconds in floating point, and takes what is before 1970 as a Date only. */
function moment(seconds: number, nanoseconds: number): number | Date {
  const time = seconds + nanoseconds / NANOSECONDS;
  return time < 0 ? new Date(time * 1000) : time;
}

export class ShareServer implements ShareHost {
  private readonly folder: Folder;
  private readonly numbers = new Numbers();
  private readonly fids = new Map<number, Fid>();
  private messageBytes = MAX_MESSAGE;
  /** Sentences for the user, each once. */
  readonly failures = new Set<string>();

  /** @throws the host's error when `path` is no directory that can be opened */
  constructor(
    private readonly path: string,
    readonly readOnly = false,
  ) {
    this.folder = new Folder(path);
  }

  /** Gives the host's descriptors back. */
  close(): void {
    this.forgetAll();
    this.folder.close();
  }

  exchange(request: Uint8Array): Uint8Array {
    const tag = P.tagOf(request);
    try {
      const message = P.decode(request);
      if (message === null || !(message.name in this.handlers)) throw new ShareError("EINVAL");
      const name = message.name as P.RequestName;
      return P.encode(`R${name.slice(1)}` as P.MessageName, tag, this.answer(name, message.body));
    } catch (error) {
      return P.encode("Rlerror", tag, { ecode: errorNumber(error) });
    }
  }

  private answer(name: P.RequestName, body: unknown): never {
    const handler = this.handlers[name] as (body: unknown) => never;
    try {
      return handler(body);
    } catch (error) {
      if (isHostFailure(name, error)) this.failures.add(`--share ${this.path}: ${reason(error)}`);
      throw error;
    }
  }

  private fid(number: number): Fid {
    const fid = this.fids.get(number);
    if (fid === undefined) throw new ShareError("EBADF");
    return fid;
  }

  private opened(number: number): Fid & { fd: number } {
    const fid = this.fid(number);
    if (fid.fd === null) throw new ShareError("EBADF");
    return fid as Fid & { fd: number };
  }

  private enter(number: number, names: readonly string[], stat: BigIntStats): void {
    if (this.fids.has(number)) throw new ShareError("EBADF");
    if (this.fids.size >= MAX_FIDS) throw new ShareError("ENFILE");
    this.fids.set(number, { names, identity: identityOf(stat), fd: null, writable: false, listing: [] });
  }

  private forgetAll(): void {
    for (const { fd } of this.fids.values()) if (fd !== null) closeSync(fd);
    this.fids.clear();
  }

  /** Calls `use` with the path of what the fid names, once it is sure that it still is what it was. */
  private reach<T>({ names, identity }: Fid, use: (path: Buffer, stat: BigIntStats) => T): T {
    return this.folder.within(names.slice(0, -1), (above) => {
      const path = above.path(names.at(-1) ?? ".");
      const stat = lstatSync(path, { bigint: true });
      if (identityOf(stat) !== identity) throw new ShareError("ESTALE");
      return use(path, stat);
    });
  }

  /** Calls `use` with the directory that the fid names. */
  private inside<T>(number: number, use: (directory: Reached) => T): T {
    const { names, identity } = this.fid(number);
    return this.folder.within(names, (directory) => {
      if (identityOf(lstatSync(directory.path("."), { bigint: true })) !== identity) throw new ShareError("ESTALE");
      return use(directory);
    });
  }

  private statOf(fid: Fid): BigIntStats {
    return fid.fd === null ? this.reach(fid, (_path, stat) => stat) : fstatSync(fid.fd, { bigint: true });
  }

  private qidAt(directory: Reached, name: string): P.Qid {
    return this.numbers.qid(lstatSync(directory.path(name), { bigint: true }));
  }

  private checkWritable(): void {
    if (this.readOnly) throw new ShareError("EROFS");
  }

  private walk(fid: number, newFid: number, names: readonly string[]): P.Qid[] {
    const from = this.fid(fid);
    if (newFid !== fid && this.fids.has(newFid)) throw new ShareError("EBADF");
    if (names.length > P.MAX_WALK) throw new ShareError("EINVAL");
    let path = from.names;
    let stat = names.length === 0 && from.fd !== null ? null : this.statOf({ ...from, fd: null });
    const qids: P.Qid[] = [];
    for (const name of names) {
      try {
        checkName(name);
        stat = this.folder.within(path, (directory) => lstatSync(directory.path(name), { bigint: true }));
      } catch (error) {
        if (qids.length === 0) throw error;
        return qids;
      }
      path = [...path, name];
      qids.push(this.numbers.qid(stat));
    }
    if (newFid === fid) this.clunk(fid);
    this.enter(newFid, path, stat ?? this.statOf(from));
    return qids;
  }

  private clunk(number: number): void {
    const { fd } = this.fid(number);
    this.fids.delete(number);
    if (fd !== null) closeSync(fd);
  }

  private open(fid: Fid, flags: number): P.Qid {
    const access = accessOf(flags);
    const truncate = (flags & P.LOPEN.truncate) !== 0;
    if (fid.fd !== null) throw new ShareError("EBADF");
    if (access !== O_RDONLY || truncate) this.checkWritable();
    return this.reach(fid, (path, stat) => {
      if (stat.isSymbolicLink()) throw new ShareError("ELOOP");
      if (!stat.isFile() && !stat.isDirectory()) throw new ShareError("ENXIO");
      if (stat.isDirectory() && (access !== O_RDONLY || truncate)) throw new ShareError("EISDIR");
      const kind = stat.isDirectory() ? O_DIRECTORY : O_NONBLOCK | (truncate ? O_TRUNC : 0);
      const fd = openSync(path, access | kind | O_NOFOLLOW);
      if (identityOf(fstatSync(fd, { bigint: true })) !== fid.identity) {
        closeSync(fd);
        throw new ShareError("ESTALE");
      }
      Object.assign(fid, { fd, writable: access !== O_RDONLY });
      return this.numbers.qid(stat);
    });
  }

  private create({ fid: number, name, flags, mode }: P.Body<"Tlcreate">): P.Qid {
    this.checkWritable();
    const fid = this.fid(number);
    const access = accessOf(flags);
    if (fid.fd !== null) throw new ShareError("EBADF");
    checkName(name);
    return this.inside(number, (directory) => {
      const allowed = allowedMode(mode, false);
      const fd = openSync(directory.path(name), access | O_CREAT | O_EXCL | O_NOFOLLOW, allowed);
      // The host's umask is not the guest's.
      fchmodSync(fd, allowed);
      const stat = fstatSync(fd, { bigint: true });
      const names = [...fid.names, name];
      Object.assign(fid, { names, identity: identityOf(stat), fd, writable: access !== O_RDONLY });
      return this.numbers.qid(stat);
    });
  }

  /** Names of a directory in the order of their bytes, so that the host's order does not matter. */
  private readDirectory(fid: Fid): P.Entry[] {
    return this.folder.within(fid.names, (directory) => {
      const path = (fid.fd === null ? null : pathOfOpen(fid.fd)) ?? directory.path(".");
      const names = readdirSync(path, "buffer").map((name) => name.toString("latin1"));
      names.sort((a, b) => (a < b ? -1 : 1));
      return names.flatMap((name, i) => {
        try {
          const stat = lstatSync(directory.path(name), { bigint: true });
          return [{ qid: this.numbers.qid(stat), offset: i + 1, type: Number(stat.mode >> 12n), name }];
        } catch {
          // Gone since.
          return [];
        }
      });
    });
  }

  private list({ fid: number, offset, count }: P.Body<"Treaddir">): Uint8Array {
    const fid = this.opened(number);
    if (!fstatSync(fid.fd).isDirectory()) throw new ShareError("ENOTDIR");
    if (offset === 0) fid.listing = this.readDirectory(fid);
    const chosen: P.Entry[] = [];
    let left = this.dataBytes(count);
    for (const entry of fid.listing) {
      if (entry.offset <= offset) continue;
      left -= P.ENTRY_BYTES + entry.name.length;
      if (left < 0) break;
      chosen.push(entry);
    }
    return P.encodeEntries(chosen);
  }

  /** How much data a reply may carry. */
  private dataBytes(count: number): number {
    return Math.min(count, this.messageBytes - P.READ_HEADER_BYTES);
  }

  private read({ fid, offset, count }: P.Body<"Tread">): Uint8Array {
    const { fd } = this.opened(fid);
    const bytes = new Uint8Array(this.dataBytes(count));
    let done = 0;
    for (let got = -1; got !== 0 && done < bytes.length; done += got)
      got = readSync(fd, bytes, done, bytes.length - done, offset + done);
    return bytes.subarray(0, done);
  }

  private setAttributes(fid: Fid, body: P.Body<"Tsetattr">): void {
    const { valid } = body;
    this.checkWritable();
    const stat = this.statOf(fid);
    const foreign = (valid & P.SETATTR.uid && body.uid !== shownUid(stat)) || 0;
    if (foreign || (valid & P.SETATTR.gid && body.gid !== shownGid(stat))) throw new ShareError("EPERM");
    if (valid & P.SETATTR.size) this.resize(fid, body.size);
    if (valid & P.SETATTR.mode) {
      const mode = allowedMode(body.mode, stat.isDirectory());
      if (fid.fd !== null) fchmodSync(fid.fd, mode);
      else this.reach(fid, (path) => changeMode(path, mode));
    }
    if (valid & (P.SETATTR.atime | P.SETATTR.mtime)) this.setTimes(fid, body);
  }

  private resize(fid: Fid, size: number): void {
    if (fid.fd !== null && fid.writable) {
      ftruncateSync(fid.fd, size);
      return;
    }
    this.reach(fid, (path, stat) => {
      if (!stat.isFile()) throw new ShareError(stat.isDirectory() ? "EISDIR" : "EINVAL");
      const fd = openSync(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        if (!fstatSync(fd).isFile()) throw new ShareError("EINVAL");
        ftruncateSync(fd, size);
      } finally {
        closeSync(fd);
      }
    });
  }

  private setTimes(fid: Fid, { valid, atimeSec, atimeNsec, mtimeSec, mtimeNsec }: P.Body<"Tsetattr">): void {
    const { atimeNs, mtimeNs } = this.statOf(fid);
    const now = Date.now() / 1000;
    const chosen = (bit: number, given: number, value: number | Date, before: bigint) => {
      if (!(valid & bit)) return moment(Number(before / BigInt(NANOSECONDS)), Number(before % BigInt(NANOSECONDS)));
      return valid & given ? value : now;
    };
    const atime = chosen(P.SETATTR.atime, P.SETATTR.atimeSet, moment(atimeSec, atimeNsec), atimeNs);
    const mtime = chosen(P.SETATTR.mtime, P.SETATTR.mtimeSet, moment(mtimeSec, mtimeNsec), mtimeNs);
    if (fid.fd !== null) futimesSync(fid.fd, atime, mtime);
    else this.reach(fid, (path) => lutimesSync(path, atime, mtime));
  }

  private rename({ oldDfid, oldName, newDfid, newName }: P.Body<"Trenameat">): void {
    this.checkWritable();
    checkName(oldName);
    checkName(newName);
    this.inside(oldDfid, (from) => this.inside(newDfid, (to) => renameSync(from.path(oldName), to.path(newName))));
    const before = [...this.fid(oldDfid).names, oldName];
    const after = [...this.fid(newDfid).names, newName];
    for (const fid of this.fids.values())
      if (before.every((name, i) => fid.names[i] === name)) fid.names = [...after, ...fid.names.slice(before.length)];
  }

  private remove({ dfid, name, flags }: P.Body<"Tunlinkat">): void {
    this.checkWritable();
    checkName(name);
    if (flags & ~P.UNLINK_DIRECTORY) throw new ShareError("EINVAL");
    this.inside(dfid, (directory) => {
      const path = directory.path(name);
      if (flags & P.UNLINK_DIRECTORY) rmdirSync(path);
      else unlinkSync(path);
    });
  }

  private capacity(number: number): P.Body<"Rstatfs"> {
    this.fid(number);
    const { type, bsize, blocks, bfree, bavail, files, ffree } = this.folder.within([], (root) =>
      statfsSync(root.path(".")),
    );
    return { type: type >>> 0, bsize, blocks, bfree, bavail, files, ffree, fsid: 0, namelen: NAME_MAX };
  }

  private readonly handlers: Handlers = {
    Tversion: ({ msize, version }) => {
      this.forgetAll();
      if (msize < MIN_MESSAGE) throw new ShareError("EINVAL");
      this.messageBytes = Math.min(msize, MAX_MESSAGE);
      return { msize: this.messageBytes, version: version.startsWith(P.VERSION) ? P.VERSION : "unknown" };
    },
    Tattach: ({ fid, afid }) => {
      if (afid !== P.NO_FID) throw new ShareError("EINVAL");
      const stat = this.folder.within([], (root) => lstatSync(root.path("."), { bigint: true }));
      this.enter(fid, [], stat);
      return { qid: this.numbers.qid(stat) };
    },
    Twalk: ({ fid, newFid, names }) => ({ qids: this.walk(fid, newFid, names) }),
    Tlopen: ({ fid, flags }) => ({ qid: this.open(this.fid(fid), flags), iounit: 0 }),
    Tlcreate: (body) => ({ qid: this.create(body), iounit: 0 }),
    Tread: (body) => ({ data: this.read(body) }),
    Twrite: ({ fid, offset, data }) => {
      this.checkWritable();
      return { count: writeSync(this.opened(fid).fd, data, 0, data.length, offset) };
    },
    Tgetattr: ({ fid }) => {
      const stat = this.statOf(this.fid(fid));
      return attributesOf(stat, this.numbers.qid(stat));
    },
    Tsetattr: (body) => {
      this.setAttributes(this.fid(body.fid), body);
      return {};
    },
    Treaddir: (body) => ({ data: this.list(body) }),
    Tmkdir: ({ dfid, name, mode }) => {
      this.checkWritable();
      checkName(name);
      return this.inside(dfid, (directory) => {
        const path = directory.path(name);
        mkdirSync(path, allowedMode(mode, true));
        // The host's umask is not the guest's; a set-group-ID bit that it hands down stays.
        changeMode(path, allowedMode(mode, true) | (Number(lstatSync(path).mode) & 0o2000));
        return { qid: this.qidAt(directory, name) };
      });
    },
    Tsymlink: ({ dfid, name, target }) => {
      this.checkWritable();
      checkName(name);
      return this.inside(dfid, (directory) => {
        symlinkSync(Buffer.from(target, "latin1"), directory.path(name));
        return { qid: this.qidAt(directory, name) };
      });
    },
    Treadlink: ({ fid }) => ({
      target: this.reach(this.fid(fid), (path) => readlinkSync(path, "buffer").toString("latin1")),
    }),
    Tlink: ({ dfid, fid, name }) => {
      this.checkWritable();
      checkName(name);
      this.reach(this.fid(fid), (path) => this.inside(dfid, (directory) => linkSync(path, directory.path(name))));
      return {};
    },
    Trenameat: (body) => {
      this.rename(body);
      return {};
    },
    Tunlinkat: (body) => {
      this.remove(body);
      return {};
    },
    Tstatfs: ({ fid }) => this.capacity(fid),
    Tfsync: ({ fid, dataOnly }) => {
      const { fd } = this.opened(fid);
      if (dataOnly) fdatasyncSync(fd);
      else fsyncSync(fd);
      return {};
    },
    Tclunk: ({ fid }) => {
      this.clunk(fid);
      return {};
    },
  };
}
