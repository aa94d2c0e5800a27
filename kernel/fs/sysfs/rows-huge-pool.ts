/**
 * /sys/kernel/mm/hugepages: the pool of huge pages. Linux's Documentation/admin-guide/mm/hugetlbpage.rst. A file is a row: its
 * path below /sys and an Attribute (attribute.ts).
 */
import type { Attributes } from "./attribute.ts";

export const HUGE_POOL_ROWS: Attributes = {};
