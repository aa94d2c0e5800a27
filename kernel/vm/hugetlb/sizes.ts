/** The sizes that pages of the pool have: one row each. Everything that differs between them derives from here. */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import type { HugePool } from "./types.ts";

/** A size of huge pages. */
export interface HugeSize {
  /** A page is 2^order frames. */
  readonly order: number;
  /** The level of the tables whose leaves it is. */
  readonly level: number;
  /** As Linux writes it in its log. */
  readonly told: string;
}

/** Linux's MAX_ORDER: what is larger does not come from the allocator's lists. */
const GIGANTIC_FROM = 11;

/** Smallest first: that is the one whose size needs not be said. */
export const HUGE_SIZES: readonly HugeSize[] = [
  { order: 9, level: 1, told: "2.00 MiB" },
  { order: 18, level: 2, told: "1.00 GiB" },
];

export const DEFAULT_SIZE = HUGE_SIZES[0];

/** Frames of a page. */
export const pagesOfOrder = (order: number) => 2 ** order;
/** Bytes of a page. */
export const bytesOfOrder = (order: number) => 2 ** order * PAGE_SIZE;
export const levelOfOrder = (order: number) => HUGE_SIZES.find((size) => size.order === order)!.level;

/** Such pages are found by looking at all of RAM, and never beyond what the administrator asked for. */
export const isGigantic = ({ order }: Pick<HugePool, "order">) => order >= GIGANTIC_FROM;

/** The next smaller size, into whose pages those of an order can be taken apart; undefined: there is none. */
export const smallerSize = (order: number) => HUGE_SIZES.findLast((size) => size.order < order);

/**
 * The size that MAP_HUGE_*, MFD_HUGE_*, SHM_HUGE_* say in six bits: the logarithm of its bytes; 0: the usual one.
 * @returns null: there is none such
 */
function sizeOfLog(log: number): HugeSize | null {
  if (log === 0) return DEFAULT_SIZE;
  return HUGE_SIZES.find(({ order }) => bytesOfOrder(order) === 2 ** log) ?? null;
}

/** The size of so many bytes; null: there is none such. */
export function sizeOfBytes(bytes: number): HugeSize | null {
  return HUGE_SIZES.find(({ order }) => bytesOfOrder(order) === bytes) ?? null;
}

/** What a translation scheme says of its tables (vm/shape.ts). */
interface Tables {
  readonly vm: { readonly levels: number; readonly descriptorLevel: number };
}

/** Whether an entry of such a size can be: there are tables of its level, and they hold entries, not descriptors of segments. */
export function canBeMapped({ vm }: Tables, order: number): boolean {
  const level = levelOfOrder(order);
  return level < vm.levels && level !== vm.descriptorLevel;
}

/** The size that flags ask for in six bits; null: there is none such, or not under this translation scheme. */
export function mappableSize(k: Tables, log: number): HugeSize | null {
  const size = sizeOfLog(log);
  return size !== null && canBeMapped(k, size.order) ? size : null;
}

/** `bytes` rounded up to whole pages of an order. */
export function hugeAlign(bytes: number, order: number): number {
  const size = bytesOfOrder(order);
  return Math.ceil(bytes / size) * size;
}

/** Whether a number of bytes is whole pages of an order. */
export const isHugeAligned = (bytes: number, order: number) => bytes % bytesOfOrder(order) === 0;
