/**
 * The state of the pool of huge pages, as plain data: imported by all, importing no function. Which file owns which part stands
 * beside each.
 */
import type { FrameNumber } from "../../../cpu/paging.ts";

/** Pages of one size that are set aside for huge mappings. Owned by pool.ts. */
export interface HugePool {
  /** A page is 2^order frames: 9 (2 MiB) or 18 (1 GiB). */
  readonly order: number;
  /** First frames of the pages that nobody has; the last one is given out next. */
  readonly free: FrameNumber[];
  /** Pages that somebody has, by first frame: the number of the mount in whose limits it counts (subpool.ts), 0 for none. */
  readonly used: Map<FrameNumber, number>;
  /** Free pages that are promised to mappings: HugePages_Rsvd. */
  reserved: number;
  /** Of these, promises to mappings that mremap has taken from them without giving them back. Owned by reserve.ts. */
  stranded: number;
  /** Pages beyond what the administrator has asked for: they go when nobody has them any more. HugePages_Surp. */
  surplus: number;
  /** So many the kernel may add by itself: nr_overcommit_hugepages. */
  overcommit: number;
}

/** The limits of one mounted hugetlbfs, in its pages. Owned by subpool.ts. */
export interface Subpool {
  readonly order: number;
  /** size=; Infinity: none. Counted against it: pages that its files have, and that are reserved for them. */
  readonly most: number;
  used: number;
  /** min_size=: so many are reserved for it at all times, and of those nobody has or has reserved so many. */
  readonly least: number;
  reserved: number;
}

export interface HugetlbState {
  /** In the order of HUGE_SIZES. */
  readonly pools: readonly HugePool[];
  /** By number of the mount. */
  readonly subpools: Map<number, Subpool>;
  /** vm.hugetlb_shm_group: members may have System V segments of huge pages. */
  shmGroup: number;
  /** Pages of 2 MiB that the allocator gave, and had not: htlb_buddy_alloc_success, htlb_buddy_alloc_fail. */
  allocated: number;
  refused: number;
}

/** What a page object whose pages are huge has beside the rest. Indices are in huge pages. Owned by object.ts and reserve.ts. */
export interface HugeObject {
  readonly order: number;
  /** First frames. */
  readonly pages: Map<number, FrameNumber>;
  /** Indices that were reserved, or got their page without: Linux's region map of an inode. */
  readonly reserved: Set<number>;
  /** Number of the mount in whose limits it counts; 0: none. */
  readonly subpool: number;
}

/** The reservation of a private mapping: a page for each index, but for those that have had theirs. Its parts share it. */
export interface HugeReserve {
  readonly consumed: Set<number>;
}
