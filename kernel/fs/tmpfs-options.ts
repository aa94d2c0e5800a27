/**
 * Options of a tmpfs: size, nr_blocks, nr_inodes, mode, uid, gid. tmpfs(5); how numbers are written: Linux 6.1, lib/cmdline.c
 * (memparse) and mm/shmem.c. Pure.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";

/** What was said; what was not is absent. 0 pages or inodes: as many as there is memory for. */
export interface TmpfsOptions {
  pages?: number;
  inodes?: number;
  mode?: number;
  uid?: number;
  gid?: number;
}

const SUFFIXES = "kmgtpe";
/** (uid_t) -1 is nobody. */
const MOST_ID = 2 ** 32 - 2;
const MOST_NUMBER = 2 ** 63;

/** @param frames of memory, for sizes in percent @throws Errno EINVAL */
export function parseTmpfsOptions(data: string, frames: number): TmpfsOptions {
  const found: TmpfsOptions = {};
  for (const option of data.split(",")) if (option !== "") parseOption(found, option, frames);
  return found;
}

function parseOption(found: TmpfsOptions, option: string, frames: number): void {
  const at = option.indexOf("=");
  const [name, value] = at < 0 ? [option, null] : [option.slice(0, at), option.slice(at + 1)];
  // How long inode numbers may be; here they fit both.
  if ((name === "inode32" || name === "inode64") && value === null) return;
  if (value === null) throw errno("EINVAL");
  switch (name) {
    case "size":
      found.pages = sizeInPages(value, frames);
      break;
    case "nr_blocks":
      found.pages = suffixed(value);
      break;
    case "nr_inodes":
      found.inodes = suffixed(value);
      break;
    case "mode":
      if (!/^[0-7]+$/.test(value)) throw errno("EINVAL");
      found.mode = Number.parseInt(value, 8) & 0o7777;
      break;
    case "uid":
    case "gid":
      found[name] = identifier(value);
      break;
    default:
      throw errno("EINVAL");
  }
}

/** Bytes, or a part of memory: "50%". */
function sizeInPages(value: string, frames: number): number {
  if (value.endsWith("%")) return Math.floor((suffixed(value.slice(0, -1)) * frames) / 100);
  return Math.ceil(suffixed(value) / PAGE_SIZE);
}

/** A number as C writes it, with k, m, g... behind it. Nothing at all is 0. */
function suffixed(text: string): number {
  const match = /^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*|)([kmgtpe]?)$/i.exec(text);
  if (match === null) throw errno("EINVAL");
  const [, digits, suffix] = match;
  const value = cNumber(digits) * 1024 ** (suffix === "" ? 0 : SUFFIXES.indexOf(suffix.toLowerCase()) + 1);
  if (value >= MOST_NUMBER) throw errno("EINVAL");
  return value;
}

function identifier(text: string): number {
  if (!/^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(text)) throw errno("EINVAL");
  const value = cNumber(text);
  if (value > MOST_ID) throw errno("EINVAL");
  return value;
}

function cNumber(text: string): number {
  if (text === "") return 0;
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

const DEFAULT_MODE = 0o1777;

/** As /proc/mounts shows them: what differs from the defaults. @param usual pages and inodes of a tmpfs that says nothing */
export function describeTmpfsOptions({ pages, inodes, mode, uid, gid }: TmpfsOptions, usual: number): string {
  const parts: string[] = [];
  if (pages !== undefined && pages !== usual) parts.push(`size=${(pages * PAGE_SIZE) / 1024}k`);
  if (inodes !== undefined && inodes !== usual) parts.push(`nr_inodes=${inodes}`);
  if (mode !== undefined && mode !== DEFAULT_MODE) parts.push(`mode=${mode.toString(8).padStart(3, "0")}`);
  if (uid !== undefined && uid !== 0) parts.push(`uid=${uid}`);
  if (gid !== undefined && gid !== 0) parts.push(`gid=${gid}`);
  return [...parts, "inode64"].join(",");
}
