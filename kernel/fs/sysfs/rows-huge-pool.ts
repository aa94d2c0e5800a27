/**
 * /sys/kernel/mm/hugepages: the pools of huge pages, a directory for each size. Linux's
 * Documentation/admin-guide/mm/hugetlbpage.rst.
 */
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { decimalNumber } from "../../sysctl-value.ts";
import { demotePages, poolOf, poolSize, setOvercommit, setPoolSize } from "../../vm/hugetlb/pool.ts";
import { bytesOfOrder, HUGE_SIZES, type HugeSize, isGigantic, smallerSize } from "../../vm/hugetlb/sizes.ts";
import type { HugePool } from "../../vm/hugetlb/types.ts";
import { type Attribute, type Attributes, told } from "./attribute.ts";

/** Unsigned long: beyond 2^53 inexact, and more than there can be. */
const MOST = 2 ** 64 - 1;

function rowsOf(size: HugeSize): [name: string, row: Attribute][] {
  const figure = (read: (pool: HugePool) => number) => told((k) => read(poolOf(k, size.order)));
  const setting = (read: (pool: HugePool) => number, write: (k: Kernel, pool: HugePool, count: number) => void) => ({
    ...figure(read),
    mode: 0o644,
    write: (k: Kernel, _p: unknown, text: string) => write(k, poolOf(k, size.order), decimalNumber(text, MOST)),
  });
  return [
    ["free_hugepages", figure(({ free }) => free.length)],
    ["nr_hugepages", setting(poolSize, setPoolSize)],
    ["nr_overcommit_hugepages", { ...setting(({ overcommit }) => overcommit, setOvercommit), ...refused(size) }],
    ["resv_hugepages", figure(({ reserved }) => reserved)],
    ["surplus_hugepages", figure(({ surplus }) => surplus)],
    ...demotionOf(size),
  ];
}

const kilobytes = ({ order }: HugeSize) => bytesOfOrder(order) / 1024;

/** Taking free pages apart: of all sizes but the smallest. */
function demotionOf({ order }: HugeSize): [name: string, row: Attribute][] {
  const to = smallerSize(order);
  if (to === undefined) return [];
  const demote = (k: Kernel, _p: unknown, text: string) =>
    demotePages(k, poolOf(k, order), poolOf(k, to.order), decimalNumber(text, MOST));
  const checkSize = (_k: Kernel, _p: unknown, text: string) => {
    if (memparse(text) !== bytesOfOrder(to.order)) throw errno("EINVAL");
  };
  return [
    ["demote", { mode: 0o200, write: demote }],
    // There is only one smaller size: another one cannot be chosen.
    ["demote_size", { ...told(() => `${kilobytes(to)}kB`), mode: 0o644, write: checkSize }],
  ];
}

/** Linux's memparse: a number, and a letter that says how often 1024 it is. What follows is not looked at; 0 when it is none. */
function memparse(text: string): number {
  const match = /^(0x[\da-f]+|0[0-7]*|[1-9]\d*)([kmgtpe]?)/i.exec(text);
  if (match === null) return 0;
  const [, digits, letter] = match;
  const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return value * 1024 ** " kmgtpe".indexOf(letter.toLowerCase() || " ");
}

/** Of gigantic pages none are ever made by the way. */
function refused(size: HugeSize): Pick<Attribute, "write"> {
  if (!isGigantic(size)) return {};
  return {
    write() {
      throw errno("EINVAL");
    },
  };
}

const folderOf = (size: HugeSize) => `kernel/mm/hugepages/hugepages-${kilobytes(size)}kB`;

export const HUGE_POOL_ROWS: Attributes = Object.fromEntries(
  HUGE_SIZES.flatMap((size) => rowsOf(size).map(([name, row]) => [`${folderOf(size)}/${name}`, row])),
);
