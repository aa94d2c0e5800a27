/**
 * Attribute: a file of /sys, one value each, and the usual kinds of them. sysfs(5), Linux's
 * Documentation/filesystems/sysfs.rst. A row is its path below /sys and an Attribute; tree.ts composes the rows.
 *
 * (1) A value that is refused has changed nothing.
 */
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { decimalNumber } from "../../sysctl-value.ts";
import type { ByteString } from "../types.ts";

export interface Attribute {
  /** Permission bits; they hold for the superuser, too. */
  readonly mode: number;
  /** Without the newline that ends it. Absent: it cannot be read. */
  read?(k: Kernel): ByteString;
  /**
   * Takes what one write(2) has, wherever the description stands, up to a NUL. Absent: it cannot be written.
   * @throws Errno EINVAL, ERANGE...
   */
  write?(k: Kernel, writer: Process, text: ByteString): void;
}

/** Rows by path without a slash in front. */
export type Attributes = Readonly<Record<string, Attribute>>;

const READ_WRITE = 0o644;
const READ_ONLY = 0o444;

/** What the kernel only tells. */
export function told(read: (k: Kernel) => string | number): Attribute {
  return { mode: READ_ONLY, read: (k) => String(read(k)) };
}

/** A decimal number, 0 to `most`, that is a property of some part of the state. EINVAL for all else. */
export function number<N extends string>(
  part: (k: Kernel) => Record<N, number>,
  name: N,
  most = 2 ** 32 - 1,
  changed: (k: Kernel) => void = () => {},
): Attribute {
  return {
    mode: READ_WRITE,
    read: (k) => String(part(k)[name]),
    write(k, _p, text) {
      part(k)[name] = decimalNumber(text, most, "EINVAL");
      changed(k);
    },
  };
}

/** One of several words; the one that holds is shown in brackets: "always [madvise] never". */
export function choice<W extends string>(
  words: readonly W[],
  now: (k: Kernel) => W,
  choose: (k: Kernel, word: W, writer: Process) => void,
): Attribute {
  return {
    mode: READ_WRITE,
    read: (k) => words.map((word) => (word === now(k) ? `[${word}]` : word)).join(" "),
    write(k, writer, text) {
      const word = words.find((one) => isWord(text, one));
      if (word === undefined) throw errno("EINVAL");
      choose(k, word, writer);
    },
  };
}

/** sysfs_streq: the text is the word, a newline behind it or not. */
export function isWord(text: ByteString, word: string): boolean {
  return text === word || text === `${word}\n`;
}
