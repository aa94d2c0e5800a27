/**
 * Which dirty blocks must wait for which: what a cache of blocks keeps beside them to write them back safely. Plain data.
 *
 * (1) The waiting never goes in a circle: `wait` refuses what would close one.
 * (2) A block that was written waits for nothing, and nothing waits for it.
 */
import type { Order } from "./types.ts";

/** For each block that must wait, the blocks that must be on the disk before it. */
export type WriteOrder = Map<number, Set<number>>;

/**
 * Would these orders of a transaction close a circle with those that are there? Then what is dirty must be written before
 * the transaction is committed (`blocksBefore`); it is dropped and runs again.
 */
export function closesCircle(order: WriteOrder, wanted: readonly Order[]): boolean {
  const trial: WriteOrder = new Map([...order].map(([then, firsts]) => [then, new Set(firsts)]));
  return wanted.some((one) => one.strict && !wait(trial, one));
}

/** Enters an order. False: it would close a circle, and is not entered. */
export function wait(order: WriteOrder, { first, then }: Order): boolean {
  if (first === then || blocksBefore(order, first).includes(then)) return false;
  const firsts = order.get(then);
  if (firsts === undefined) order.set(then, new Set([first]));
  else firsts.add(first);
  return true;
}

/** May the block be written now? */
export function isReady(order: WriteOrder, block: number): boolean {
  return !order.has(block);
}

/** What must be written so that the block can be on the disk, in an order that is allowed; the block itself is the last. */
export function blocksBefore(order: WriteOrder, block: number): number[] {
  const found = new Set<number>();
  const visit = (one: number) => {
    if (found.has(one)) return;
    for (const first of order.get(one) ?? []) visit(first);
    found.add(one);
  };
  visit(block);
  return [...found];
}

/** The block is on the disk, or void. */
export function written(order: WriteOrder, block: number): void {
  order.delete(block);
  for (const [then, firsts] of order) {
    firsts.delete(block);
    if (firsts.size === 0) order.delete(then);
  }
}
