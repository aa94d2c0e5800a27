/**
 * /sys/kernel/mm/ksm: same-page merging. Linux's Documentation/admin-guide/mm/ksm.rst. A file is a row: its path below /sys and
 * an Attribute (attribute.ts).
 */
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { decimalNumber } from "../../sysctl-value.ts";
import { dropIdleNodes, setRun } from "../../vm/merge-break.ts";
import { sleepChanged } from "../../vm/merge-daemon.ts";
import { RUN } from "../../vm/merge-spaces.ts";
import type { MergeSettings } from "../../vm/merge-types.ts";
import { type Attribute, type Attributes, number, told } from "./attribute.ts";

const FOLDER = "kernel/mm/ksm";
const INT_MOST = 2 ** 31 - 1;
/** A frame is merged for two pages at least. */
const LEAST_SHARING = 2;

const settings = (k: Kernel) => k.vm.merge.settings;
const count = (name: keyof Kernel["vm"]["merge"]["counts"]) => told((k) => k.vm.merge.counts[name]);

/** Items that are in no tree: their pages change too often. */
const volatile = told((k) => {
  const { items, shared, sharing, unshared } = k.vm.merge.counts;
  return items - shared - sharing - unshared;
});

const run: Attribute = {
  ...number(settings, "run"),
  write: (k, writer, text) => setRun(k, writer, decimalNumber(text, RUN.unmerge, "EINVAL")),
};

/** Changes only while nothing is merged. @throws Errno EBUSY */
function whileUnmerged(k: Kernel, name: keyof MergeSettings, value: number): void {
  if (settings(k)[name] === value) return;
  if (k.vm.merge.counts.shared > 0 || !dropIdleNodes(k)) throw errno("EBUSY");
  settings(k)[name] = value;
}

const maxPageSharing: Attribute = {
  ...number(settings, "maxPageSharing"),
  write(k, _writer, text) {
    const value = decimalNumber(text, INT_MOST, "ERANGE");
    if (value < LEAST_SHARING) throw errno("EINVAL");
    whileUnmerged(k, "maxPageSharing", value);
  },
};

const mergeAcrossNodes: Attribute = {
  ...number(settings, "mergeAcrossNodes"),
  write: (k, _writer, text) => whileUnmerged(k, "mergeAcrossNodes", decimalNumber(text, 1, "EINVAL")),
};

const YES = /^([yYtT1]|[oO][nN])/;
const NO = /^([nNfF0]|[oO][fF])/;

/** As Linux's kstrtobool. */
const useZeroPages: Attribute = {
  ...number(settings, "useZeroPages"),
  write(k, _writer, text) {
    if (!YES.test(text) && !NO.test(text)) throw errno("EINVAL");
    settings(k).useZeroPages = YES.test(text) ? 1 : 0;
  },
};

export const MERGE_ROWS: Attributes = {
  [`${FOLDER}/full_scans`]: told((k) => k.vm.merge.fullScans),
  [`${FOLDER}/max_page_sharing`]: maxPageSharing,
  [`${FOLDER}/merge_across_nodes`]: mergeAcrossNodes,
  [`${FOLDER}/pages_shared`]: count("shared"),
  [`${FOLDER}/pages_sharing`]: count("sharing"),
  [`${FOLDER}/pages_to_scan`]: number(settings, "pagesToScan"),
  [`${FOLDER}/pages_unshared`]: count("unshared"),
  [`${FOLDER}/pages_volatile`]: volatile,
  [`${FOLDER}/run`]: run,
  [`${FOLDER}/sleep_millisecs`]: number(settings, "sleepMillisecs", undefined, sleepChanged),
  [`${FOLDER}/stable_node_chains`]: count("chains"),
  [`${FOLDER}/stable_node_chains_prune_millisecs`]: number(settings, "pruneMillisecs"),
  [`${FOLDER}/stable_node_dups`]: count("duplicates"),
  [`${FOLDER}/use_zero_pages`]: useZeroPages,
};
