/** Options of a hugetlbfs: size, min_size, pagesize, nr_inodes, mode, uid, gid. Linux's fs/hugetlbfs/inode.c. Pure. */
import { bytesOfOrder, DEFAULT_SIZE, sizeOfBytes } from "../vm/hugetlb/sizes.ts";
import { identifier, suffixed } from "./tmpfs-options.ts";

/** A size that was asked for: bytes, or a part of the pool in hundredths. */
interface Amount {
  readonly value: number;
  readonly percent: boolean;
}

/** What was said; what was not is absent. */
export interface HugetlbfsOptions {
  readonly order: number;
  readonly size?: Amount;
  readonly least?: Amount;
  readonly inodes?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

const DEFAULT_MODE = 0o755;
/** What begins with no digit is no size; nothing behind it is looked at but a percent sign. */
function amount(text: string): Amount {
  const percent = text.endsWith("%");
  return { value: /^\d/.test(text) ? suffixed(percent ? text.slice(0, -1) : text) : Number.NaN, percent };
}

const octal = (text: string) => (/^[0-7]+$/.test(text) ? Number.parseInt(text, 8) & 0o1777 : Number.NaN);

/** What an option of each name says. */
const READERS: Readonly<Record<string, (text: string) => Partial<HugetlbfsOptions>>> = {
  size: (text) => ({ size: amount(text) }),
  min_size: (text) => ({ least: amount(text) }),
  pagesize: (text) => ({ order: sizeOfBytes(suffixed(text))?.order ?? Number.NaN }),
  nr_inodes: (text) => ({ inodes: /^\d/.test(text) ? suffixed(text) : Number.NaN }),
  mode: (text) => ({ mode: octal(text) }),
  uid: (text) => ({ uid: identifier(text) }),
  gid: (text) => ({ gid: identifier(text) }),
};

/** @returns what was said; or, as text, what is wrong with it */
export function parseHugetlbfsOptions(data: string): HugetlbfsOptions | string {
  let found: HugetlbfsOptions = { order: DEFAULT_SIZE.order };
  for (const option of data.split(",")) {
    if (option === "") continue;
    const [name] = option.split("=", 1);
    if (!Object.hasOwn(READERS, name)) return `Unknown parameter '${name}'`;
    const said = READERS[name](option.slice(name.length + 1));
    if (Object.values(said).some((one) => Number.isNaN(typeof one === "object" ? one.value : one)))
      return name === "pagesize" ? "Unsupported page size" : `Bad value for '${name}'`;
    found = { ...found, ...said };
  }
  return found;
}

/** So many of its pages. @param pool pages that the pool is to have */
export function pagesOfAmount({ value, percent }: Amount, order: number, pool: number): number {
  return Math.floor(percent ? (value * pool) / 100 : value / bytesOfOrder(order));
}

/** As /proc/mounts shows them. @param most, least pages, null where nothing was said */
export function describeHugetlbfsOptions(
  { order, inodes, mode, uid, gid }: HugetlbfsOptions,
  most: number | null,
  least: number | null,
): string {
  const parts: string[] = [];
  if (uid !== undefined && uid !== 0) parts.push(`uid=${uid}`);
  if (gid !== undefined && gid !== 0) parts.push(`gid=${gid}`);
  if (mode !== undefined && mode !== DEFAULT_MODE) parts.push(`mode=${mode.toString(8)}`);
  if (inodes !== undefined) parts.push(`nr_inodes=${inodes}`);
  parts.push(`pagesize=${bytesOfOrder(order) / 2 ** 20}M`);
  if (most !== null) parts.push(`size=${most * bytesOfOrder(order)}`);
  if (least !== null) parts.push(`min_size=${least * bytesOfOrder(order)}`);
  return parts.join(",");
}
