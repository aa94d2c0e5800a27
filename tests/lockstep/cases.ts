/** Cases by the words that name them on the command line. */

import { randomCase } from "./random/case.ts";
import type { Case } from "./lockstep.ts";

/** What a kind of case makes of the word behind its name, and of options. */
type Maker = (word: string, options: ReadonlyMap<string, string>) => Case;

export const KINDS: Readonly<Record<string, Maker>> = {
  random: (seed, options) => randomCase(Number(seed), number(options, "instructions")),
};

export function number(options: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = options.get(name);
  return text === undefined ? undefined : Number(text);
}

/** @throws Error there is no such kind of case */
export function caseOf(kind: string, word: string, options: ReadonlyMap<string, string>): Case {
  const make = KINDS[kind];
  if (make === undefined)
    throw new Error(`no kind of case is called ${kind}; there are ${Object.keys(KINDS).join(", ")}`);
  return make(word, options);
}
