/** Memories of machines that are gone: the next of that size gets one, and a host does not hold more than a few. */
import { expect, test } from "vitest";
import { keepMemory, takeMemory } from "../../cpu/memories.ts";
import { WASM_PAGE } from "../../cpu/state.ts";

test("a memory is given to the next that wants its size, the oldest first, and to one only", () => {
  const [first, second, larger] = [takeMemory(WASM_PAGE), takeMemory(WASM_PAGE), takeMemory(2 * WASM_PAGE)];
  for (const memory of [first, second, larger]) keepMemory(memory);
  expect(takeMemory(WASM_PAGE + 1)).toBe(larger);
  expect(takeMemory(WASM_PAGE - 1)).toBe(first);
  expect(takeMemory(WASM_PAGE)).toBe(second);
  expect([first, second, larger]).not.toContain(takeMemory(WASM_PAGE));
});

test("six are kept; those that were given back first go first", () => {
  const memories = Array.from({ length: 8 }, () => takeMemory(3 * WASM_PAGE));
  for (const memory of memories) keepMemory(memory);
  const again = Array.from({ length: 8 }, () => memories.indexOf(takeMemory(3 * WASM_PAGE)));
  expect(again).toEqual([2, 3, 4, 5, 6, 7, -1, -1]);
});
