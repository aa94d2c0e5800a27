/** Files of the host for the guest: `--put HOST:GUEST`. */
import { posix } from "node:path";
import { UsageError } from "./errors.ts";
import { readHostFile } from "./files.ts";

/** A file to be put into the guest. `path` is absolute. */
export interface GuestFile {
  readonly path: string;
  readonly data: Uint8Array;
  readonly mode: number;
}

/** Reads "HOST:GUEST". A guest path that ends in "/" is a folder: the file keeps its name. Throws UsageError. */
export function parsePut(text: string): GuestFile {
  const [host, guest] = splitPair("--put", "HOST:GUEST", text);
  const path = guest.endsWith("/") ? posix.join(guest, posix.basename(host)) : guest;
  return { path: posix.resolve("/", path), data: readHostFile(host), mode: 0o100755 };
}

/** Splits "A:B" at its last colon, so that A may hold one. */
export function splitPair(option: string, form: string, text: string): [string, string] {
  const at = text.lastIndexOf(":");
  if (at <= 0 || at === text.length - 1) throw new UsageError(`${option}: '${text}' is not of the form ${form}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
