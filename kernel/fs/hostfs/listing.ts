/**
 * Listing a directory of the host. It is read whole when somebody begins to read it, and stays like that for whoever goes
 * on: the names that were there keep their cookies, new ones come after them.
 */

import { SHARE_MESSAGE_BYTES } from "../../drivers/share.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import type { Listed } from "../file-system.ts";
import type { Inode } from "../types.ts";
import { openContent } from "./content.ts";
import { decodeEntries, type Entry } from "./protocol.ts";
import { call, clunk, hostFile } from "./session.ts";
import type { HostEntry } from "./types.ts";

/** Cookie of "..": from there, or before, a listing begins. */
const BEGINNING = 2;
/** getdents64 has the type that stat(2) has, shifted by this. */
const TYPE_SHIFT = 12;

/** Entries after `cookie`, at most `most`. @throws Errno EACCES, ESTALE, EIO */
export function list(k: Kernel, directory: Inode, cookie: number, most: number): Listed[] {
  const file = hostFile(k, directory);
  if (cookie <= BEGINNING) renew(k, directory);
  const first = file.listing.findIndex((entry) => entry.cookie > cookie);
  return first < 0 ? [] : file.listing.slice(first, first + most);
}

/** Takes the names from the host, which gives them in order. */
function renew(k: Kernel, directory: Inode): void {
  const file = hostFile(k, directory);
  const now = new Map(readNames(k, directory).map((entry) => [entry.name, entry]));
  const stay = file.listing.filter(({ name }) => now.has(name));
  const listing = stay.map(({ name, cookie }) => toListed(now.get(name)!, cookie));
  for (const { name } of stay) now.delete(name);
  for (const entry of now.values()) listing.push(toListed(entry, file.nextCookie++));
  file.listing = listing;
}

function toListed({ name, qid, type }: Entry, cookie: number): HostEntry {
  return { name, ino: qid.path, mode: type << TYPE_SHIFT, cookie };
}

function readNames(k: Kernel, directory: Inode): Entry[] {
  const names: Entry[] = [];
  const file = hostFile(k, directory);
  try {
    for (let offset = 0; ; offset = names[names.length - 1].offset) {
      const fid = () => openContent(k, directory, false);
      const { data } = call(k, "Treaddir", () => ({ fid: fid(), offset, count: SHARE_MESSAGE_BYTES }));
      if (data.length === 0) return names;
      const entries = decodeEntries(data);
      if (entries === null || entries.length === 0) throw errno("EIO");
      names.push(...entries);
    }
  } finally {
    clunk(k, file, file.content);
    file.content = 0;
  }
}
