/** Which file of the host something is, by whatever name: device and inode number. */
import { type BigIntStats, type PathLike, statSync } from "node:fs";

/** The same for all names of one file. */
export type Identity = string;

/** Of what stat(2) says, with `bigint`: inode numbers may use all 64 bits, as overlayfs does to tell its layers apart. */
export const identityOf = ({ dev, ino }: Pick<BigIntStats, "dev" | "ino">): Identity => `${dev}:${ino}`;

/** Of what a path leads to; null when there is nothing, or nothing that can be looked at. */
export function identityAt(path: PathLike): Identity | null {
  try {
    return identityOf(statSync(path, { bigint: true }));
  } catch {
    return null;
  }
}
