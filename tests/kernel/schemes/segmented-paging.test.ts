/** Descriptors of segmented paging: what they say as mappings come and go, and bugs in them that the checker must see. */
import { describe, expect, test } from "vitest";
import { decodeDescriptor, SEGMENT_SIZE } from "../../../cpu/segments.ts";
import { descriptorAt } from "../../../kernel/schemes/segment-table.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { FIXED, load, PAGE, PRIVATE, RW, store, vmFork, vmKernel, vmProcess } from "../vm/machines.ts";

const AT = 5 * SEGMENT_SIZE;

function setUp() {
  const k = vmKernel({ translation: "segmented-paging" }, { ramBytes: 2 * 2 ** 20 });
  const p = vmProcess(k);
  const request = { address: AT, length: 4 * PAGE, prot: RW, flags: PRIVATE | FIXED, limits: p.limits };
  k.scheme.mapAnonymous(k, p.space!, request);
  expect(store(k, p, AT + PAGE, 7)).not.toContain("beyond-limit");
  return { k, p, at: descriptorAt(k, p.space!, 5) };
}

describe("a descriptor of segmented paging", () => {
  test("reaches over the mappings of its segment, and follows them", () => {
    const { k, p, at } = setUp();
    const limit = () => {
      k.scheme.settle(k, p.space!);
      checkVm(k);
      return decodeDescriptor(k.machine.ram.u32, at).limit;
    };
    expect(limit()).toBe(4 * PAGE);
    k.scheme.unmap(k, p.space!, AT + 2 * PAGE, 2 * PAGE);
    expect(limit()).toBe(2 * PAGE);
    const child = vmFork(k, p);
    store(k, child, AT + PAGE, 8);
    expect([load(k, p, AT + PAGE).value, load(k, child, AT + PAGE).value]).toEqual([7, 8]);
    checkVm(k);
  });

  test.each([
    ["limit", 2, 1 << 12],
    ["right to write", 0, 1 << 2],
    ["right of users", 0, 1 << 4],
    ["direction", 0, 1 << 5],
    ["reserved bit", 3, 1 << 30],
  ])("with a wrong %s is caught by the checker", (_, word, bit) => {
    const { k, at } = setUp();
    checkVm(k);
    k.machine.ram.u32[at + word] ^= bit;
    expect(() => checkVm(k)).toThrow("segmented paging (1)");
  });

  test("whose table is another one is caught by the checker", () => {
    const { k, at } = setUp();
    k.machine.ram.u32[at] += 1 << 10;
    expect(() => checkVm(k)).toThrow();
  });
});
