/**
 * /sys/kernel/mm/hugepages: the pools of huge pages, a directory for each size. Linux's
 * Documentation/admin-guide/mm/hugetlbpage.rst.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { decimalNumber } from "../../sysctl-value.ts";
import { poolOf, poolSize, setOvercommit, setPoolSize } from "../../vm/hugetlb/pool.ts";
import { HUGE_SIZES, type HugeSize, isGigantic } from "../../vm/hugetlb/sizes.ts";
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
  ];
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

const folderOf = ({ order }: HugeSize) => `kernel/mm/hugepages/hugepages-${(2 ** order * PAGE_SIZE) / 1024}kB`;

export const HUGE_POOL_ROWS: Attributes = Object.fromEntries(
  HUGE_SIZES.flatMap((size) => rowsOf(size).map(([name, row]) => [`${folderOf(size)}/${name}`, row])),
);
