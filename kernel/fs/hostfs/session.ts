/**
 * The session with the host: requests and replies of 9P2000.L, one at a time, and the fids that stand for files there.
 *
 * (1) Every fid that the host holds for us is `fid` or `content` of a HostFile of the present session, but for the moments
 *     within a function of this folder.
 * (2) A request never sleeps. What the host refuses is thrown as an Errno.
 * (3) A computer that was restored finds that the host has forgotten it: a new session begins, and files are walked to again
 *     by the names that they had. What had no name any more is lost: ESTALE.
 */
import { ERRNO, type ErrnoName } from "../../abi.ts";
import { beginShare, exchange, type MessagePage, SHARE_MESSAGE_BYTES } from "../../drivers/share.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { panic } from "../../panic.ts";
import { inodeById } from "../inode.ts";
import type { Inode } from "../types.ts";
import {
  type Body,
  decode,
  encode,
  encodeWriteHeader,
  type Message,
  NO_FID,
  NO_TAG,
  NO_UNAME,
  type ReplyName,
  type RequestName,
  VERSION,
} from "./protocol.ts";
import type { HostFile, HostfsState } from "./types.ts";

/** Requests wait for nobody, so that one tag is enough. */
const TAG = 0;

const NAMES = new Map<number, ErrnoName>((Object.keys(ERRNO) as ErrnoName[]).map((name) => [ERRNO[name][0], name]));

/** The state; there is one in every kernel whose machine has a share. */
export function hostState(k: Kernel): HostfsState {
  return k.fs.host ?? panic("hostfs: there is a share");
}

/** What is known of an inode of the host's. */
export function hostFile(k: Kernel, inode: Inode): HostFile {
  return hostState(k).files.get(inode.id) ?? panic("hostfs: an inode has its file", { id: inode.id });
}

/** Thrown by `send`, caught by `call`. */
const LOST = Symbol("the host has forgotten us");

function send(k: Kernel, request: Uint8Array, page: MessagePage | null): Message {
  const { reply, received, lost } = exchange(k, hostState(k), request, page);
  if (lost) throw LOST;
  const message = decode(reply, received);
  if (message === null) throw errno("EIO");
  if (message.name === "Rlerror") throw errno(NAMES.get(message.body.ecode) ?? "EIO");
  return message;
}

function checkReply<N extends RequestName>(name: N, message: Message): Body<ReplyName<N>> {
  if (message.name !== `R${name.slice(1)}`) throw errno("EIO");
  return message.body as Body<ReplyName<N>>;
}

/** Runs `request` in a session: once more when it turns out that the host has forgotten the last one. */
function inSession<T>(k: Kernel, request: () => T): T {
  if (hostState(k).session === 0) beginSession(k);
  try {
    return request();
  } catch (thrown) {
    if (thrown !== LOST) throw thrown;
  }
  beginShare(k);
  beginSession(k);
  return request();
}

function beginSession(k: Kernel): void {
  const s = hostState(k);
  const request = encode("Tversion", NO_TAG, { msize: SHARE_MESSAGE_BYTES, version: VERSION });
  const { version, msize } = checkReply("Tversion", send(k, request, null));
  if (version !== VERSION || msize < SHARE_MESSAGE_BYTES) throw errno("EIO");
  s.session++;
}

/**
 * A request and its reply. `body` is asked for when a session is there, so that it may name files by fidOf.
 * @throws Errno what the host says; EIO for what is no reply
 */
export function call<N extends RequestName>(k: Kernel, name: N, body: () => Body<N>): Body<ReplyName<N>> {
  return inSession(k, () => checkReply(name, send(k, encode(name, TAG, body()), null)));
}

/** Reads into a frame, from its start. @returns bytes */
export function callRead(k: Kernel, fid: () => number, offset: number, count: number, frame: number): number {
  return inSession(k, () => {
    const page = { frame, length: count, direction: "receive" } as const;
    const request = encode("Tread", TAG, { fid: fid(), offset, count });
    const { reply, received, lost } = exchange(k, hostState(k), request, page);
    if (lost) throw LOST;
    const message = decode(reply, received);
    if (message?.name === "Rlerror") throw errno(NAMES.get(message.body.ecode) ?? "EIO");
    if (message?.name !== "Rread" || received > count) throw errno("EIO");
    return received;
  });
}

/** Writes the first `count` bytes of a frame. @returns bytes that were written */
export function callWrite(k: Kernel, fid: () => number, offset: number, count: number, frame: number): number {
  return inSession(k, () => {
    const page = { frame, length: count, direction: "send" } as const;
    const message = send(k, encodeWriteHeader(TAG, fid(), offset, count), page);
    return checkReply("Twrite", message).count;
  });
}

/** A number for a fid that the host does not have. */
export function newFid(k: Kernel): number {
  return hostState(k).nextFid++;
}

/** The fid that names the file by its path, walked to anew in a new session. @throws Errno ESTALE it cannot be found again */
export function fidOf(k: Kernel, inode: Inode): number {
  const file = hostFile(k, inode);
  const s = hostState(k);
  if (file.session === s.session) return file.fid;
  const fid = newFid(k);
  if (inode.place === null) attachRoot(k, fid);
  else walkAgain(k, inode, inode.place, fid);
  Object.assign(file, { session: s.session, fid, content: 0, writable: false });
  return fid;
}

function walkAgain(k: Kernel, inode: Inode, place: NonNullable<Inode["place"]>, fid: number): void {
  const file = hostFile(k, inode);
  if (inode.nlink === 0 || !k.fs.inodes.has(place.directory)) throw errno("ESTALE");
  const { qids } = request(k, "Twalk", {
    fid: fidOf(k, inodeById(k, place.directory)),
    newFid: fid,
    names: [place.name],
  });
  if (qids[0]?.path === file.ino) return;
  request(k, "Tclunk", { fid });
  throw errno("ESTALE");
}

/** As `call`, within a session that has begun. */
function request<N extends RequestName>(k: Kernel, name: N, body: Body<N>): Body<ReplyName<N>> {
  return checkReply(name, send(k, encode(name, TAG, body), null));
}

function attachRoot(k: Kernel, fid: number): void {
  request(k, "Tattach", { fid, afid: NO_FID, uname: "root", aname: "", nUname: NO_UNAME });
}

/** A fid for the folder itself. @throws Errno */
export function attachFolder(k: Kernel): number {
  const fid = newFid(k);
  inSession(k, () => attachRoot(k, fid));
  return fid;
}

/** Gives a fid back; that the host does not know it any more is no error. */
export function clunk(k: Kernel, file: { readonly session: number }, fid: number): void {
  if (fid === 0 || file.session !== hostState(k).session) return;
  try {
    call(k, "Tclunk", () => ({ fid }));
  } catch {
    // It is gone: nothing is left to give back.
  }
}
