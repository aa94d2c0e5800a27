/** Cases by the words that name them on the command line. */

import { SCHEMES, type TranslationScheme } from "../../cpu/satp.ts";
import { guestCase, sessionCase } from "./guest.ts";
import type { Case } from "./lockstep.ts";
import { randomCase } from "./random/case.ts";
import { sweepCase } from "./sweep.ts";

/** What a kind of case makes of the word behind its name, and of options. */
type Maker = (word: string, options: ReadonlyMap<string, string>) => Case;

const KINDS: Readonly<Record<string, Maker>> = {
  random: (seed, options) => randomCase(wholeNumber(seed), number(options, "instructions"), scheme(options)),
  sweep: (seed, options) => sweepCase(wholeNumber(seed), number(options, "phases"), scheme(options)),
  guest: (path, options) => guestCase(path, machine(options), number(options, "seed")),
  session: (seed, options) => sessionCase(machine(options), wholeNumber(seed)),
};

const machine = (options: ReadonlyMap<string, string>) => options.get("machine")?.split(" ") ?? [];

function scheme(options: ReadonlyMap<string, string>): TranslationScheme {
  const name = options.get("translation") ?? "paging";
  const found = SCHEMES.find((each) => each === name);
  if (found === undefined) throw new Error(`there is no translation ${name}; there are ${SCHEMES.join(", ")}`);
  return found;
}

function number(options: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = options.get(name);
  return text === undefined ? undefined : wholeNumber(text);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`'${text}' is no whole number`);
  return Number(text);
}

/** @throws Error there is no such kind of case, or a seed or option is no number */
function caseOf(kind: string, word: string, options: ReadonlyMap<string, string>): Case {
  const make = KINDS[kind];
  if (make === undefined)
    throw new Error(`no kind of case is called ${kind}; there are ${Object.keys(KINDS).join(", ")}`);
  return make(word, options);
}

/** The same from words as they stand in Case.words and on a command line: `kind word --name value...`. */
export function caseFrom(words: readonly string[]): { case: Case; options: ReadonlyMap<string, string> } {
  const [kind = "", word = "", ...rest] = words;
  const options = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 2) options.set(rest[i].replace(/^--/, ""), rest[i + 1]);
  return { case: caseOf(kind, word, options), options };
}
