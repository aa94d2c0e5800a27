/** Windows of working sets as users give them. */
import { parseCycles } from "../../kernel/options.ts";
import { PRECISION } from "./recorder.ts";

/** How far a working set looks back: in cycles of the process's time, or in references. */
export interface Window {
  readonly unit: "cycles" | "references";
  readonly length: number;
}

/** "2ms", "160us", plain cycles; "1000refs". */
export function windowOf(text: string): Window {
  const references = /^(\d[\d_]*)refs$/.exec(text);
  if (references !== null) {
    const length = Number(references[1]!.replaceAll("_", ""));
    if (Number.isSafeInteger(length) && length >= 1) return { unit: "references", length };
  }
  const length = parseCycles(text);
  if (!(length >= PRECISION && length <= 1e15 && Number.isInteger(length)))
    throw new Error("expected a time of 1us or more, like 2ms, 160us or plain cycles; or references, like 1000refs");
  return { unit: "cycles", length };
}
