/**
 * Segments against a model: random mappings, growth, cuts, forks and ends of processes, each access an instruction that the hart
 * executes through the segment table in RAM, all invariants checked after every step; for each policy, with compaction and without.
 */
import { describe, expect, test } from "vitest";
import { Random } from "../../../cpu/random.ts";
import { SEGMENT_SIZE } from "../../../cpu/segments.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { segmentAt } from "../../../kernel/schemes/segment-table.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { spaceFigures } from "../../../kernel/vm/describe.ts";
import { contiguousState, forEachHole, holeFigures } from "../../../kernel/vm/runs.ts";
import type { SegmentFit } from "../../../kernel/vm/types.ts";
import {
  anonymous,
  errnoOf,
  FIXED,
  load,
  PAGE,
  PRIVATE,
  SHARED,
  store,
  vmExit,
  vmFork,
  vmKernel,
  vmProcess,
} from "../vm/machines.ts";

const FITS: readonly SegmentFit[] = ["first-fit", "best-fit", "worst-fit"];

/** A mapping as it should be: its pages' first bytes. Shared ones are one array in all processes. */
interface Area {
  readonly start: number;
  readonly bytes: number[];
  readonly shared: boolean;
}

interface Being {
  readonly p: Process;
  areas: Area[];
}

/** Where the policy would put a run, from the holes as they are. */
function expectedHole(k: Kernel, pages: number, fit: SegmentFit): number {
  const holes: [index: number, room: number][] = [];
  forEachHole(k, (index, room) => {
    if (room >= pages) holes.push([index, room]);
  });
  if (fit === "best-fit") holes.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  if (fit === "worst-fit") holes.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return holes[0]?.[0] ?? -1;
}

class Model {
  readonly k: Kernel;
  readonly beings: Being[] = [];
  private readonly random: Random;
  refusals = 0;

  constructor(
    private readonly fit: SegmentFit,
    private readonly compaction: boolean,
    seed: number,
  ) {
    this.k = vmKernel({ translation: "segments", segmentFit: fit, compaction }, { ramBytes: 2 * 2 ** 20 });
    this.random = new Random(seed);
    this.beings.push({ p: vmProcess(this.k), areas: [] });
  }

  step(): void {
    const being = this.beings[this.random.below(this.beings.length)]!;
    const area = being.areas[this.random.below(Math.max(1, being.areas.length))];
    const what = this.random.below(10);
    if (what < 3 || area === undefined) this.map(being);
    else if (what < 6) this.write(being, area);
    else if (what === 6) this.cut(being, area);
    else if (what === 7) this.grow(being, area);
    else if (what === 8) this.fork(being);
    else if (this.beings.length > 1) this.exit(being);
    checkVm(this.k);
    for (const { p, areas } of this.beings) for (const one of areas) this.compare(p, one);
  }

  /** ENOMEM must have a reason: too few frames, or, where nothing may be moved, no hole. */
  private refused(pages: number): void {
    this.refusals++;
    const { free, largest } = holeFigures(this.k);
    const tooFew = free - pages < this.k.vm.reclaim.watermarks.high;
    if (!tooFew) expect(this.compaction ? free - pages : largest).toBeLessThan(this.compaction ? 0 : pages);
  }

  private map(being: Being): void {
    const pages = 1 + this.random.below(24);
    const shared = this.random.below(6) === 0;
    const place = expectedHole(this.k, pages, this.fit);
    let start = 0;
    const error = errnoOf(() => {
      start = anonymous(this.k, being.p, pages, shared ? { flags: SHARED } : {});
    });
    if (error !== "") {
      expect(error).toBe("ENOMEM");
      this.refused(pages);
      return;
    }
    if (place >= 0) expect(segmentAt(this.k, being.p.space!, start / SEGMENT_SIZE)!.index).toBe(place);
    being.areas.push({ start, bytes: new Array(pages).fill(0), shared });
  }

  private write({ p }: Being, { start, bytes }: Area): void {
    const page = this.random.below(bytes.length);
    bytes[page] = this.random.below(256);
    expect(store(this.k, p, start + page * PAGE, bytes[page]!)).toEqual([]);
  }

  private cut(being: Being, area: Area): void {
    const keep = area.shared ? 0 : this.random.below(area.bytes.length);
    const { k } = this;
    k.scheme.unmap(k, being.p.space!, area.start + keep * PAGE, (area.bytes.length - keep) * PAGE);
    expect(load(k, being.p, area.start + keep * PAGE).kinds).toEqual([keep > 0 ? "beyond-limit" : "no-segment"]);
    if (!area.shared) area.bytes.length = keep;
    if (keep === 0) being.areas = being.areas.filter((one) => one !== area);
  }

  private grow(being: Being, area: Area): void {
    const { k } = this;
    const pages = area.bytes.length;
    const more = 1 + this.random.below(8);
    const request = {
      address: area.start,
      oldSize: pages * PAGE,
      newSize: (pages + more) * PAGE,
      flags: 1,
      newAddress: 0,
    };
    const error = errnoOf(() => k.scheme.remap(k, being.p, request));
    if (area.shared) expect(error).toBe("EPERM");
    else if (error === "") area.bytes.push(...new Array(more).fill(0));
    else this.refused(pages + more);
  }

  private fork(being: Being): void {
    if (this.beings.length > 4) return;
    const error = errnoOf(() => {
      const p = vmFork(this.k, being.p);
      const areas = being.areas.map((area) => (area.shared ? area : { ...area, bytes: [...area.bytes] }));
      this.beings.push({ p, areas });
    });
    if (error !== "") this.refusals++;
  }

  private exit(being: Being): void {
    vmExit(this.k, being.p);
    this.beings.splice(this.beings.indexOf(being), 1);
  }

  /** Looks at RAM itself, by the table: cheaper than an instruction for each page. */
  private compare(p: Process, { start, bytes }: Area): void {
    for (const [page, byte] of bytes.entries()) {
      const at = this.k.scheme.peek(this.k, p.space!, start + page * PAGE);
      expect(this.k.machine.ram.u8[at]).toBe(byte);
    }
  }
}

describe.each(FITS)("segments by %s", (fit) => {
  test.each([true, false])("hold what a model holds, compaction %s", (compaction) => {
    const model = new Model(fit, compaction, 7);
    for (let i = 0; i < 150; i++) model.step();
    expect(model.refusals).toBeGreaterThan(0);
    if (compaction) expect(contiguousState(model.k).figures.compactions).toBeGreaterThan(0);
    for (const { p } of model.beings) vmExit(model.k, p);
    expect(holeFigures(model.k).holes).toBe(1);
  });
});

describe("a segment", () => {
  const setUp = () => {
    const k = vmKernel({ translation: "segments" }, { ramBytes: 2 * 2 ** 20 });
    return { k, p: vmProcess(k) };
  };

  test("faults beyond its limit, where it is not writable, and where there is none", () => {
    const { k, p } = setUp();
    const at = anonymous(k, p, 2, { prot: 1 });
    expect(load(k, p, at + PAGE).value).toBe(0);
    expect(load(k, p, at + 2 * PAGE).kinds).toEqual(["beyond-limit"]);
    expect(store(k, p, at, 1)).toEqual(["segment-not-writable"]);
    expect(load(k, p, 5 * SEGMENT_SIZE).kinds).toEqual(["no-segment"]);
    expect(load(k, p, 2 ** 38).kinds).toEqual(["outside-user-space"]);
  });

  test("grows in place where there is room behind it, else moves with its content", () => {
    const { k, p } = setUp();
    const low = anonymous(k, p, 2);
    store(k, p, low, 42);
    const first = segmentAt(k, p.space!, low / SEGMENT_SIZE)!.index;
    const grow = (oldPages: number, pages: number) =>
      k.scheme.remap(k, p, { address: low, oldSize: oldPages * PAGE, newSize: pages * PAGE, flags: 1, newAddress: 0 });
    grow(2, 4);
    expect(segmentAt(k, p.space!, low / SEGMENT_SIZE)).toMatchObject({ index: first, pages: 4 });
    anonymous(k, p, 1);
    grow(4, 6);
    expect(segmentAt(k, p.space!, low / SEGMENT_SIZE)!.index).not.toBe(first);
    expect(load(k, p, low)).toEqual({ value: 42, kinds: [] });
    expect(contiguousState(k).figures).toMatchObject({ grown: 1, moved: 1 });
    checkVm(k);
  });

  test("is refused what one segment cannot do, with the errno of Linux without an MMU", () => {
    const { k, p } = setUp();
    const at = anonymous(k, p, 4);
    const s = p.space!;
    expect(errnoOf(() => k.scheme.unmap(k, s, at, PAGE))).toBe("EINVAL");
    expect(errnoOf(() => k.scheme.unmap(k, s, at + PAGE, PAGE))).toBe("EINVAL");
    expect(errnoOf(() => k.scheme.unmap(k, s, 9 * SEGMENT_SIZE, PAGE))).toBe("EINVAL");
    expect(errnoOf(() => k.scheme.protect(k, s, at, PAGE, 1, null))).toBe("ENOSYS");
    k.scheme.protect(k, s, at, 4 * PAGE, 1, null);
    expect(store(k, p, at, 1)).toEqual(["segment-not-writable"]);
    checkVm(k);
  });

  test("has what lies between its mappings too, and the process is as large as that", () => {
    const { k, p } = setUp();
    const between = { address: 5 * SEGMENT_SIZE + 6 * PAGE, length: 2 * PAGE, prot: 3, flags: PRIVATE | FIXED };
    k.scheme.mapAnonymous(k, p.space!, { ...between, limits: p.limits });
    expect(spaceFigures(p.space!)).toMatchObject({ VmRSS: 8 * PAGE, VmSize: 8 * PAGE, VmPeak: 8 * PAGE });
    checkVm(k);
  });

  test("that a bug gives another limit, other rights or a wrong frame is caught by the checker", () => {
    for (const [word, bit] of [
      [2, 1 << 12],
      [0, 1 << 2],
      [0, 1 << 10],
    ] as const) {
      const { k, p } = setUp();
      const at = anonymous(k, p, 4, { prot: 1 });
      store(k, p, at, 1);
      const root = (p.space!.root - k.vm.frames.first) * (PAGE / 4);
      k.machine.ram.u32[root + 4 * (at / SEGMENT_SIZE) + word] ^= bit;
      expect(() => checkVm(k)).toThrow(/segments|vm \(/);
    }
  });
});
