/** Whatever the scheduler does: every read finds what the writes submitted before it left, as if there were no queue. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPending, isUnderWay } from "../../../kernel/block/request-queue.ts";
import type { DiskRequest } from "../../../kernel/block/types.ts";
import { ask, askFlush, bufferAt, SCHEDULERS, type Setting, setting, settle, step, words } from "./disks.ts";

const SECTORS = 96;

type Step =
  | { readonly what: "read" | "write"; readonly sector: number; readonly count: number }
  | { readonly what: "flush" | "step" };

const transfer = fc.record({
  what: fc.constantFrom("read" as const, "write" as const),
  sector: fc.nat(SECTORS - 1),
  count: fc.integer({ min: 1, max: 12 }),
});
const other = fc.record({ what: fc.constantFrom("flush" as const, "step" as const, "step" as const) });
const steps = fc.array(fc.oneof({ weight: 3, arbitrary: transfer }, { weight: 1, arbitrary: other }), {
  maxLength: 90,
});
const badSectors = fc.array(fc.nat(SECTORS - 1), { maxLength: 3 });

/** What a request must come to, known when it is submitted. */
interface Expectation {
  readonly request: DiskRequest;
  readonly buffer: number;
  readonly fails: boolean;
  /** Of a read. */
  readonly words: readonly number[] | null;
}

/** Writes `count` sectors of numbers that nobody else writes. */
function fill({ k }: Setting, buffer: number, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = (bufferAt(k, buffer) - k.machine.ram.base) / 4 + i * 128;
    k.machine.ram.u32.fill(1_000_000 + buffer * 100 + i, at, at + 128);
    found.push(1_000_000 + buffer * 100 + i);
  }
  return found;
}

/** The disk as it would be if every request were served at once. */
class Model {
  readonly disk = Array.from({ length: SECTORS }, (_, i) => i);
  readonly expectations: Expectation[] = [];

  constructor(private readonly x: Setting) {}

  submit(what: "read" | "write", sector: number, wanted: number): void {
    const buffer = this.expectations.length;
    const count = Math.min(wanted, SECTORS - sector);
    const write = what === "write";
    const fails = [...this.x.store.bad].some((bad) => bad >= sector && bad < sector + count);
    const content = write ? fill(this.x, buffer, count) : this.disk.slice(sector, sector + count);
    if (write && !fails) this.disk.splice(sector, count, ...content);
    const request = ask(this.x, { sector, count, write, buffer });
    this.expectations.push({ request, buffer, fails, words: write ? null : content });
  }

  /** All has ended. */
  compare(): void {
    for (const { request, buffer, fails, words: expected } of this.expectations) {
      expect(request.state).toBe(fails ? "failed" : "done");
      if (!fails && expected !== null) expect(words(this.x, buffer, expected.length)).toEqual(expected);
    }
    this.x.store.bad.clear();
    const onDisk = this.x.k.machine.disks[0].contents();
    const view = new DataView(onDisk.buffer, onDisk.byteOffset);
    expect(this.disk.map((_, i) => view.getUint32(i * 512, true))).toEqual(this.disk);
  }
}

function run(x: Setting, list: readonly Step[]): void {
  const model = new Model(x);
  const flushes: { flush: DiskRequest; before: readonly DiskRequest[] }[] = [];
  const look = () => {
    for (const { flush, before } of flushes) if (flush.state === "done") expect(before.filter(isPending)).toEqual([]);
  };
  for (const one of list) {
    if (one.what === "read" || one.what === "write") model.submit(one.what, one.sector, one.count);
    else if (one.what === "flush") {
      const before = model.expectations.map(({ request }) => request).filter(({ write }) => write);
      flushes.push({ flush: askFlush(x), before });
    } else if (x.disk.active !== null) step(x);
    look();
  }
  for (let sector = 0; sector < SECTORS; sector++) {
    const there = ({ write, position, length }: DiskRequest, what: "write" | "any") =>
      (write || what === "any") && position <= sector * 512 && sector * 512 < position + length;
    for (const what of ["write", "any"] as const)
      expect(isUnderWay(x.k, 0, sector * 512, 512, what)).toBe(x.disk.pending.some((one) => there(one, what)));
  }
  while (x.disk.active !== null) {
    step(x);
    look();
  }
  settle(x);
  model.compare();
  expect(flushes.every(({ flush }) => flush.state === "done")).toBe(true);
}

describe.each(SCHEDULERS)("Under %s", (scheduler) => {
  it("requests that overlap keep their order, flushes theirs, and errors reach those whose sectors are bad", () => {
    fc.assert(
      fc.property(steps, badSectors, (list, bad) => {
        const x = setting(scheduler, SECTORS);
        for (const sector of bad) x.store.bad.add(sector);
        run(x, list);
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});
