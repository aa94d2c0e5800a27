/** Segments: base and limit to the byte, rights, directions, malformed descriptors, wild addresses, fences. */

import { describe, expect, test } from "vitest";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { MEMORY_MAP, RAM_BASE } from "../../../cpu/machine.ts";
import { frameOf, PAGE_SIZE } from "../../../cpu/paging.ts";
import { DESCRIPTOR, encodeDescriptor, SEGMENT_SIZE } from "../../../cpu/segments.ts";
import { ALL, FIRST, SegmentMachine, WIDTHS } from "./machines.ts";

const { V, R, W, X, U, D } = DESCRIPTOR;
const FAULT = { fetch: 12, load: 13, store: 15 } as const;
const ACCESS_FAULT = { fetch: 1, load: 5, store: 7 } as const;
/** The segment that tests describe, and the frames that it lies in. */
const AT = 2 * SEGMENT_SIZE;
const BASE = FIRST + 8;

function segment(flags: number, limit: number, base = BASE): SegmentMachine {
  const s = new SegmentMachine("segments");
  s.describe(2, { flags, base, limit });
  s.fence();
  return s;
}

describe("A limit", () => {
  test.each([0, 1, 7, 8, 4090, 4096, 4097, 4103, 8192])(
    "of %d is exact to the byte, for accesses of every width",
    (limit) => {
      const s = segment(ALL, limit);
      for (const width of WIDTHS)
        for (let offset = Math.max(0, limit - 10); offset < limit + 4; offset++) {
          const end = offset + width;
          const outside = Math.max(offset, limit);
          const expected = end <= limit ? null : { cause: FAULT.load, stval: BigInt(AT + outside) };
          expect(s.load(AT + offset, width), `${width} at ${offset}`).toEqual(expected);
          const stored = s.store(AT + offset, width, -1n);
          expect(stored).toEqual(expected === null ? null : { ...expected, cause: FAULT.store });
        }
    },
  );

  test.each([1, 5, 4095, 4096, 8190])(
    "of a segment that grows down says where it begins: %d below the end",
    (below) => {
      const limit = SEGMENT_SIZE - below;
      const s = segment(ALL | D, limit, BASE - SEGMENT_SIZE / PAGE_SIZE + 2);
      for (const width of WIDTHS)
        for (let offset = limit - 9; offset < Math.min(limit + 4, SEGMENT_SIZE - width + 1); offset++) {
          const expected = offset >= limit ? null : { cause: FAULT.load, stval: BigInt(AT + offset) };
          expect(s.load(AT + offset, width), `${width} at ${offset}`).toEqual(expected);
        }
      s.m.ram.u8[10 * PAGE_SIZE - 1] = 0x5a;
      expect(s.load(AT + SEGMENT_SIZE - 1, 1)).toBeNull();
      expect(s.hart.x[7]).toBe(0x5an);
    },
  );

  test("holds for instructions, too: the last one within it is executed, the next is not there", () => {
    for (const flags of [ALL, R | X | U | V, X | U | V]) {
      const s = segment(flags, 12);
      s.m.ram.u32.fill(0x13, 8 * 1024, 8 * 1024 + 16); // nop
      s.m.ram.wrote(8 * PAGE_SIZE, 64);
      expect(s.jump(AT)).toEqual({ cause: FAULT.fetch, stval: BigInt(AT + 12) });
      expect(s.jump(AT + 12)).toEqual({ cause: FAULT.fetch, stval: BigInt(AT + 12) });
    }
  });

  test("is not looked at between two segments: an access over the end has its second part in the next one", () => {
    const s = segment(ALL, SEGMENT_SIZE, BASE - SEGMENT_SIZE / PAGE_SIZE + 1);
    s.describe(3, { flags: ALL, base: FIRST + 20, limit: 2 });
    s.fence();
    const end = AT + SEGMENT_SIZE;
    expect(s.store(end - 6, 8, 0x1122_3344_5566_7788n)).toBeNull();
    expect([...s.m.ram.u8.subarray(9 * PAGE_SIZE - 6, 9 * PAGE_SIZE)]).toEqual([0x88, 0x77, 0x66, 0x55, 0x44, 0x33]);
    expect([...s.m.ram.u8.subarray(20 * PAGE_SIZE, 20 * PAGE_SIZE + 3)]).toEqual([0x22, 0x11, 0]);
    const before = s.m.ram.u8.slice();
    expect(s.store(end - 5, 8, 0n)).toEqual({ cause: FAULT.store, stval: BigInt(end + 2) });
    expect(Buffer.compare(s.m.ram.u8.subarray(PAGE_SIZE), before.subarray(PAGE_SIZE))).toBe(0);
  });
});

describe("A descriptor", () => {
  test("permits what its bits say", () => {
    for (let flags = 0; flags < 32; flags++) {
      const s = segment(flags, SEGMENT_SIZE);
      const isOpen = (flags & (V | U)) === (V | U) && (flags & (R | W)) !== W;
      const may = (bit: number) => isOpen && (flags & bit) !== 0;
      expect(s.load(AT) === null, `load ${flags}`).toBe(may(R));
      expect(s.store(AT, 8, 0x13n) === null, `store ${flags}`).toBe(may(W));
      // What is executed there is no instruction, or nop and then none.
      expect(s.jump(AT)!.cause, `fetch ${flags}`).toBe(may(X) ? 2 : FAULT.fetch);
    }
  });

  test("with any reserved bit set, or a limit above 2^30, gives a page fault", () => {
    const s = segment(ALL, 4096);
    for (let bit = 6; bit < 128; bit++) {
      if (bit >= 10 && bit < 54) continue;
      const words = [...encodeDescriptor({ flags: ALL, base: BASE, limit: bit === 94 ? 1 : 4096 })];
      words[bit >> 5] = (words[bit >> 5]! ^ (1 << (bit & 31))) >>> 0;
      s.words(2, words);
      s.fence();
      const isLimit = bit >= 64 && bit < 94;
      const expected = isLimit && bit !== 76 ? null : { cause: FAULT.load, stval: BigInt(AT) };
      expect(s.load(AT), `bit ${bit}`).toEqual(expected);
    }
  });

  test("has a base modulo 2^44 frames, and may name devices or nothing", () => {
    expect(segment(ALL, SEGMENT_SIZE, -4).load(AT + 5 * PAGE_SIZE)).toEqual({
      cause: 5,
      stval: BigInt(AT + 5 * PAGE_SIZE),
    });
    const wrapped = segment(ALL, SEGMENT_SIZE, FIRST + 9 - 0x3_0000);
    wrapped.m.ram.u64[(9 * PAGE_SIZE) / 8] = 77n;
    expect(wrapped.load(AT + 0x3000_0000)).toBeNull();
    expect(wrapped.hart.x[7]).toBe(77n);
    const uart = segment(ALL, SEGMENT_SIZE, frameOf(MEMORY_MAP.uart0.base));
    expect(uart.load(AT + 5, 1)).toBeNull();
    expect(uart.load(AT + 0x200_0000, 1)).toEqual({ cause: ACCESS_FAULT.load, stval: BigInt(AT + 0x200_0000) });
    const high = segment(ALL, SEGMENT_SIZE, 2 ** 43 + FIRST);
    for (const [kind, trap] of [
      ["load", high.load(AT)],
      ["store", high.store(AT, 4, 1n)],
      ["fetch", high.jump(AT)],
    ] as const)
      expect(trap).toEqual({ cause: ACCESS_FAULT[kind], stval: BigInt(AT) });
  });

  test("that changes in RAM is seen after a fence or a write of satp, not before", () => {
    const s = segment(ALL, 8);
    s.describe(2, { flags: ALL, base: BASE, limit: 0 });
    expect(s.load(AT)).toBeNull();
    s.hart.sfenceVma(0, 7);
    expect(s.load(AT)).toEqual({ cause: FAULT.load, stval: BigInt(AT) });
    s.describe(2, { flags: ALL, base: BASE, limit: 8 });
    expect(s.load(AT)).not.toBeNull();
    s.hart.setSatp("segments", 1, FIRST + 1);
    expect(s.load(AT)).toBeNull();
  });

  test("stays as the hart has it in a snapshot", () => {
    const s = segment(ALL, 8);
    s.describe(2, { flags: ALL, base: BASE, limit: 0 });
    const snapshot = s.m.snapshot();
    s.fence();
    expect(s.load(AT)).not.toBeNull();
    s.m.restore(snapshot);
    expect(s.load(AT)).toBeNull();
    const other = new SegmentMachine("segments");
    other.m.restore(snapshot);
    expect(other.load(AT)).toBeNull();
  });

  test("is that of satp's table again, where a fence came while satp named another one", () => {
    const s = segment(ALL, SEGMENT_SIZE);
    expect(s.load(AT)).toBeNull();
    const { csr } = s.hart;
    const satp = csr[CSR_SLOT.satp]!;
    for (const other of [satp + 20n, 0n]) {
      csr[CSR_SLOT.satp] = other;
      s.fence();
      csr[CSR_SLOT.satp] = satp;
      expect(s.load(AT), `${other}`).toBeNull();
    }
  });

  test("lets a segment move: its code is executed where it lies now", () => {
    const s = segment(ALL, SEGMENT_SIZE);
    const code = [0x0010_0393, 0x0000_0073]; // addi x7, x0, 1; ecall
    s.m.ram.u32.set(code, 8 * 1024);
    for (let n = 0; n < 40; n++) expect(s.jump(AT)).toBeNull();
    s.m.ram.u32.set([0x0020_0393, 0x0000_0073], 12 * 1024);
    s.m.ram.wrote(12 * PAGE_SIZE, 8);
    s.describe(2, { flags: ALL, base: BASE + 4, limit: SEGMENT_SIZE });
    s.fence();
    expect(s.jump(AT)).toBeNull();
    expect(s.hart.x[7]).toBe(2n);
  });
});

describe("An address", () => {
  test("with a bit above 37 is a page fault with all of its bits in stval", () => {
    const s = segment(ALL, SEGMENT_SIZE);
    for (let bit = 38n; bit < 64n; bit++) {
      const va = BigInt(AT) | (1n << bit);
      expect(s.load(va)).toEqual({ cause: FAULT.load, stval: va });
      expect(s.store(va, 1, 0n)).toEqual({ cause: FAULT.store, stval: va });
      expect(s.jump(va)).toEqual({ cause: FAULT.fetch, stval: va });
    }
    expect(s.load(-1, 1)).toEqual({ cause: FAULT.load, stval: 2n ** 64n - 1n });
    expect(s.load(2 ** 38 - 1, 1)).toEqual({ cause: FAULT.load, stval: 2n ** 38n - 1n });
  });
});

test("A segment table outside RAM is one without valid descriptors", () => {
  const s = segment(ALL, SEGMENT_SIZE);
  s.hart.setSatp("segments", 1, 5);
  expect(s.load(AT)).toEqual({ cause: FAULT.fetch, stval: BigInt(SEGMENT_SIZE) });
});

test("Neither the TLB nor its counters know of segments, and no access costs cycles", () => {
  const s = segment(ALL, SEGMENT_SIZE);
  s.load(AT);
  const { cycles } = s.m.clock;
  for (let n = 0; n < 5; n++) s.load(AT + 4096 * n);
  // Each: a load, an ECALL, its trap and the return.
  expect(s.m.clock.cycles - cycles).toBe(5 * (1 + 1 + 50 + 30));
  const { tlbHits, tlbMisses, tlbWalks } = s.hart.counters;
  expect([tlbHits, tlbMisses, tlbWalks]).toEqual([0, 0, 0]);
  expect(RAM_BASE).toBe(FIRST * PAGE_SIZE);
});
