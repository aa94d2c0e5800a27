/**
 * /sys/kernel/mm/transparent_hugepage. Linux's Documentation/admin-guide/mm/transhuge.rst. A file is a row: its path below /sys
 * and an Attribute (attribute.ts).
 *
 * Shared memory has no transparent huge pages here: of the words of shmem_enabled only those that say so are taken.
 */
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { HUGE_BYTES, HUGE_PAGES } from "../../vm/huge-page.ts";
import { DEFRAG_MODES, HUGE_MODES } from "../../vm/huge-policy.ts";
import { noteCandidate, reschedule } from "../../vm/huge-scan-state.ts";
import { type Attribute, type Attributes, choice, number, told } from "./attribute.ts";

const DIRECTORY = "kernel/mm/transparent_hugepage";
const SHMEM_WORDS = ["always", "within_size", "advise", "never", "deny", "force"] as const;

const huge = (k: Kernel) => k.vm.huge;
const scan = (k: Kernel) => k.vm.huge.scan;

/** The same with a least value: EINVAL below it. */
function atLeast(least: number, file: Attribute): Attribute {
  return {
    ...file,
    write(k, writer, text) {
      if (Number(text) < least) throw errno("EINVAL");
      file.write?.(k, writer, text);
    },
  };
}

const rows: Attributes = {
  enabled: choice(
    HUGE_MODES,
    (k) => huge(k).mode,
    (k, word) => {
      huge(k).mode = word;
      if (word !== "never") for (const s of k.vm.spaces.values()) noteCandidate(k, s);
    },
  ),
  defrag: choice(
    DEFRAG_MODES,
    (k) => huge(k).defrag,
    (k, word) => {
      huge(k).defrag = word;
    },
  ),
  use_zero_page: number(huge, "useZeroPage", 1),
  shmem_enabled: choice(
    SHMEM_WORDS,
    () => "never",
    (_k, word) => {
      if (word !== "never" && word !== "deny") throw errno("EINVAL");
    },
  ),
  hpage_pmd_size: told(() => HUGE_BYTES),
  "khugepaged/defrag": number(scan, "defrag", 1),
  "khugepaged/pages_to_scan": atLeast(1, number(scan, "pagesToScan")),
  "khugepaged/scan_sleep_millisecs": number(scan, "sleepMilliseconds", 2 ** 32 - 1, reschedule),
  "khugepaged/alloc_sleep_millisecs": number(scan, "allocSleepMilliseconds", 2 ** 32 - 1, reschedule),
  "khugepaged/max_ptes_none": number(scan, "maxPtesNone", HUGE_PAGES - 1),
  "khugepaged/max_ptes_swap": number(scan, "maxPtesSwap", HUGE_PAGES - 1),
  "khugepaged/max_ptes_shared": number(scan, "maxPtesShared", HUGE_PAGES - 1),
  "khugepaged/pages_collapsed": told((k) => scan(k).pagesCollapsed),
  "khugepaged/full_scans": told((k) => scan(k).fullScans),
};

export const TRANSPARENT_HUGE_ROWS: Attributes = Object.fromEntries(
  Object.entries(rows).map(([path, file]) => [`${DIRECTORY}/${path}`, file]),
);
