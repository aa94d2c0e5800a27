/** Layout: which registers and addresses a random program uses for what, and where its frames lie in RAM. */

/** Registers by their duty. VALUES hold anything; nothing depends on what. */
export const ZERO = 0;
export const RA = 1;
export const SP = 2;
/** Points into the data. */
export const GP = 3;
/** Points to the beginning of the code at ALIAS, where it can be written. */
export const TP = 4;
export const TEMPORARIES = [5, 6, 7] as const;
export const COUNTERS = [8, 9, 18, 19] as const;
export const VALUES = [10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 28, 29] as const;
/** Counts passes: what is rare depends on its low bits. */
export const PASS = 27;
/** Points to the end of a page of data. */
export const EDGE = 30;
/** Points to device registers. */
export const DEVICE = 31;

/** Virtual addresses. The code lies at the first four at once; SUPER and HIGH hold more than the code. */
export const CODE = 0x1_0000;
export const ALIAS = 0x8_0000;
/** A superpage over the beginning of RAM. */
export const SUPER = 0x4000_0000;
/** The code in the upper half: sign-extended, as lui makes it. */
export const HIGH = -0x4000_0000;
export const DATA = 0x20_0000;
export const DATA_PAGES = 8;
export const STACK = 0x28_0000;
export const STACK_PAGES = 4;
/** Tables of page-table entries. */
export const TABLES = 0x30_0000;
/** Pages that are written and executed: programs put code there and call it. */
export const GENERATED = 0x34_0000;
export const GENERATED_PAGES = 2;
export const DEVICES = 0x38_0000;
/** Nothing is ever mapped here. */
export const NOWHERE = 0x700_0000;

/** Frames, counted from the beginning of RAM. */
export const FRAMES = {
  code: 16,
  /** The same code, or other code: what the kernel, the disk and other address spaces put in its place. */
  otherCode: 32,
  data: 48,
  stack: 64,
  generated: 72,
  tables: 80,
  spare: 200,
} as const;
