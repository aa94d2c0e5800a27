/**
 * Which dirty blocks must wait for which: what a cache of blocks keeps beside them to write them back safely. Plain data.
 *
 * (1) `before` and `after` are the same pairs, seen from both ends; a block that waits for none is not in `before`.
 * (2) The waiting never goes in a circle: `wait` refuses what would close one.
 * (3) A block that was written waits for nothing, and nothing waits for it.
 */
import type { Order } from "./types.ts";

export interface WriteOrder {
  /** For each block that must wait, the blocks that must be on the disk before it. */
  readonly before: Map<number, Set<number>>;
  /** For each block that others wait for, those others. */
  readonly after: Map<number, Set<number>>;
}

export function newWriteOrder(): WriteOrder {
  return { before: new Map(), after: new Map() };
}

/**
 * Would these orders of a transaction close a circle with those that are there? Then what is dirty must be written before
 * the transaction is committed (`blocksBefore`); it is dropped and runs again.
 */
export function closesCircle(order: WriteOrder, wanted: readonly Order[]): boolean {
  const entered: Order[] = [];
  let closed = false;
  for (const one of wanted) {
    if (!one.strict || order.before.get(one.then)?.has(one.first) === true) continue;
    if (wait(order, one)) entered.push(one);
    else closed = true;
  }
  for (const one of entered) drop(order, one.first, one.then);
  return closed;
}

/** Enters an order. False: it would close a circle, and is not entered. */
export function wait(order: WriteOrder, { first, then }: Order): boolean {
  if (first === then || waitsFor(order, first, then)) return false;
  add(order.before, then, first);
  add(order.after, first, then);
  return true;
}

/** Must `other` be on the disk before `block`, directly or through others? */
function waitsFor(order: WriteOrder, block: number, other: number): boolean {
  if (!order.before.has(block) || !order.after.has(other)) return false;
  return blocksBefore(order, block).includes(other);
}

function add(map: Map<number, Set<number>>, key: number, value: number): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}

function drop(order: WriteOrder, first: number, then: number): void {
  remove(order.before, then, first);
  remove(order.after, first, then);
}

function remove(map: Map<number, Set<number>>, key: number, value: number): void {
  const set = map.get(key);
  if (set?.delete(value) && set.size === 0) map.delete(key);
}

/** May the block be written now? */
export function isReady(order: WriteOrder, block: number): boolean {
  return !order.before.has(block);
}

/** What must be written so that the block can be on the disk, in an order that is allowed; the block itself is the last. */
export function blocksBefore(order: WriteOrder, block: number): number[] {
  const found = new Set<number>();
  const entered = new Set<number>();
  const stack = [block];
  while (stack.length > 0) {
    const one = stack[stack.length - 1];
    const missing = entered.has(one) ? [] : [...(order.before.get(one) ?? [])].filter((first) => !found.has(first));
    entered.add(one);
    if (missing.length > 0) stack.push(...missing);
    else found.add(stack.pop()!);
  }
  return [...found];
}

/** The block is on the disk, or void. @returns blocks that wait for nothing any more */
export function written(order: WriteOrder, block: number): number[] {
  for (const first of order.before.get(block) ?? []) remove(order.after, first, block);
  order.before.delete(block);
  const waiting = order.after.get(block) ?? [];
  order.after.delete(block);
  const ready: number[] = [];
  for (const then of waiting) {
    remove(order.before, then, block);
    if (isReady(order, then)) ready.push(then);
  }
  return ready;
}
