/** Reference strings as textbooks print them: page numbers with spaces or commas between them. */
import { UsageError } from "../errors.ts";
import { codeOf, EVENT, type ReferenceString } from "./reference-string.ts";

/** A typed string, and what its pages are called. */
export interface TypedString {
  readonly string: ReferenceString;
  /** By page: its number as it was typed. */
  readonly labels: readonly string[];
}

/** Pages that a typed string may have: their numbers are looked up, not counted. */
const MOST_REFERENCES = 10_000_000;

/** @param what for the message: "--string", a file's name @throws UsageError at what is no whole number */
export function typedString(text: string, what: string): TypedString {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const wrong = words.find((word) => !/^\d{1,15}$/.test(word));
  if (wrong !== undefined)
    throw new UsageError(
      `${what}: '${wrong.slice(0, 40)}' is no page number: expected whole numbers, like "1 2 3 4 1 2 5"`,
    );
  if (words.length === 0) throw new UsageError(`${what}: there is no page number in it`);
  if (words.length > MOST_REFERENCES) throw new UsageError(`${what}: more than ${MOST_REFERENCES} references`);
  return fromPages(words.map(Number));
}

/** The string of these pages, read one after the other. */
export function fromPages(numbers: readonly number[]): TypedString {
  const pages = new Map<number, number>();
  const codes = Int32Array.from(numbers, (number) => {
    const page = pages.get(number) ?? pages.size;
    pages.set(number, page);
    return codeOf(EVENT.read, page);
  });
  const count = pages.size;
  return {
    labels: [...pages.keys()].map(String),
    string: {
      origin: { frames: count, seed: 1, hasSwap: true, resident: 0, replacement: "" },
      codes,
      pageOfName: Int32Array.from({ length: count }, (_, page) => page),
      spaceOfName: new Int32Array(count),
      placeOfName: Float64Array.from(pages.keys()),
      uses: null,
      kinds: Array.from({ length: count }, () => "anonymous" as const),
      moments: { now: new Float64Array(0), pid: new Int32Array(0), virtual: new Float64Array(0) },
    },
  };
}
