/**
 * Options of a tmpfs: size, nr_blocks, nr_inodes, mode, uid, gid. tmpfs(5); how numbers are written: Linux 6.1, lib/cmdline.c
 * (memparse) and mm/shmem.c. Pure.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";

/** What was said; what was not is absent. 0 pages or inodes: as many as there is memory for. */
export interface TmpfsOptions {
  pages?: number;
  inodes?: number;
  mode?: number | undefined;
  uid?: number | undefined;
  gid?: number | undefined;
}

const SUFFIXES = "kmgtpe";
/** (uid_t) -1 is nobody. */
const MOST_ID = 2 ** 32 - 2;
const MOST_NUMBER = 2 ** 63;

/**
 * @param frames of memory, for sizes in percent
 * @returns what was said; or, as text, what is wrong with it
 */
export function parseTmpfsOptions(data: string, frames: number): TmpfsOptions | string {
  const found: TmpfsOptions = {};
  for (const option of data.split(",")) {
    const [name] = option.split("=", 1);
    // How long inode numbers may be; here they fit both.
    if (option === "" || option === "inode32" || option === "inode64") continue;
    if (!Object.hasOwn(OPTIONS, name)) return `Unknown parameter '${name}'`;
    const [key, read] = OPTIONS[name];
    const value = option === name ? Number.NaN : read(option.slice(name.length + 1), frames);
    if (Number.isNaN(value)) return `Bad value for '${name}'`;
    found[key] = value;
  }
  return found;
}

/** By name: what it sets, and how its value is read; NaN: it is none. */
const OPTIONS: Readonly<Record<string, readonly [keyof TmpfsOptions, (value: string, frames: number) => number]>> = {
  size: ["pages", sizeInPages],
  nr_blocks: ["pages", suffixed],
  nr_inodes: ["inodes", suffixed],
  mode: ["mode", (value) => (/^[0-7]+$/.test(value) ? Number.parseInt(value, 8) & 0o7777 : Number.NaN)],
  uid: ["uid", identifier],
  gid: ["gid", identifier],
};

/** Bytes, or a part of memory: "50%". */
function sizeInPages(value: string, frames: number): number {
  if (value.endsWith("%")) return Math.floor((suffixed(value.slice(0, -1)) * frames) / 100);
  return Math.ceil(suffixed(value) / PAGE_SIZE);
}

/** A number as C writes it, with k, m, g... behind it. Nothing at all is 0; NaN: it is none. */
export function suffixed(text: string): number {
  const match = /^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*|)([kmgtpe]?)$/i.exec(text);
  if (match === null) return Number.NaN;
  const [, digits, suffix] = match;
  const value = cNumber(digits) * 1024 ** (suffix === "" ? 0 : SUFFIXES.indexOf(suffix.toLowerCase()) + 1);
  return value < MOST_NUMBER ? value : Number.NaN;
}

export function identifier(text: string): number {
  if (!/^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(text)) return Number.NaN;
  const value = cNumber(text);
  return value <= MOST_ID ? value : Number.NaN;
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
  return parts.join(",");
}
