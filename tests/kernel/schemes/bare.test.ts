/** No translation: random mappings, cuts and ends of processes, each byte where its address says; and a bug that is planted. */
import { describe, expect, test } from "vitest";
import { Random } from "../../../cpu/random.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { allocateFrame, OWNER } from "../../../kernel/vm/frames.ts";
import { findHole, holeFigures } from "../../../kernel/vm/runs.ts";
import type { SegmentFit } from "../../../kernel/vm/types.ts";
import { anonymous, errnoOf, FIXED, PAGE, PRIVATE, vmExit, vmKernel, vmProcess } from "../vm/machines.ts";

const FITS: readonly SegmentFit[] = ["first-fit", "best-fit", "worst-fit"];

function setUp(segmentFit: SegmentFit = "first-fit") {
  return vmKernel({ translation: "bare", segmentFit }, { ramBytes: 2 * 2 ** 20 });
}

describe.each(FITS)("bare memory by %s", (fit) => {
  test("is given out where the policy says, zeroed, nowhere twice, and all comes back", () => {
    const k = setUp(fit);
    const random = new Random(11);
    const processes = [vmProcess(k), vmProcess(k)];
    let areas: { who: number; start: number; pages: number; byte: number }[] = [];
    let refusals = 0;
    const { u8, base } = k.machine.ram;
    for (let i = 0; i < 200; i++) {
      const who = random.below(2);
      const area = areas[random.below(Math.max(1, areas.length))];
      if (area === undefined || random.below(3) > 0) {
        const pages = 1 + random.below(24);
        const expected = findHole(k, pages);
        let start = 0;
        const error = errnoOf(() => {
          start = anonymous(k, processes[who], pages);
        });
        if (error !== "") {
          expect(error).toBe("ENOMEM");
          refusals++;
          continue;
        }
        expect(start).toBe((expected + k.vm.frames.first) * PAGE);
        const bytes = u8.subarray(start - base, start - base + pages * PAGE);
        expect(bytes.some((byte) => byte !== 0)).toBe(false);
        const byte = 1 + random.below(255);
        bytes.fill(byte);
        areas.push({ who, start, pages, byte });
      } else {
        // Any part may go, the middle too.
        const cut = random.below(area.pages);
        const pages = 1 + random.below(area.pages - cut);
        k.scheme.unmap(k, processes[area.who].space!, area.start + cut * PAGE, pages * PAGE);
        const rest = area.start + (cut + pages) * PAGE;
        areas = areas.filter((one) => one !== area);
        if (cut > 0) areas.push({ ...area, pages: cut });
        if (cut + pages < area.pages) areas.push({ ...area, start: rest, pages: area.pages - cut - pages });
      }
      checkVm(k);
      for (const { start, pages, byte } of areas)
        for (let page = 0; page < pages; page++) expect(u8[start - base + page * PAGE]).toBe(byte);
    }
    expect(refusals).toBeGreaterThan(0);
    for (const p of processes) vmExit(k, p);
    expect(holeFigures(k).holes).toBe(1);
  });
});

describe("bare memory", () => {
  test("refuses what needs translation, with the errno of Linux without an MMU", () => {
    const k = setUp();
    const p = vmProcess(k);
    const s = p.space!;
    const at = anonymous(k, p, 4);
    expect(errnoOf(() => k.scheme.fork(k, s))).toBe("ENOSYS");
    expect(errnoOf(() => k.scheme.protect(k, s, at, PAGE, 1, null))).toBe("ENOSYS");
    const fixed = { address: at, length: PAGE, prot: 3, flags: PRIVATE | FIXED, limits: p.limits };
    expect(errnoOf(() => k.scheme.mapAnonymous(k, s, fixed))).toBe("EINVAL");
    const grow = { address: at, oldSize: 4 * PAGE, newSize: 5 * PAGE, flags: 1, newAddress: 0 };
    expect(errnoOf(() => k.scheme.remap(k, p, grow))).toBe("ENOMEM");
    expect(errnoOf(() => k.scheme.unmap(k, s, at + 64 * PAGE, PAGE))).toBe("EINVAL");
    checkVm(k);
  });

  test("has room for a program that is aligned beyond a page, and it lies on nobody", () => {
    const k = setUp();
    const [p, q] = [vmProcess(k), vmProcess(k)];
    const below = anonymous(k, p, 3);
    const ALIGN = 16 * PAGE;
    expect((below + 3 * PAGE) % ALIGN).not.toBe(0);
    const at = k.scheme.placeProgram(k, q.space!, 8 * PAGE, ALIGN);
    expect(at % ALIGN).toBe(0);
    expect(at).toBeGreaterThanOrEqual(below + 3 * PAGE);
    expect(errnoOf(() => k.scheme.placeProgram(k, q.space!, 8 * PAGE, 2 ** 21))).toBe("ENOMEM");
  });

  test("of which programs have written what is not theirs is given out zeroed, to the kernel too", () => {
    const k = setUp();
    const { ram } = k.machine;
    const at = anonymous(k, vmProcess(k), 1) - ram.base;
    const { owner, count, first } = k.vm.frames;
    for (let index = 0; index < count; index++)
      if (owner[index] === OWNER.free) ram.u8.fill(0x5a, index * PAGE, (index + 1) * PAGE);
    const frames = [1, 2, 3].map(() => (allocateFrame(k, OWNER.kernel) - first) * PAGE);
    const areas = [...frames, anonymous(k, vmProcess(k), 1) - ram.base];
    for (const area of areas) expect(ram.u8.subarray(area, area + PAGE).some((byte) => byte !== 0)).toBe(false);
    expect(new Set([at, ...areas]).size).toBe(5);
  });

  test("that a bug frees, or counts wrongly, is caught by the checker", () => {
    const k = setUp();
    const p = vmProcess(k);
    const at = anonymous(k, p, 4);
    p.space!.counts.anonymous++;
    expect(() => checkVm(k)).toThrow("bare (1)");
    p.space!.counts.anonymous--;
    checkVm(k);
    k.vm.frames.references[at / PAGE - k.vm.frames.first]++;
    expect(() => checkVm(k)).toThrow(/vm \(/);
  });
});
