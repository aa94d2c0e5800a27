/**
 * The root disk of one run: the image that the build packed, and behind it a second archive with the user's own files.
 * The kernel unpacks archives in order, as Linux does with concatenated initramfs archives.
 */
import { posix } from "node:path";
import { type CpioEntry, packCpio } from "../kernel/fs/cpio.ts";
import { OPTIONS } from "../kernel/options.ts";
import { UsageError } from "./errors.ts";
import { BUILT, readBuilt, readHostFile } from "./files.ts";

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

/** When every file of an image was made: the moment at which the guest's clock starts unless told otherwise. */
export const IMAGE_TIME = Number(OPTIONS.epoch.default);

const SECTOR = 512;

/** The root image with `files` added; whole sectors. */
export function rootDisk(files: readonly GuestFile[]): Uint8Array {
  const base = readBuilt(BUILT.rootImage);
  if (files.length === 0) return padded([base]);
  const own = files.map((file): CpioEntry => ({ ...file, path: file.path.slice(1) }));
  const entries = [...parents(files), ...own].map((entry) => ({ ...entry, mtime: IMAGE_TIME }));
  return padded([base, packCpio(entries)]);
}

/** The folders that the files lie in, outermost first; those that exist already stay as they are. */
function parents(files: readonly GuestFile[]): CpioEntry[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const steps = posix.dirname(path).split("/").filter(Boolean);
    steps.forEach((_, i) => void folders.add(steps.slice(0, i + 1).join("/")));
  }
  return [...folders].map((path) => ({ path, mode: path === "tmp" ? 0o041777 : 0o040755 }));
}

function padded(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const disk = new Uint8Array(Math.ceil(length / SECTOR) * SECTOR);
  let at = 0;
  for (const part of parts) {
    disk.set(part, at);
    at += part.length;
  }
  return disk;
}
