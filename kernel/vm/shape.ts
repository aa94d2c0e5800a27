/**
 * The translation schemes by name, and what virtual memory must know of each before there is any state: how satp names it, how
 * its tables are shaped, where user space ends. What a scheme does is a row of kernel/schemes/schemes.ts.
 */
import { PAGING, type PagingMode, userLimit, type VirtualAddress } from "../../cpu/paging.ts";
import type { TranslationMode } from "../../cpu/satp.ts";

export const TRANSLATIONS = ["bare", "segments", "segmented-paging", "paging"] as const;

/** Names of the option `--translation`. */
export type TranslationName = (typeof TRANSLATIONS)[number];

export interface TranslationShape {
  /** What satp's MODE says. */
  readonly mode: TranslationMode;
  /** Levels of page tables; 0: memory is not made of pages. */
  readonly levels: number;
  /** First address behind user space. */
  readonly userLimit: VirtualAddress;
}

/** @param paging the option `--paging`: what full paging is */
export function shapeOf(_translation: TranslationName, paging: PagingMode): TranslationShape {
  return { mode: paging, levels: PAGING[paging].levels, userLimit: userLimit(paging) };
}
