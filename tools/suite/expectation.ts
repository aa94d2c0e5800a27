/**
 * What a guest program expects of itself, written in comments of its own source:
 *
 *   #: exit 3                 the exit status (default 0)
 *   #: signal SIGSEGV         death by this signal instead
 *   #: stdout TEXT            one line of standard output, exactly; the lines follow each other in order
 *   #: stdout~ PATTERN        one line, in which `*` stands for any text
 *   #: stdout...              any number of lines, none too
 *   #: stderr TEXT            likewise for standard error (stderr~, stderr...)
 *   #: stdin TEXT             one line of standard input
 *   #: args A "B C"           arguments, split as a shell does
 *   #: machine --ram 16M      options of `quire run`
 *   #: limit 1000000          instructions, after which the program has failed (default 100,000,000)
 *   #: fail REASON            known to fail; passing is then the surprise that is reported
 *   #: skip REASON            not run
 *   #: only REASON            means something in Quire only: not compared with Linux
 *   #: pie                    linked as a position-independent program
 *   #: at 0x80400000          linked to begin at that address, a multiple of 4096
 *   #: with FILE...           further sources or objects linked in, beside this file
 *   #: under bare segments: fail it forks      any of these under some translation schemes (--translation) only, instead of the
 *                                              lines of its key that are for all
 *
 * Without any `stdout` line the output is not looked at, and likewise for stderr.
 * (1) Every key is a row of KEYS; an unknown key is an error of the suite, never ignored.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { SIGNALS } from "../../kernel/abi.ts";
import { OPTIONS } from "../../kernel/options.ts";
import type { TranslationName } from "../../kernel/vm/shape.ts";

/** One expected line, or any number of lines. */
export type LineMatch = { readonly kind: "exact" | "pattern"; readonly text: string } | { readonly kind: "any" };

export interface Expectation {
  exit: number;
  signal: string | null;
  stdout: LineMatch[] | null;
  stderr: LineMatch[] | null;
  stdin: string;
  args: string[];
  machine: string[];
  limit: number;
  fail: string | null;
  skip: string | null;
  only: string | null;
  pie: boolean;
  /** Address to which it is linked; null: the linker's, or none in particular (compile.ts, layoutFor). */
  at: number | null;
  with: string[];
}

/** An expectation comment that makes no sense: `message` gives the line number and what would. */
export class ExpectationError extends Error {
  override readonly name = "ExpectationError";
}

const DEFAULT_LIMIT = 100_000_000;

export function defaultExpectation(): Expectation {
  return {
    exit: 0,
    signal: null,
    stdout: null,
    stderr: null,
    stdin: "",
    args: [],
    machine: [],
    limit: DEFAULT_LIMIT,
    fail: null,
    skip: null,
    only: null,
    pie: false,
    at: null,
    with: [],
  };
}

type Setter = (value: string, now: Expectation) => Partial<Expectation>;

const KEYS: Readonly<Record<string, Setter>> = {
  exit: (v) => ({ exit: wholeNumber(v, 255) }),
  signal: (v) => ({ signal: signalName(v) }),
  stdout: (v, { stdout }) => ({ stdout: [...(stdout ?? []), { kind: "exact", text: v }] }),
  "stdout~": (v, { stdout }) => ({ stdout: [...(stdout ?? []), { kind: "pattern", text: v }] }),
  "stdout...": (_, { stdout }) => ({ stdout: [...(stdout ?? []), { kind: "any" }] }),
  stderr: (v, { stderr }) => ({ stderr: [...(stderr ?? []), { kind: "exact", text: v }] }),
  "stderr~": (v, { stderr }) => ({ stderr: [...(stderr ?? []), { kind: "pattern", text: v }] }),
  "stderr...": (_, { stderr }) => ({ stderr: [...(stderr ?? []), { kind: "any" }] }),
  stdin: (v, { stdin }) => ({ stdin: `${stdin}${v}\n` }),
  args: (v, { args }) => ({ args: [...args, ...words(v)] }),
  machine: (v, { machine }) => ({ machine: [...machine, ...words(v)] }),
  limit: (v) => ({ limit: wholeNumber(v.replaceAll(/[_,]/g, ""), Number.MAX_SAFE_INTEGER) }),
  fail: (v) => ({ fail: v || "no reason given" }),
  skip: (v) => ({ skip: v || "no reason given" }),
  only: (v) => ({ only: v || "no reason given" }),
  pie: () => ({ pie: true }),
  at: (v) => ({ at: pageAddress(v) }),
  with: (v, now) => ({ with: [...now.with, ...words(v)] }),
};

/** An expectation comment: `#:` at the start of a line, a key, a blank, the value. */
export const EXPECTATION_LINE = /^#:[ \t]?([a-z]+[~.]*)(?:[ \t](.*))?$/;

/**
 * Reads the expectations of a source, as they are under a translation scheme: what that has of its own counts instead of what is
 * for all. Throws ExpectationError.
 */
export function parseExpectation(source: string, scheme: TranslationName = "paging"): Expectation {
  const forAll = defaultExpectation();
  const own = defaultExpectation();
  const ownFields = new Set<string>();
  source.split("\n").forEach((line, index) => {
    if (!line.startsWith("#:")) return;
    try {
      const { schemes, key, value } = readLine(line);
      if (schemes === null) Object.assign(forAll, KEYS[key]!(value, forAll));
      // A mistake is told under every scheme.
      const set = schemes === null ? {} : KEYS[key]!(value, own);
      if (schemes?.includes(scheme) !== true) return;
      Object.assign(own, set);
      for (const field of Object.keys(set)) ownFields.add(field);
    } catch (error) {
      throw new ExpectationError(`line ${index + 1}: ${line}: ${(error as Error).message}`);
    }
  });
  return { ...forAll, ...Object.fromEntries(Object.entries(own).filter(([field]) => ownFields.has(field))) };
}

interface Line {
  /** For which it is said; null: for all. */
  readonly schemes: readonly TranslationName[] | null;
  readonly key: string;
  readonly value: string;
}

/** An expectation comment in its parts. Throws an Error that says what was expected. */
export function readLine(line: string): Line {
  const match = EXPECTATION_LINE.exec(line.replace(/\r$/, ""));
  const under = match?.[1] === "under" ? UNDER.exec(match[2] ?? "") : null;
  const [key = "", value = ""] = under === null ? [match?.[1], match?.[2]] : [under[2], under[3]];
  const known = [...Object.keys(KEYS), "under SCHEME...: KEY"].join(", ");
  if (!Object.hasOwn(KEYS, key)) throw new Error(`it is no expectation; known are ${known}`);
  return { schemes: under === null ? null : under[1]!.trim().split(/ +/).map(OPTIONS.translation.parse), key, value };
}

/** "bare segments: fail it forks": schemes, key, value. */
const UNDER = /^([a-z -]+):[ \t]?([a-z]+[~.]*)(?:[ \t](.*))?$/;

function wholeNumber(text: string, max: number): number {
  if (!/^\d+$/.test(text) || Number(text) > max) throw new Error(`expected a whole number from 0 to ${max}`);
  return Number(text);
}

function pageAddress(text: string): number {
  const address = /^0x[0-9a-f]+$/i.test(text) ? Number(text) : Number.NaN;
  if (!(address % PAGE_SIZE === 0 && Number.isSafeInteger(address)))
    throw new Error("expected an address that is a multiple of 4096, like 0x80400000");
  return address;
}

function signalName(text: string): string {
  if (!Object.hasOwn(SIGNALS, text)) throw new Error(`expected a signal's name, such as SIGSEGV`);
  return text;
}

/** Splits as a shell does: blanks separate, single and double quotes group, a backslash escapes. */
export function words(text: string): string[] {
  const found = text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g);
  return [...found].map(([word]) =>
    word.replaceAll(
      /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_, escaped, double, single) => escaped ?? single ?? String(double).replaceAll(/\\(.)/g, "$1"),
    ),
  );
}
