/**
 * Costs: what each thing takes in virtual time. One instruction is one cycle, one cycle is one nanosecond.
 * A cost is charged by its name, so that the table is the whole model; every engine charges the same.
 */

/** Cycles of virtual time in a second. */
export const CYCLES_PER_SECOND = 1_000_000_000;

/** Cycles of one tick of mtime and the `time` CSR: 10 MHz, as on QEMU's virt machine. */
export const CYCLES_PER_TICK = 100;

/** Cycles. The figures are orders of magnitude of a 1 GHz in-order processor with DRAM and a disk. */
// biome-ignore format: a table is read in columns
export const COSTS = {
  /** Every instruction, whether it retires or traps. */
  instruction:              1,
  /** Each page-table entry that a walk reads. */
  walkLevel:               20,
  /** Each PTE that the walk rewrites to set A or D. */
  walkUpdate:              20,
  /** A load, store or register access of a device. */
  deviceAccess:            50,
  /** Entering the supervisor by trap, and SRET. */
  trapEntry:               50,
  trapExit:                30,
  /** Kernel work, charged by the kernel. */
  contextSwitch:          500,
  /** What finding out about a page fault takes, beside walks, zeroing and copying. */
  pageFault:            1_000,
  pageZero:               300,
  pageCopy:               600,
  /** Reclaim looks at a frame: its entries, its lists. */
  reclaimScan:             20,
  /** Same-page merging: coming to a page; each kilobyte of two pages that is compared, of a page's checksum. */
  mergeScan:              50,
  compareKilobyte:       150,
  checksumKilobyte:      250,
  /** Disk: moving the head to an unrelated place, continuing where the last request ended, each 512-byte sector. */
  diskSeek:           100_000,
  diskSequential:      10_000,
  diskSector:           1_000,
  /** Share: each exchange with the host, and each kilobyte of its two messages. */
  shareExchange:       10_000,
  shareKilobyte:          250,
} as const;

export type CostName = keyof typeof COSTS;
