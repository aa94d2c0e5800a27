/**
 * How the values of /proc/sys and /sys are written and read: the syntax of Linux's proc_dointvec and its like.
 *
 * Source: Linux 6.1 kernel/sysctl.c, lib/kstrtox.c.
 */
import { errno } from "./errno.ts";

/** TMPBUFLEN: characters that a number may have. */
const MOST_DIGITS = 21;

/** A number, and how many characters of the text it took, those of the white space around it included. */
export interface Taken {
  readonly value: number;
  readonly length: number;
}

/** Decimal, hexadecimal with 0x, octal with 0. NaN when it is none of them. */
function numeral(text: string): number {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
}

/**
 * The number that the text begins with. A space, a newline or the end follows it; what is behind that is not looked at.
 * @throws Errno EINVAL there is none, or it is out of the range
 */
export function takeNumber(text: string, least: number, most: number): Taken {
  const match = /^[ \t\n]*(-?)([^ \t\n\0]+)([ \t\n]*)/.exec(text);
  if (match === null) throw errno("EINVAL");
  const [all, minus, digits] = match;
  const size = numeral(digits);
  const value = minus === "" ? size : -size;
  if (Number.isNaN(value) || digits.length > MOST_DIGITS || value < least || value > most) throw errno("EINVAL");
  return { value: value === 0 ? 0 : value, length: all.length };
}

/** kstrtoint of what is written to a file of /proc/PID: nothing but one number, white space around it. @throws EINVAL */
export function onlyNumber(text: string, least: number, most: number): number {
  const trimmed = text.trim();
  const sign = /^[+-]/.test(trimmed) ? 1 : 0;
  const size = numeral(trimmed.slice(sign));
  const value = trimmed[0] === "-" ? -size : size;
  if (Number.isNaN(value) || value < least || value > most) throw errno("EINVAL");
  return value === 0 ? 0 : value;
}

/**
 * kstrtoul of what is written to a file of /sys: one decimal number, a newline behind it or not, nothing else.
 * @param most at most 2^53
 * @param tooLarge what is thrown for a number beyond `most`
 * @throws Errno EINVAL it is none
 */
export function decimalNumber(text: string, most: number, tooLarge: "EINVAL" | "ERANGE" = "ERANGE"): number {
  const match = /^\+?(\d+)\n?$/.exec(text);
  if (match === null) throw errno("EINVAL");
  const value = Number(match[1]);
  if (value > most) throw errno(tooLarge);
  return value;
}

/** Up to the first newline or NUL, at most `most` characters. */
export function takeLine(text: string, most: number): string {
  return /^[^\n\0]*/.exec(text)![0].slice(0, most);
}
