/** Tier 1: what is emitted for small regions, as text (tests/golden/cpu/translator; `vitest -u` writes it anew). */

import { describe, expect, it } from "vitest";
import { discover } from "../../../cpu/translator/discover.ts";
import { inlineCalls } from "../../../cpu/translator/inline.ts";
import type { Surroundings } from "../../../cpu/translator/layout.ts";
import { emitRegions, emits } from "../../../cpu/translator/tier1.ts";
import { assemble } from "../assemble.ts";
import { textOf } from "../wasm/modules.ts";

const SURROUNDINGS: Surroundings = {
  hart: 64,
  ram: 0x1_0000,
  ramBytes: 0x40_0000,
  area: 0x41_0000,
  tlb: { sets: 16, ways: 4 },
  replacement: "nru",
  heat: 2,
  misses: 1000,
};

/** The module of the regions that begin at the words of those indices, landings as given. */
function module(
  source: string,
  entries: readonly number[] = [0],
  s = SURROUNDINGS,
  landings: readonly number[] = [],
  isPatient = false,
) {
  const words = assemble(source);
  const page = { at: 0, frame: 7, decoded: 0x50_0000 };
  const code = {
    word: (_page: unknown, offset: number) => words[offset / 4] ?? 0,
    pageAt: (distance: number) => (distance === 0 ? page : null),
    isLanding: (_page: unknown, offset: number) => landings.includes(offset / 4),
    emits,
  };
  return emitRegions(
    entries.map((entry) => ({ ...inlineCalls(discover(code, 4 * entry), code), isPatient })),
    s,
  );
}

const golden = (name: string) => new URL(`../../golden/cpu/translator/${name}.wat`, import.meta.url).pathname;

describe("the emitted text", () => {
  const LOOP = `
    again: lw   t0, 0(a0)
           add  a1, a1, t0
           sd   a1, 8(a2)
           addi a0, a0, 4
           bne  a0, a3, again
           jalr zero, 0(ra)`;
  const CALL = `
    start: addi sp, sp, -16
           sd   ra, 8(sp)
           jal  ra, start
           ld   ra, 8(sp)
           addi sp, sp, 16
           jalr zero, 0(ra)`;
  const SWITCH = `
           jalr zero, 0(t2)
    one:   addi a0, a0, 1
           jalr zero, 0(t2)
    two:   addi a0, a0, 2
           ecall`;

  it.each([
    ["loop", LOOP, []],
    ["scan", "again: lbu t0, 0(a0); addi a0, a0, 1; bne t0, zero, again; jalr zero, 0(ra)", []],
    ["around", "look: lw t0, 0(a0); beq t0, a1, out; addi a0, a0, 4; bne a0, a2, look; out: ecall", []],
    ["call", CALL, []],
    ["within", "jal ra, one; xor a0, a0, a1; ecall; one: addi a0, a0, 1; jalr zero, 0(ra)", [3]],
    ["switch", SWITCH, [1, 3]],
    ["table", "next: lbu t0, 0(a0); add t0, t0, a2; lw t1, 0(t0); addi a0, a0, 1; bne a0, a1, next; ecall", []],
    ["frame", "addi sp, sp, -16; sd ra, 8(sp); sw a0, 4(sp); lw a1, 0(sp); addi sp, sp, 16; jalr zero, 0(ra)", []],
  ])("of a %s is that of the golden file", async (name, source, landings) => {
    await expect(textOf(module(source, [0], SURROUNDINGS, landings))).toMatchFileSnapshot(golden(name));
  });

  it("of a patient region is that of the golden file: each access calls", async () => {
    const source =
      "again: lw t0, 0(a0); sd t0, 8(sp); ld t1, 16(sp); amoadd.w t2, t0, (a1); bne t0, zero, again; ecall";
    await expect(textOf(module(source, [0], SURROUNDINGS, [], true))).toMatchFileSnapshot(golden("patient"));
  });

  it("is the same each time", () => {
    expect(module(LOOP)).toEqual(module(LOOP));
  });

  // Functions are numbered: enter 0, load 1, store 2, fetch 3, then the regions.
  it("has no fast TLB where entries move at each lookup", () => {
    const lru = textOf(module(LOOP, [0], { ...SURROUNDINGS, replacement: "lru" }));
    expect(lru).not.toContain("i32.const 4080");
    expect(lru.match(/call [12]\n/g)).toHaveLength(2);
  });

  it("calls a region of the same module without asking for it, others by enter", () => {
    const two = "jal ra, other\n ecall\n other: addi a0, a0, 1\n jalr zero, 0(ra)";
    expect(textOf(module(two, [0, 2]))).toContain("call 5\n");
    expect(textOf(module(two, [0]))).toContain("call 0\n");
  });
});
