/**
 * /sys/kernel/mm/transparent_hugepage. Linux's Documentation/admin-guide/mm/transhuge.rst. A file is a row: its path below /sys
 * and an Attribute (attribute.ts).
 */
import type { Attributes } from "./attribute.ts";

export const TRANSPARENT_HUGE_ROWS: Attributes = {};
