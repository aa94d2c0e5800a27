/** What numbers, characters and strings stand for (GNU as manual, "Constants"). */
import { Fault } from "./fault.ts";

/** Digits of a number; more would only cost time. 128 bits have 128 binary digits. */
const MAX_DIGITS = 256;

/** An integer: 0x and 0b prefixes, octal behind a leading zero, else decimal. Any size: the use checks it. */
export function parseInteger(text: string, at: number): bigint {
  if (text.length > MAX_DIGITS) throw new Fault(at, `a number of ${text.length} digits`, "at most 128 bits have a use");
  if (!/^0[0-9]/.test(text)) return BigInt(text);
  if (/[89]/.test(text)) {
    throw new Fault(at, `\`${text}\` has the digit ${/[89]/.exec(text)![0]}, but a leading 0 makes it octal`);
  }
  return BigInt(`0o${text.slice(1)}`);
}

// biome-ignore format: a table is read in columns
const ESCAPES: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, "\\": 92, '"': 34, "'": 39 };

/** The bytes of a string with its quotes. An escape that means nothing is the character itself, as in GNU as. */
export function parseString(text: string): string {
  const body = text.slice(1, -1);
  if (!body.includes("\\")) return body;
  return body.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]+)|([\s\S]))/g,
    (_, octal?: string, hex?: string, other?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex.slice(-2), 16));
      const code = ESCAPES[other!];
      return code === undefined ? other! : String.fromCharCode(code);
    },
  );
}

/** The code of a character constant: 'A', 'A (GNU as wants no closing quote) or '\n'. */
export function parseCharacter(text: string, at: number): bigint {
  if (text[1] !== "\\") return BigInt(text.charCodeAt(1));
  const letter = text[2]!;
  const code = ESCAPES[letter];
  if (code !== undefined) return BigInt(code);
  // GNU as reads '\0' as the digit: silence would give other bytes than the author means in one of the two.
  throw new Fault(
    at,
    `\`${text}\` is no character constant`,
    `write the number, or '${letter}' for the character itself`,
  );
}

/** A floating-point constant; `0f1.5` and its like are 1.5. */
export function parseFloat64(text: string): number {
  return Number(/^0[fFdDrR]/.test(text) ? text.slice(2) : text);
}
