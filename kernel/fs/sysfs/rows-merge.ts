/**
 * /sys/kernel/mm/ksm: same-page merging. Linux's Documentation/admin-guide/mm/ksm.rst. A file is a row: its path below /sys and
 * an Attribute (attribute.ts).
 */
import type { Attributes } from "./attribute.ts";

export const MERGE_ROWS: Attributes = {};
