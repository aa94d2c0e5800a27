/**
 * Where a page of a file is kept on a disk. Types only.
 *
 * A leaf.
 */

/** A part of a page and the bytes of a disk that keep it. */
export interface Segment {
  readonly disk: number;
  /** Byte on the disk where it begins; bytes. */
  readonly position: number;
  readonly length: number;
  /** Byte of the page where it begins. */
  readonly offset: number;
}

/** Where a page is kept: in order, without overlaps. What no segment covers is zero; a page without any is a hole. */
export type PagePlace = readonly Segment[];
