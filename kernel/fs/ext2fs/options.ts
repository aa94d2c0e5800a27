/**
 * Options of an ext2 mount. mount(8); which ones there are, and what is wrong with them: Linux 6.1, fs/ext2/super.c. Pure.
 *
 * (1) Those that mean nothing here (how Linux allocates, what it checks) are known and taken.
 */

/** What a mount was told. */
export interface Ext2Options {
  /** statfs counts all blocks, also those that the file system itself needs. */
  readonly minixdf: boolean;
  /** New files have their directory's group. */
  readonly grpid: boolean;
  /** Who, beside root, may take the reserved blocks; null: as the superblock says. */
  readonly resuid: number | null;
  readonly resgid: number | null;
}

/** A mount that was told nothing. */
export const NO_OPTIONS: Ext2Options = { minixdf: false, grpid: false, resuid: null, resgid: null };

const SWITCHES: Readonly<Record<string, Partial<Ext2Options>>> = {
  bsddf: { minixdf: false },
  minixdf: { minixdf: true },
  grpid: { grpid: true },
  bsdgroups: { grpid: true },
  nogrpid: { grpid: false },
  sysvgroups: { grpid: false },
};
/** Invariant (1). */
const WITHOUT_EFFECT = new Set([
  ...[
    "errors=continue",
    "errors=panic",
    "errors=remount-ro",
    "check=none",
    "nocheck",
    "debug",
    "oldalloc",
    "orlov",
    "nobh",
  ],
  ...["user_xattr", "nouser_xattr", "acl", "noacl", "reservation", "noreservation", "noquota", "sb=1"],
]);
const NUMBERS = ["resuid", "resgid"] as const;
/** (uid_t) -1 is nobody. */
const MOST_ID = 2 ** 32 - 2;

/** @param before what they are unless they are told @returns what was said; or, as text, what is wrong with it */
export function parseExt2Options(data: string, before: Ext2Options = NO_OPTIONS): Ext2Options | string {
  let found = before;
  for (const option of data.split(",")) {
    if (option === "" || WITHOUT_EFFECT.has(option)) continue;
    const change = Object.hasOwn(SWITCHES, option) ? SWITCHES[option] : readNumber(option);
    if (change === null) return `unrecognized mount option "${option}" or missing value`;
    found = { ...found, ...change };
  }
  return found;
}

function readNumber(option: string): Partial<Ext2Options> | null {
  const [, name, digits] = /^(\w+)=(\d+)$/.exec(option) ?? [];
  const key = NUMBERS.find((one) => one === name);
  return key === undefined || Number(digits) > MOST_ID ? null : { [key]: Number(digits) };
}

/** As /proc/mounts shows them: what differs from what there is without. */
export function describeExt2Options({ minixdf, grpid, resuid, resgid }: Ext2Options): string {
  const parts: string[] = [];
  if (minixdf) parts.push("minixdf");
  if (grpid) parts.push("grpid");
  if (resuid !== null) parts.push(`resuid=${resuid}`);
  if (resgid !== null) parts.push(`resgid=${resgid}`);
  return parts.join(",");
}
