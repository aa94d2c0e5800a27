/** satp as the emitted code has it: which scheme, and what that one needs, in the context (layout.ts). */

import { PAGE_SHIFT, PAGING } from "../paging.ts";
import { satpMode, type TranslationMode } from "../satp.ts";
import { SEGMENTS_LIMIT } from "../segments.ts";
import { CONTEXT, SCHEME } from "./layout.ts";

const TWO_32 = 2 ** 32;
/** Indexes into an Int32Array over the context. */
const [SCHEME_AT, ASID, ROOT, LIMIT, SPAN] = (["scheme", "asid", "root", "limit", "span"] as const).map(
  (field) => CONTEXT[field] >> 2,
);

interface Fields {
  readonly scheme: number;
  /** High halves of context.limit and context.span; the low ones are 0. */
  readonly limit: number;
  readonly span: number;
}

function fieldsOf(mode: TranslationMode): Fields {
  const scheme = SCHEME[mode];
  if (mode === "bare") return { scheme, limit: 0, span: 0 };
  if (mode !== "sv39" && mode !== "sv48") return { scheme, limit: 0, span: SEGMENTS_LIMIT / TWO_32 };
  const span = 2 ** PAGING[mode].bits / TWO_32;
  return { scheme, limit: span / 2, span };
}

const MODES = Array.from({ length: 16 }, (_, number) => fieldsOf(satpMode(number)));

/** @param low, high halves of satp */
export function writeSatp(context: Int32Array, low: number, high: number): void {
  const { scheme, limit, span } = MODES[high >>> 28];
  context[SCHEME_AT] = scheme;
  context[ASID] = (high >>> 12) & 0xffff;
  // PPN * PAGE_SIZE.
  context[ROOT] = low << PAGE_SHIFT;
  context[ROOT + 1] = ((high & 0xfff) << PAGE_SHIFT) | (low >>> (32 - PAGE_SHIFT));
  context[LIMIT] = 0;
  context[LIMIT + 1] = limit;
  context[SPAN] = 0;
  context[SPAN + 1] = span;
}
