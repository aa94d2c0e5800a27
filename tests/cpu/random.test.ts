import { expect, test } from "vitest";
import { EventQueue } from "../../cpu/events.ts";
import { Random } from "../../cpu/random.ts";

test("random integers stay below their bound and reach all of it", () => {
  const random = new Random(42);
  const seen = new Set(Array.from({ length: 1000 }, () => random.below(7)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (let i = 0; i < 1000; i++) expect(random.below(2 ** 53)).toBeLessThan(2 ** 53);
  expect(random.below(1)).toBe(0);
});

test("random bits are as often 0 as 1", () => {
  const random = new Random(1);
  const ones = new Array(32).fill(0);
  for (let i = 0; i < 4000; i++) {
    const word = random.next();
    for (let bit = 0; bit < 32; bit++) ones[bit] += (word >>> bit) & 1;
  }
  for (const count of ones) expect(Math.abs(count - 2000)).toBeLessThan(160);
});

test("putting back the state puts back what comes", () => {
  const random = new Random(9);
  random.next();
  const saved = random.state.slice();
  const first = [random.next(), random.below(1000), ...random.bytes(6)];
  random.state.set(saved);
  expect([random.next(), random.below(1000), ...random.bytes(6)]).toEqual(first);
});

test("neighbouring seeds, and seeds that differ above bit 32, differ", () => {
  const firsts = [0, 1, 2, -1, 2 ** 32, 2 ** 33, 2 ** 52].map((seed) => new Random(seed).next());
  expect(new Set(firsts).size).toBe(firsts.length);
});

test("events come by time, equal times in the order in which they were scheduled", () => {
  const queue = new EventQueue();
  queue.schedule(20, "a");
  queue.schedule(10, "b");
  queue.schedule(10, "c", 1);
  queue.schedule(10, "c", 2);
  expect(queue.nextTime).toBe(10);
  expect(queue.takeDue(9)).toBeNull();
  const order = [1, 2, 3, 4].map(() => queue.takeDue(30)).map((event) => event && event.target + event.argument);
  expect(order).toEqual(["b0", "c1", "c2", "a0"]);
  expect(queue.takeDue(Number.MAX_SAFE_INTEGER)).toBeNull();
  expect(queue.nextTime).toBe(Number.POSITIVE_INFINITY);
});

test("scheduling again moves an event, cancelling removes it", () => {
  const queue = new EventQueue();
  queue.schedule(10, "a");
  queue.schedule(5, "b");
  queue.schedule(1, "a");
  expect(queue.list().map(({ target, time }) => [target, time])).toEqual([
    ["a", 1],
    ["b", 5],
  ]);
  queue.cancel("a");
  const saved = structuredClone(queue.save());
  queue.cancel("b");
  queue.restore(saved);
  expect(queue.list().map(({ target }) => target)).toEqual(["b"]);
});

test("a copy goes on as the generator would, and leaves it where it is", () => {
  const random = new Random(3);
  random.next();
  const before = [...random.state];
  const copy = random.copy();
  const drawn = [copy.next(), copy.below(1000), ...copy.bytes(5)];
  expect([...random.state]).toEqual(before);
  expect([random.next(), random.below(1000), ...random.bytes(5)]).toEqual(drawn);
  expect([...random.state]).toEqual([...copy.state]);
});
