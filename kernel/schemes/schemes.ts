/** SCHEMES: the translation schemes by name. Adding one is adding a row here, its shape (vm/shape.ts), and its half in cpu/. */
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { TranslationName } from "../vm/shape.ts";
import { BARE_SCHEME } from "./bare.ts";
import { PAGING_SCHEME } from "./paging.ts";
import type { Scheme } from "./scheme.ts";
import { SEGMENTED_PAGING_SCHEME } from "./segmented-paging.ts";
import { SEGMENTS_SCHEME } from "./segments.ts";

export const SCHEMES: Readonly<Record<TranslationName, Scheme<Kernel, Process>>> = {
  bare: BARE_SCHEME,
  segments: SEGMENTS_SCHEME,
  "segmented-paging": SEGMENTED_PAGING_SCHEME,
  paging: PAGING_SCHEME,
};
