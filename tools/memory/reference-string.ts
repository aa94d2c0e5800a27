/**
 * A reference string in memory: what happened to pages, in order, as replay.ts runs it. From a recorded run
 * (reference-file.ts) or typed by hand (typed-string.ts).
 *
 * A page is known by names: one for each place in each process at which it was seen. References go by name, so that a replay
 * knows how many entries' A bits would be set.
 *
 * (1) A name belongs to one page. Names and pages are numbered from 0 without gaps.
 */
import type { PageKind, SwapRoom } from "../../kernel/vm/reference-observer.ts";

/** What can happen. The argument is a name up to `unnamed`, then a page up to `cooled`, and from there on what is said. */
export const EVENT = {
  /** A program, or the kernel for it, has read from the page, or written to it. */
  read: 0,
  write: 1,
  /** Somebody needs the page, and it was not there: an access of the same page follows. Dirty: it must be written before it goes. */
  arrives: 2,
  arrivesDirty: 3,
  /** The name is no more. */
  unnamed: 4,
  /** The page is no more, or nobody maps it. */
  gone: 5,
  /** A call has used it (read(2), write(2)). */
  used: 6,
  /** mlock keeps it; does no longer. */
  held: 7,
  released: 8,
  /** MADV_COLD. */
  cooled: 9,
  /** Time: ReferenceString.moments. */
  moment: 10,
  /** Policies hear of the time. */
  tick: 11,
  /** Somebody has executed an instruction since the last arrival. */
  progress: 12,
  /** The name is one of its page's from now on. */
  named: 13,
  /** MADV_FREE: a page. */
  disposable: 14,
  /** The recorded run's own, of no account elsewhere: RAM was too small for the page; it could not leave after all. */
  taken: 15,
  stayed: 16,
  /** The page must be written before it goes; need not; and cannot be now. */
  dirtied: 17,
  cleaned: 18,
  stuck: 19,
  /** The page is mapped as code; as something else. */
  becomesCode: 20,
  becomesData: 21,
  /** clear_refs: a name. */
  cleared: 22,
  /** A row of SWAP_ROOMS. */
  room: 23,
  /** vm.swappiness. */
  swappiness: 24,
  /** The clock of a pid is forgotten. */
  clockEnds: 25,
} as const;

/** By number. */
export const SWAP_ROOMS: readonly SwapRoom[] = ["none", "full", "room"];

export const EVENT_BITS = 5;
const EVENT_MASK = (1 << EVENT_BITS) - 1;
/** The largest argument that fits in a code. */
export const MOST_ARGUMENT = 2 ** (31 - EVENT_BITS) - 1;

export const codeOf = (event: number, argument: number): number => (argument << EVENT_BITS) | event;
export const eventOf = (code: number): number => code & EVENT_MASK;
export const argumentOf = (code: number): number => code >> EVENT_BITS;

/** What a run was, as far as policies ask. */
export interface StringOrigin {
  /** Frames of RAM. */
  readonly frames: number;
  readonly seed: number;
  readonly hasSwap: boolean;
  /** --resident and --replacement of the run that was recorded; 0 and "" for a typed string. */
  readonly resident: number;
  readonly replacement: string;
}

export interface ReferenceString {
  readonly origin: StringOrigin;
  /** Events in order: codeOf. */
  readonly codes: Int32Array;
  /** By name: its page, the address space that it is of, and the page number there. */
  readonly pageOfName: Int32Array;
  readonly spaceOfName: Int32Array;
  readonly placeOfName: Float64Array;
  readonly kinds: readonly PageKind[];
  /** When the references were; null: nobody has asked (readReferenceFile), or it is not known, as of a typed string. */
  readonly uses: ReferenceTimes | null;
  /** By moment: cycles since power-on, who ran (pid, 0 nobody), and the processor's time of that process in cycles. */
  readonly moments: { readonly now: Float64Array; readonly pid: Int32Array; readonly virtual: Float64Array };
}

/** By read and write, in their order. */
export interface ReferenceTimes {
  /** Cycles of processor time that those who run in the address space of the name had had in it until then. */
  readonly time: Float64Array;
  /** Who ran. */
  readonly pid: Int32Array;
}

/** Reads and writes. */
export function referencesIn({ codes }: ReferenceString): number {
  let count = 0;
  for (let i = 0; i < codes.length; i++) if ((codes[i]! & EVENT_MASK) <= EVENT.write) count++;
  return count;
}
