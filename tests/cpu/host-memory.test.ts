/** What RAM costs the host, as Node tells it. */

import { expect, test } from "vitest";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { RAM_BASE } from "../../cpu/machine.ts";
import { machine } from "./machines.ts";

test("2 GiB of RAM cost nothing until they are touched, and its last byte works", () => {
  const before = process.memoryUsage().rss;
  const m = machine({ ramBytes: 2 ** 31 });
  m.ram.u8[2 ** 31 - 1] = 7;
  expect(m.bus.read(RAM_BASE + 2 ** 31 - 1, 1)).toBe(7);
  m.ram.u32.set([0x0005_3583], 0); // ld a1, 0(a0)
  const hart = m.harts[0]!;
  hart.csr[CSR_SLOT.sepc] = BigInt(RAM_BASE);
  hart.x[10] = BigInt(RAM_BASE + 2 ** 31 - 8);
  m.run(Number.MAX_SAFE_INTEGER, 1);
  expect(hart.x[11]).toBe(7n << 56n);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
});
