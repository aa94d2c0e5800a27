/** posix_fadvise(2) and readahead(2): what a program says of how it will read a file. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { dropCleanPages } from "../vm/drop-caches.ts";
import { startObjectPages } from "../vm/page-ahead.ts";
import { objectOf } from "../vm/page-cache.ts";
import { startPart } from "../vm/write-back.ts";
import { hasHome } from "./traits.ts";
import type { OpenFile } from "./types.ts";

const A = CONSTANTS.fadvise;

/** An advice about bytes `from` to `to` - 1; `to` Infinity: to wherever the file ends. */
type Advice = (k: Kernel, file: OpenFile, from: number, to: number) => void;

const reads =
  (how: OpenFile["ahead"]["advice"]): Advice =>
  (_k, file) => {
    file.ahead.advice = how;
  };

/** Starts to read what is not here. */
export const willNeed: Advice = (k, { inode }, from, to) =>
  startObjectPages(k, objectOf(k, inode), Math.floor(from / PAGE_SIZE), Math.ceil(to / PAGE_SIZE));

/** Starts to write what is dirty; what is clean, whole in the range and mapped nowhere goes. The file's last page counts as whole. */
const doNotNeed: Advice = (k, { inode }, from, to) => {
  if (hasHome(inode)) startPart(k, { inode, from: Math.floor(from / PAGE_SIZE), to: Math.ceil(to / PAGE_SIZE) });
  const end = to >= inode.size ? Number.POSITIVE_INFINITY : Math.floor(to / PAGE_SIZE);
  dropCleanPages(k, objectOf(k, inode), Math.ceil(from / PAGE_SIZE), end);
};

const ADVICES: Readonly<Record<number, Advice>> = {
  [A.POSIX_FADV_NORMAL]: reads("normal"),
  [A.POSIX_FADV_RANDOM]: reads("random"),
  [A.POSIX_FADV_SEQUENTIAL]: reads("sequential"),
  [A.POSIX_FADV_WILLNEED]: willNeed,
  [A.POSIX_FADV_DONTNEED]: doNotNeed,
  /** As Linux 6.1: nothing. */
  [A.POSIX_FADV_NOREUSE]: () => {},
};

/** posix_fadvise(2). @param length 0: to the end. @throws Errno ESPIPE a pipe; EINVAL */
export function adviseFile(k: Kernel, file: OpenFile, offset: number, length: number, advice: number): void {
  if (file.kind === "pipe") throw errno("ESPIPE");
  const act = ADVICES[advice];
  if (length < 0 || act === undefined) throw errno("EINVAL");
  if ((file.kind !== "regular" && file.kind !== "disk") || offset < 0) return;
  act(k, file, offset, length === 0 ? Number.POSITIVE_INFINITY : offset + length);
}
