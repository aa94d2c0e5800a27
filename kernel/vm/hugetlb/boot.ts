/** The pools at boot, while RAM is still in one piece: what hugepagesz= and hugepages= are on Linux's command line. */
import type { Kernel } from "../../kernel.ts";
import { LOG_LEVEL, log } from "../../log.ts";
import type { HugePages } from "../../options.ts";
import { poolOf, poolSize, setPoolSize } from "./pool.ts";
import { HUGE_SIZES } from "./sizes.ts";

/** Fills the pools with what was asked for, the largest pages first. What cannot be had is told in the log. */
export function fillPools(k: Kernel, asked: readonly HugePages[]): void {
  for (const { order, told } of HUGE_SIZES.toReversed()) {
    const count = asked.find((one) => one.order === order)?.count ?? 0;
    if (count === 0) continue;
    const pool = poolOf(k, order);
    setPoolSize(k, pool, count);
    const got = poolSize(pool);
    const text = `HugeTLB: allocating ${count} of page size ${told} failed.  Only allocated ${got} hugepages.`;
    if (got < count) log(k, LOG_LEVEL.warning, text);
    log(k, LOG_LEVEL.information, `HugeTLB: registered ${told} page size, pre-allocated ${got} pages`);
  }
}
