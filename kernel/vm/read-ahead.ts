/**
 * Reading ahead: what a reader will want next is on its way before it asks. A reader is an open file (read, pread,
 * sendfile) or the mappings of a file together; what is known of it is a ReadAhead.
 *
 *   miss in sequence ──► window of a few pages ──use of its marker──► the next one, twice as large ... MOST ──► ...
 *   miss elsewhere   ──► what the call itself wants, all of it at once; more only behind a run of cached pages
 *
 *   window   [ . . . . M . . . ]    M, the marker, lies so far before the window's end that the next window has come when
 *             start              the reader arrives there
 *
 * The sizes are those of Linux 6.1 (mm/readahead.c).
 *
 * (1) A hint: it starts transfers only while memory is free, waits for nothing and fails no call. A page that could not be
 *     read tells whoever asks for it.
 * (2) Holes stay holes, and nothing is read beyond the file's end.
 * (3) Where the place of a page cannot be known without waiting it stops, and begins again when the reader has waited.
 */
import type { ReadAhead } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import { OWNER } from "./frames.ts";
import { startFilePages } from "./page-ahead.ts";
import { ownerOfPages } from "./page-cache.ts";
import type { PageObject, Vma } from "./types.ts";
import { VMA } from "./vma.ts";

/** Pages: 128 KiB, Linux's read_ahead_kb; twice as many under POSIX_FADV_SEQUENTIAL. */
const MOST = 32;
/** A call that wants more than MOST gets up to so many at once: 1 MiB. */
const MOST_WANTED = 256;

interface Window {
  readonly start: number;
  readonly size: number;
  /** Pages from the marker to the end. */
  readonly rest: number;
}

/** The reader is about to use page `index`, and wants `wanted` pages from there on. */
export function readAhead(k: Kernel, object: PageObject, reader: ReadAhead, index: number, wanted: number): void {
  const isHere = object.pages.has(index) || object.swapped.has(index);
  if ((isHere && index !== reader.marker) || ownerOfPages(object) !== OWNER.file) return;
  if (reader.advice === "random") {
    if (!isHere) startFilePages(k, object, index, index + Math.min(wanted, MOST_WANTED));
    return;
  }
  const usual = reader.advice === "sequential" ? 2 * MOST : MOST;
  const most = Math.max(usual, Math.min(wanted, MOST_WANTED));
  const window = nextWindow(object, reader, index, wanted, most);
  if (window === null) startFilePages(k, object, index, index + wanted);
  else if (startFilePages(k, object, window.start, window.start + window.size)) {
    reader.start = window.start;
    reader.size = window.size;
    reader.marker = window.start + window.size - window.rest;
  }
}

/** The reader has used the page. */
export function noteRead(reader: ReadAhead, index: number): void {
  reader.last = index;
}

/**
 * A fault asks for page `index` of what the mapping shows. MADV_RANDOM: for nothing else; MADV_SEQUENTIAL: for whole windows.
 */
export function readAheadOfFault(k: Kernel, v: Vma, index: number): void {
  if (v.object === null || v.flags & VMA.random) return;
  readAhead(k, v.object, v.object.ahead, index, v.flags & VMA.sequential ? MOST : 1);
}

/** @returns null: nothing suggests that pages in sequence will be wanted */
function nextWindow(object: PageObject, reader: ReadAhead, index: number, wanted: number, most: number): Window | null {
  const end = reader.start + reader.size;
  if (index > 0 && (index === end || index === reader.marker)) {
    const size = grow(reader.size, most);
    return lengthen({ start: end, size, rest: size }, index, most);
  }
  const inSequence = index === 0 || index === reader.last || index === reader.last + 1;
  if (inSequence || wanted > MOST) return lengthen(firstWindow(index, wanted, most), index, most);
  const before = runBefore(object, index, most);
  if (before <= wanted) return null;
  // All of the file up to here: it was read from its beginning.
  const size = Math.min((before >= index ? 2 * before : before) + wanted, most);
  return lengthen({ start: index, size, rest: 1 }, index, most);
}

function firstWindow(start: number, wanted: number, most: number): Window {
  let size = 1;
  while (size < wanted) size *= 2;
  if (size <= most / 32) size *= 4;
  else if (size <= most / 4) size *= 2;
  else size = most;
  return { start, size, rest: size > wanted ? size - wanted : size };
}

function grow(size: number, most: number): number {
  if (size < most / 16) return 4 * size;
  return size <= most / 2 ? 2 * size : most;
}

/** A window whose first page is both wanted now and its marker takes the next one in at once. */
function lengthen(window: Window, index: number, most: number): Window {
  const { start, size, rest } = window;
  if (index !== start || rest !== size) return window;
  const more = grow(size, most);
  if (size + more <= most) return { start, size: size + more, rest: more };
  return { start, size: most, rest: most >> 1 };
}

/** Pages in a row that are here and end before `index`: somebody has read in sequence. */
function runBefore(object: PageObject, index: number, most: number): number {
  let run = 0;
  while (run < Math.min(most, index) && object.pages.has(index - 1 - run)) run++;
  return run;
}
