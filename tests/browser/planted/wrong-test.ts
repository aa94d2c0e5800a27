/** Tests that fail, to see that the page says so. Their name keeps them out of the other tests. */
import { expect, test } from "vitest";

test("one and one is three", () => {
  expect(1 + 1).toBe(3);
});

test("an exception", () => {
  throw new RangeError("planted");
});

test("one and one is two", () => {
  expect(1 + 1).toBe(2);
});
