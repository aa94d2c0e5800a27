/** Working sets estimated from A bits, beside a policy that reads and clears the same bits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasReferenced } from "../../../kernel/vm/page-references.ts";
import { findPte } from "../../../kernel/vm/page-table.ts";
import { pteFrameOf } from "../../../kernel/vm/pte.ts";
import { lookAtUse, SAMPLES } from "../../../kernel/vm/working-set.ts";
import { anonymous, load, PAGE, store, vmKernel, vmProcess } from "./machines.ts";

const PAGES = 6;

function scene(window: number) {
  const k = vmKernel({ window });
  const p = vmProcess(k);
  const va = anonymous(k, p, PAGES);
  for (let i = 0; i < PAGES; i++) store(k, p, va + i * PAGE, i);
  const frame = (i: number) => pteFrameOf(k.machine.ram.u32[findPte(k, p.space!, va / PAGE + i)]) - k.vm.frames.first;
  /** What the policy hears of page i. */
  const asked = (i: number) => wasReferenced(k, frame(i));
  return { k, p, va, asked };
}

const steps = fc.array(
  fc.tuple(fc.constantFrom("touch", "touch", "ask", "look"), fc.integer({ min: 0, max: PAGES - 1 })),
  { maxLength: 60 },
);

describe("the use of pages", () => {
  it("is heard of once by the policy and once by the look, whoever comes first", () => {
    fc.assert(
      fc.property(steps, (run) => {
        const { k, p, va, asked } = scene(8000);
        const used = Array.from({ length: PAGES }, () => true);
        const ages = Array.from({ length: PAGES }, () => 0);
        const since = Array.from({ length: PAGES }, () => true);
        for (const [what, i] of run) {
          if (what === "touch") {
            load(k, p, va + i * PAGE);
            used[i] = true;
            since[i] = true;
          } else if (what === "ask") {
            expect(asked(i)).toBe(used[i]);
            used[i] = false;
          } else {
            for (const [page, isUsed] of since.entries()) ages[page] = isUsed ? 0 : ages[page]! + 1;
            since.fill(false);
            expect(lookAtUse(k, p.space!)).toBe(ages.filter((age) => age < SAMPLES).length);
          }
        }
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  it("is forgotten after as many looks as a window has", () => {
    const { k, p, va } = scene(8000);
    expect(lookAtUse(k, p.space!)).toBe(PAGES);
    for (let look = 1; look < SAMPLES; look++) {
      load(k, p, va);
      expect(lookAtUse(k, p.space!)).toBe(PAGES);
    }
    load(k, p, va);
    expect(lookAtUse(k, p.space!)).toBe(1);
  });

  it("keeps nothing when nobody asks for it", () => {
    const { k, asked } = scene(0);
    expect(asked(0)).toBe(true);
    expect(asked(0)).toBe(false);
    expect(k.vm.use.marks.length).toBe(0);
  });
});
