/**
 * The outcomes of a page fault: one row each. Counters, events and the sentence that explains a death come from here.
 * Adding a kind is adding a row, and the place in fault.ts that decides for it.
 */
import { CONSTANTS, SIGNALS } from "../abi.ts";

interface FaultRow {
  /** Finishes "page fault: ...", without a full stop. */
  readonly sentence: string;
  /** Null: resolved, the access is made again. */
  readonly signal: { readonly signo: number; readonly code: number } | null;
  /** A disk was waited for. */
  readonly major: boolean;
}

const { SEGV_MAPERR, SEGV_ACCERR, BUS_ADRERR, SI_KERNEL } = CONSTANTS.signalCode;

const minor = (sentence: string): FaultRow => ({ sentence, signal: null, major: false });
const major = (sentence: string): FaultRow => ({ sentence, signal: null, major: true });
const ends = (sentence: string, signo: number, code: number): FaultRow => ({
  sentence,
  signal: { signo, code },
  major: false,
});
const unmapped = (sentence: string) => ends(sentence, SIGNALS.SIGSEGV[0], SEGV_MAPERR);
const denied = (sentence: string) => ends(sentence, SIGNALS.SIGSEGV[0], SEGV_ACCERR);
const bus = (sentence: string) => ends(sentence, SIGNALS.SIGBUS[0], BUS_ADRERR);

// biome-ignore format: a table is read in columns
const ROWS = {
  "zero-page":              minor("first read of anonymous memory: the shared page of zeroes"),
  "anonymous-page":         minor("first write to anonymous memory: a zeroed frame"),
  "huge-page":              minor("first write to memory that may have huge pages: 2 MiB of zeroes"),
  "huge-zero-page":         minor("first read of memory that may have huge pages: the shared 2 MiB of zeroes"),
  "zero-page-write":        minor("write to the shared page of zeroes: a zeroed frame"),
  "file-page":              minor("first touch of a file's page that is in the page cache"),
  "file-page-from-disk":    major("first touch of a file's page, read from the disk"),
  "private-file-copy":      minor("write to a private mapping of a file: a copy of the page"),
  "private-file-copy-from-disk": major("write to a private mapping of a file: a copy of the page, read from the disk"),
  "shared-page":            minor("first touch of shared anonymous memory"),
  "shared-write":           minor("first write to a clean page of a shared file mapping"),
  "copy-on-write":          minor("write to a page shared since fork: a copy"),
  "copy-on-write-takeover": minor("write to a page that was shared since fork, by its last owner: no copy"),
  "unmerge":                minor("write to a page that was merged with equal ones: a copy"),
  "swap-in":                major("a page that was in swap, read from the disk"),
  "swap-cache":             minor("a page that was in swap, and still or again in memory"),
  "permission-upgrade":     minor("write after mprotect allowed it"),
  "stack-growth":           minor("the stack grows down"),
  "special-page":           minor("first touch of a page of the kernel's for user code"),
  "pool-page":              minor("first touch of a huge page: one of the pool, zeroed"),
  "spurious":               minor("the entry already allows the access"),
  "outside-user-space":     unmapped("no mapping: the address is outside user space"),
  "no-mapping":             unmapped("no mapping"),
  "stack-limit":            unmapped("no mapping: the stack may not grow beyond its limit"),
  "stack-guard":            unmapped("no mapping: the stack would come too near to the mapping below"),
  "no-segment":             unmapped("there is no segment of that number"),
  "beyond-limit":           unmapped("the offset lies beyond the limit of the segment"),
  "no-room-to-grow":        unmapped("the segment of the stack cannot grow: no memory in one piece"),
  "segment-not-readable":   denied("read of a segment that is not readable"),
  "segment-not-writable":   denied("write to a segment that is not writable"),
  "segment-not-executable": denied("execution of a segment that is not executable"),
  "no-access":              denied("the mapping allows no access"),
  "not-readable":           denied("read of a mapping that is not readable"),
  "not-writable":           denied("write to a read-only mapping"),
  "not-executable":         denied("execution of a mapping that is not executable"),
  "beyond-end":             bus("beyond the end of the file"),
  "no-room":                bus("no room for the page: its file system is full, or it cannot be promised"),
  "pool-empty":             bus("no huge page is left in the pool for it"),
  "pool-lost":              bus("the huge pages that fork gave to it went back to its parent: the pool was empty"),
  "disk-error":             bus("the page could not be read from the disk"),
  "out-of-memory":          ends("out of memory", SIGNALS.SIGKILL[0], SI_KERNEL),
} as const satisfies Record<string, FaultRow>;

export type FaultKind = keyof typeof ROWS;

/** How a fault was decided. */
export interface Fault extends FaultRow {
  readonly kind: FaultKind;
}

/** By kind; handleFault returns these very objects. */
export const FAULTS = Object.fromEntries(
  Object.entries(ROWS).map(([kind, row]) => [kind, Object.freeze({ kind, ...row })]),
) as unknown as Readonly<Record<FaultKind, Fault>>;

/** Every kind with 0, for counting. */
export function noFaults(): Record<FaultKind, number> {
  return Object.fromEntries(Object.keys(ROWS).map((kind) => [kind, 0])) as Record<FaultKind, number>;
}
