/**
 * Scripts of system calls: readable text becomes what programs/calls.c interprets. The same program and script run on
 * Linux (tests/golden/fs holds what it printed there) and on Quire.
 *
 *   # TITLE                       a case: runs in a process and a directory of its own
 *   NAME ARG... [> v]             a call; its result goes to variable v
 *                                 ARG: numbers, NAMES|OF|FLAGS, "strings", $v, b0 to b7 (buffers), b1+8
 *   put b0 "text"                 store b0 4 VALUE (a number of 4 bytes)
 *   show KIND b0 [VALUE]          bytes, dents (VALUE: how many bytes), stat, times, statfs, word, int, short
 *   child, background, end, wait  a forked process; `child` is waited for
 *   quiet, loud                   results are not printed in between
 */
import { CONSTANTS, FLAGS, SYSCALLS } from "../../../kernel/abi.ts";

const NAMES = new Map<string, number>(
  [...Object.values(FLAGS), ...Object.values(CONSTANTS)].flatMap((group) => Object.entries(group)),
);

function value(text: string, where: string): string {
  const parts = text.split("|").map((part) => {
    const found = NAMES.get(part) ?? (/^-?(0x[0-9a-f]+|\d+)$/.test(part) ? number(part) : Number.NaN);
    if (Number.isNaN(found)) throw new Error(`${where}: '${part}' is no number and no name of the ABI`);
    return BigInt(found);
  });
  return `n${parts.reduce((all, part) => all | part)}`;
}

/** Decimal, hexadecimal, or octal as in C. */
function number(text: string): number {
  if (/^-?0\d+$/.test(text)) return Number.parseInt(text, 8);
  return text.startsWith("-") ? -Number(text.slice(1)) : Number(text);
}

function argument(text: string, where: string): string {
  if (text.startsWith('"')) return `s${text}`;
  return /^(\$[a-z]|b[0-7](\+\d+)?)$/.test(text) ? text : value(text, where);
}

const tokens = (line: string) => line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];

const WORDS: Readonly<Record<string, string>> = {
  child: "f",
  background: "F",
  end: "x",
  wait: "w",
  quiet: "q",
  loud: "v",
};

function command(line: string, where: string): string {
  const [name = "", ...rest] = tokens(line);
  if (name in WORDS) return WORDS[name];
  if (name === "put") return `s ${rest[0]} ${rest[1]}`;
  if (name === "store") return `p ${rest[0]} ${rest[1]} ${argument(rest[2], where)}`;
  if (name === "show") return `d ${rest[0]} ${rest[1]} ${rest[2] === undefined ? "" : argument(rest[2], where)}`;
  if (name === "sign") return `i ${argument(rest[0], where)}`;
  if (!(name in SYSCALLS)) throw new Error(`${where}: no call '${name}'`);
  const { nr } = SYSCALLS[name as keyof typeof SYSCALLS];
  const stored = rest.at(-2) === ">";
  const args = (stored ? rest.slice(0, -2) : rest).map((text) => argument(text, where));
  return `c ${nr} ${stored ? rest.at(-1) : "-"} ${args.join(" ")}`;
}

/** What calls.c is to read. @param file for messages */
export function translate(source: string, file: string): string {
  const out: string[] = [];
  let cases = 0;
  const finish = () => (cases > 0 ? ["x"] : []);
  for (const [i, raw] of source.split("\n").entries()) {
    const line = raw.trim();
    const where = `${file}:${i + 1}`;
    if (line === "" || line.startsWith("//")) continue;
    if (line.startsWith("#")) {
      const folder = `case-${file}-${cases}`;
      out.push(
        ...finish(),
        `t ${line}`,
        "f",
        "q",
        command('chdir "/tmp"', where),
        command(`mkdirat AT_FDCWD "${folder}" 0755`, where),
      );
      out.push(command(`chdir "${folder}"`, where), command("umask 022", where), "v");
      cases++;
    } else {
      if (!(line in WORDS)) out.push(`t ${line}`);
      out.push(command(line, where));
    }
  }
  return `${[...out, ...finish()].join("\n")}\n`;
}

/** What calls.c printed, by case: from its "# title" on. */
export function casesOf(output: string): Map<string, string> {
  return new Map(
    output
      .split(/^# /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf("\n")), part]),
  );
}
