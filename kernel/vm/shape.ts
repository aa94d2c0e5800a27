/**
 * The translation schemes by name, and what virtual memory must know of each before there is any state: how satp names it, how
 * its tables are shaped, where user space ends. What a scheme does is a row of kernel/schemes/schemes.ts.
 */

import { PAGING, type PagingMode, userLimit, type VirtualAddress } from "../../cpu/paging.ts";
import type { Ram } from "../../cpu/ram.ts";
import type { TranslationMode } from "../../cpu/satp.ts";
import { SEGMENTS_LIMIT } from "../../cpu/segments.ts";
import { errno } from "../errno.ts";

/** Names of the option `--translation`. */
export type TranslationName = "bare" | "segments" | "segmented-paging" | "paging";

export interface TranslationShape {
  /** What satp's MODE says. */
  readonly mode: TranslationMode;
  /** Levels of tables, a table of segment descriptors among them; 0: memory is not made of pages. */
  readonly levels: number;
  /** The level whose table holds segment descriptors, of those that `levels` counts; -1: none. */
  readonly descriptorLevel: number;
  /** First address behind user space. */
  readonly userLimit: VirtualAddress;
}

/** @param paging the option `--paging`: what full paging is */
export function shapeOf(translation: TranslationName, paging: PagingMode, ram: Ram): TranslationShape {
  switch (translation) {
    case "bare":
      return { mode: translation, levels: 0, descriptorLevel: -1, userLimit: ram.base + ram.size };
    case "segments":
      return { mode: translation, levels: 0, descriptorLevel: -1, userLimit: SEGMENTS_LIMIT };
    case "segmented-paging":
      return { mode: translation, levels: 3, descriptorLevel: 2, userLimit: SEGMENTS_LIMIT };
    default:
      return { mode: paging, levels: PAGING[paging].levels, descriptorLevel: -1, userLimit: userLimit(paging) };
  }
}

/** Whether memory is made of pages; else it is given out in pieces of any size. */
export function hasPages(translation: TranslationName): boolean {
  return translation === "paging" || translation === "segmented-paging";
}

/** @throws Errno ENOSYS memory is not made of pages */
export function needPages({ vm }: { readonly vm: { readonly levels: number } }): void {
  if (vm.levels === 0) throw errno("ENOSYS");
}
