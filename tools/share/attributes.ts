/**
 * What the guest sees of a host's file: numbers, owners, permissions, times.
 *
 * Owners: what belongs to the user who runs the emulator is root's in the guest, and the group likewise; other owners keep
 * their numbers, but the host's own root, when it is somebody else, is "nobody". Nobody's owner is ever changed, and nothing
 * gets set-user-ID or, but for directories, set-group-ID: a guest must not make privileged programs for the host.
 */
import type { BigIntStats } from "node:fs";
import { type Body, GETATTR_BASIC, QID_TYPE, type Qid } from "../../kernel/fs/hostfs/protocol.ts";

const TYPE_MASK = 0o170000;
const DIRECTORY = 0o040000;
const SYMLINK = 0o120000;
const NOBODY = 65534;
const NANOSECONDS = 1_000_000_000n;
/** Of the 53 that a number holds. */
const INO_BITS = 40n;
const INO_MASK = (1n << INO_BITS) - 1n;
const MOST_PARTS = 2 ** 13;

/**
 * Inode numbers as the guest has them: the host's, with a number in front for what lies on another file system below the folder,
 * and for another upper part (overlayfs tells its layers apart by that).
 */
export class Numbers {
  private readonly parts = new Map<string, number>();

  qid({ dev, ino, mode, size, mtimeNs }: Pick<BigIntStats, "dev" | "ino" | "mode" | "size" | "mtimeNs">): Qid {
    const part = `${dev}:${ino >> INO_BITS}`;
    const number = this.parts.get(part) ?? this.parts.size % MOST_PARTS;
    this.parts.set(part, number);
    const path = number * 2 ** Number(INO_BITS) + Number(ino & INO_MASK);
    const type = Number(mode) & TYPE_MASK;
    const kind = type === DIRECTORY ? QID_TYPE.directory : type === SYMLINK ? QID_TYPE.symlink : QID_TYPE.file;
    return { type: kind, version: Number((mtimeNs ^ size) & 0xffff_ffffn), path };
  }
}

function shownOwner(owner: bigint, own: number | undefined): number {
  if (Number(owner) === own) return 0;
  return owner === 0n ? NOBODY : Number(owner);
}

export const shownUid = (stat: BigIntStats) => shownOwner(stat.uid, process.geteuid?.());
export const shownGid = (stat: BigIntStats) => shownOwner(stat.gid, process.getegid?.());

/** Linux's dev_t to the guest's major * 256 + minor; numbers that do not fit lose their high bits. */
function deviceNumber(rdev: bigint): number {
  const low = Number(rdev & 0xffff_ffffn);
  return ((low >>> 8) & 0xff) * 256 + (low & 0xff);
}

function seconds(time: bigint): number {
  return Number((time - nanosecondsBig(time)) / NANOSECONDS);
}

const nanosecondsBig = (time: bigint) => ((time % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
const nanoseconds = (time: bigint) => Number(nanosecondsBig(time));

/** The permissions that a new file or chmod gets. */
export function allowedMode(mode: number, directory: boolean): number {
  return mode & (directory ? 0o3777 : 0o1777);
}

export function attributesOf(stat: BigIntStats, qid: Qid): Body<"Rgetattr"> {
  return {
    valid: GETATTR_BASIC,
    qid,
    mode: Number(stat.mode),
    uid: shownUid(stat),
    gid: shownGid(stat),
    nlink: Number(stat.nlink),
    rdev: deviceNumber(stat.rdev),
    size: Number(stat.size),
    blksize: Number(stat.blksize),
    blocks: Number(stat.blocks),
    atimeSec: seconds(stat.atimeNs),
    atimeNsec: nanoseconds(stat.atimeNs),
    mtimeSec: seconds(stat.mtimeNs),
    mtimeNsec: nanoseconds(stat.mtimeNs),
    ctimeSec: seconds(stat.ctimeNs),
    ctimeNsec: nanoseconds(stat.ctimeNs),
    btimeSec: 0,
    btimeNsec: 0,
    gen: 0,
    dataVersion: 0,
  };
}
