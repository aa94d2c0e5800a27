/** Reference strings of textbooks, and the faults that they print. */

export interface TextbookString {
  readonly source: string;
  readonly pages: string;
  /** Faults by policy and frames. */
  readonly faults: Readonly<Record<string, Readonly<Record<number, number>>>>;
}

export const TEXTBOOK_STRINGS: readonly TextbookString[] = [
  {
    source: "Belady, Nelson and Shedler, An anomaly in space-time characteristics of certain programs (CACM 12, 1969)",
    pages: "1 2 3 4 1 2 5 1 2 3 4 5",
    faults: { fifo: { 3: 9, 4: 10 }, lru: { 3: 10, 4: 8 }, opt: { 3: 7, 4: 6 } },
  },
  {
    source: "Tanenbaum, Modern Operating Systems (2nd ed.), 4.5.1: Belady's anomaly",
    pages: "0 1 2 3 0 1 4 0 1 2 3 4",
    faults: { fifo: { 3: 9, 4: 10 } },
  },
  {
    source: "Silberschatz, Galvin and Gagne, Operating System Concepts (10th ed.), 10.4",
    pages: "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1",
    faults: { fifo: { 3: 15 }, opt: { 3: 9 }, lru: { 3: 12 } },
  },
  {
    source: "Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 22 (misses of figures 22.1, 22.2, 22.5)",
    pages: "0 1 2 0 1 3 0 3 1 2 1",
    faults: { opt: { 3: 5 }, fifo: { 3: 7 }, lru: { 3: 5 } },
  },
  {
    source:
      "Stallings, Operating Systems (7th ed.), figure 8.15: his counts begin when the frames are full, after 3 faults",
    pages: "2 3 2 1 5 2 4 5 3 2 5 2",
    faults: { opt: { 3: 6 }, lru: { 3: 7 }, fifo: { 3: 9 }, clock: { 3: 8 } },
  },
];
