/**
 * The translation schemes by name, and what virtual memory must know of each before there is any state: how satp names it, how
 * its tables are shaped, where user space ends. What a scheme does is a row of kernel/schemes/schemes.ts.
 */
import { PAGING, type PagingMode, userLimit, type VirtualAddress } from "../../cpu/paging.ts";
import type { TranslationMode } from "../../cpu/satp.ts";
import { SEGMENTS_LIMIT } from "../../cpu/segments.ts";

/** Names of the option `--translation`. */
export type TranslationName = "bare" | "segments" | "segmented-paging" | "paging";

export interface TranslationShape {
  /** What satp's MODE says. */
  readonly mode: TranslationMode;
  /** Levels of tables, a table of segment descriptors among them; 0: memory is not made of pages. */
  readonly levels: number;
  /** The level whose table holds segment descriptors; -1: none. */
  readonly descriptorLevel: number;
  /** First address behind user space. */
  readonly userLimit: VirtualAddress;
}

/** @param paging the option `--paging`: what full paging is */
export function shapeOf(translation: TranslationName, paging: PagingMode): TranslationShape {
  switch (translation) {
    case "segmented-paging":
      return { mode: translation, levels: 3, descriptorLevel: 2, userLimit: SEGMENTS_LIMIT };
    default:
      return { mode: paging, levels: PAGING[paging].levels, descriptorLevel: -1, userLimit: userLimit(paging) };
  }
}
