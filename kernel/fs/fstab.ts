/**
 * /etc/fstab: which file systems are mounted at boot, one a line: fstab(5). Pure.
 *
 *   SOURCE  MOUNT-POINT  TYPE  OPTIONS  [DUMP  [PASS]]
 *
 * Fields are divided by blanks; a blank in a field is \040, a tab \011, a newline \012, a backslash \134.
 */
import { FLAGS } from "../abi.ts";
import type { ByteString } from "./types.ts";

const MS = FLAGS.mount;

export interface FstabRow {
  /** From 1. */
  readonly line: number;
  readonly source: ByteString;
  readonly target: ByteString;
  readonly type: ByteString;
  /** MS_ bits of the options that mount(8) knows, and what is left of the options: the file system's. */
  readonly flags: number;
  readonly data: ByteString;
  /** Not mounted at boot. */
  readonly noauto: boolean;
  /** A failure is no cause for a message. */
  readonly nofail: boolean;
  /** Of swap: pri=. */
  readonly priority: number | null;
}

export interface FstabMistake {
  readonly line: number;
  readonly message: string;
}

/** What an option sets and clears: mount(8). */
const OPTIONS: Readonly<Record<string, readonly [set: number, clear: number]>> = {
  /** What holds when nothing is said; it takes back nothing that was. */
  defaults: [0, 0],
  ro: [MS.MS_RDONLY, 0],
  rw: [0, MS.MS_RDONLY],
  nosuid: [MS.MS_NOSUID, 0],
  suid: [0, MS.MS_NOSUID],
  nodev: [MS.MS_NODEV, 0],
  dev: [0, MS.MS_NODEV],
  noexec: [MS.MS_NOEXEC, 0],
  exec: [0, MS.MS_NOEXEC],
  sync: [MS.MS_SYNCHRONOUS, 0],
  async: [0, MS.MS_SYNCHRONOUS],
  dirsync: [MS.MS_DIRSYNC, 0],
  mand: [MS.MS_MANDLOCK, 0],
  nomand: [0, MS.MS_MANDLOCK],
  noatime: [MS.MS_NOATIME, 0],
  atime: [0, MS.MS_NOATIME],
  nodiratime: [MS.MS_NODIRATIME, 0],
  diratime: [0, MS.MS_NODIRATIME],
  relatime: [MS.MS_RELATIME, 0],
  norelatime: [0, MS.MS_RELATIME],
  strictatime: [MS.MS_STRICTATIME, 0],
  nostrictatime: [0, MS.MS_STRICTATIME],
  lazytime: [MS.MS_LAZYTIME, 0],
  nolazytime: [0, MS.MS_LAZYTIME],
  nosymfollow: [MS.MS_NOSYMFOLLOW, 0],
  symfollow: [0, MS.MS_NOSYMFOLLOW],
  silent: [MS.MS_SILENT, 0],
  loud: [0, MS.MS_SILENT],
  /** Ordinary users may mount it: they get no more rights by that than they have. */
  user: [MS.MS_NOEXEC | MS.MS_NOSUID | MS.MS_NODEV, 0],
  users: [MS.MS_NOEXEC | MS.MS_NOSUID | MS.MS_NODEV, 0],
  owner: [MS.MS_NOSUID | MS.MS_NODEV, 0],
  group: [MS.MS_NOSUID | MS.MS_NODEV, 0],
  nouser: [0, 0],
  auto: [0, 0],
  noauto: [0, 0],
  nofail: [0, 0],
  _netdev: [0, 0],
};

/** The options of a row, or of `mount -o`: bits for mount(2), the rest, and what is for whoever mounts. */
export function parseMountOptions(
  text: ByteString,
): Pick<FstabRow, "flags" | "data" | "noauto" | "nofail" | "priority"> {
  let flags = 0;
  let priority: number | null = null;
  const words = text.split(",").filter((word) => word !== "");
  const data: string[] = [];
  for (const word of words) {
    const known = Object.hasOwn(OPTIONS, word) ? OPTIONS[word] : undefined;
    if (known !== undefined) flags = (flags & ~known[1]) | known[0];
    else if (/^pri=\d+$/.test(word)) priority = Number(word.slice(4));
    // Notes for other programs.
    else if (!word.startsWith("x-") && !word.startsWith("comment=")) data.push(word);
  }
  const noauto = words.lastIndexOf("noauto") > words.lastIndexOf("auto");
  return { flags, data: data.join(","), noauto, nofail: words.includes("nofail"), priority };
}

const unescaped = (field: string) =>
  field.replace(/\\([0-3][0-7]{2})/g, (_all, octal) => String.fromCharCode(Number.parseInt(octal, 8)));

/** The rows of the text in their order, and what is wrong with the lines that are none. */
export function parseFstab(text: ByteString): { rows: FstabRow[]; mistakes: FstabMistake[] } {
  const rows: FstabRow[] = [];
  const mistakes: FstabMistake[] = [];
  for (const [i, content] of text.split("\n").entries()) {
    const fields = content.split(/[ \t\r]+/).filter((field) => field !== "");
    if (fields.length === 0 || fields[0].startsWith("#")) continue;
    const line = i + 1;
    const wrong = mistakeIn(fields);
    if (wrong === null) rows.push(parseRow(fields, line));
    else mistakes.push({ line, message: wrong });
  }
  return { rows, mistakes };
}

function mistakeIn(fields: readonly string[]): string | null {
  if (fields.length < 3) return `${fields.length} of the fields source, mount point, type and options`;
  const [, target, type] = fields;
  if (type !== "swap" && !target.startsWith("/")) return `the mount point '${target}' does not begin with /`;
  return null;
}

function parseRow(fields: readonly string[], line: number): FstabRow {
  const [source, target, type, options = "defaults"] = fields.map(unescaped);
  // "/mnt/" is "/mnt".
  const trimmed = target.length > 1 ? target.replace(/\/+$/, "") || "/" : target;
  return { line, source, target: trimmed, type, ...parseMountOptions(options) };
}
