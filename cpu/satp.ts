/**
 * satp: which translation scheme a hart uses, and where its table lies. Owns the encoding of MODE (Volume II, 4.1.11, table 4.4):
 * 14 and 15 are for custom use, the others that no scheme has are taken for bare.
 */

import { PAGING, type PagingMode } from "./paging.ts";
import { SEGMENT_MODES, type SegmentMode } from "./segments.ts";

export type TranslationMode = "bare" | SegmentMode | PagingMode;

/** The four schemes; paging has two depths. */
export const SCHEMES = ["bare", "segments", "segmented-paging", "paging"] as const;
export type TranslationScheme = (typeof SCHEMES)[number];

/** satp.MODE, bits 63:60, of each. */
export const SATP_MODES: Readonly<Record<TranslationMode, number>> = {
  bare: 0,
  ...SEGMENT_MODES,
  sv39: PAGING.sv39.satpMode,
  sv48: PAGING.sv48.satpMode,
};

const BY_NUMBER: readonly TranslationMode[] = Array.from({ length: 16 }, (_, number) => {
  const found = Object.entries(SATP_MODES).find(([, each]) => each === number);
  return (found?.[0] ?? "bare") as TranslationMode;
});

/** The mode that satp's MODE field says. @param number 0 to 15 */
export function satpMode(number: number): TranslationMode {
  return BY_NUMBER[number];
}

/** The scheme that a mode belongs to. */
export function schemeOf(mode: TranslationMode): TranslationScheme {
  return mode === "sv39" || mode === "sv48" ? "paging" : mode;
}
