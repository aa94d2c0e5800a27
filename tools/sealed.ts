/**
 * What V8 has made of a file of the build, kept beside it: bytecode of a bundle, machine code of tier 0. V8 executes such things as they are, and looks
 * at little of them; so a digest stands in front, over them, the file, and whom they were made for. Whatever is cut off, exchanged, or of another
 * build or Node is not taken.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";

/** This executable, as nearly as can be said at once. */
const MADE_FOR = `${process.versions.v8} ${process.arch} ${statSync(process.execPath, { throwIfNoEntry: false })?.size}`;

const DIGEST_BYTES = 32;

const digest = (made: Uint8Array, source: Uint8Array): Buffer =>
  createHash("sha256").update(`${MADE_FOR} ${source.length} `).update(source).update(made).digest();

/** What was `made` of `source`, to be kept. */
export const seal = (made: Uint8Array, source: Uint8Array): Uint8Array => Buffer.concat([digest(made, source), made]);

/** What was made of `source` by this executable, as it was; else null. */
export function unseal(kept: Uint8Array, source: Uint8Array): Uint8Array | null {
  const made = kept.subarray(DIGEST_BYTES);
  return digest(made, source).equals(kept.subarray(0, DIGEST_BYTES)) ? made : null;
}
