/**
 * A recorded string against a second observer, who shares nothing with the recorder: it stops before each instruction, takes the
 * word at pc apart, and computes from the registers which page it will load from or store to.
 *
 * (1) Loads and stores by page: what the recorder was told of is what the instructions say, each one.
 * (2) The order of pages in the file is that of the instructions and of what the kernel has touched for them, when repetitions that
 *     a recorder may leave out are left out of both.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Access, FETCH, STORE } from "../../../cpu/access.ts";
import { decode } from "../../../cpu/decode.ts";
import { INSTRUCTIONS } from "../../../cpu/isa.ts";
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { CSR_SLOT } from "../../../cpu/state.ts";
import type { Computer } from "../../../kernel/computer.ts";
import { Recorder } from "../../../tools/memory/recorder.ts";
import { originOf } from "../../../tools/memory/recording.ts";
import { ReferenceFileWriter, readReferenceFile } from "../../../tools/memory/reference-file.ts";
import { argumentOf, EVENT, eventOf, type ReferenceString } from "../../../tools/memory/reference-string.ts";
import { peekUser } from "../../../tools/peek.ts";
import { start } from "../../kernel/programs.ts";
import { built } from "../look/programs.ts";

/** Of scause. */
const INTERRUPT_BIT = 2n ** 63n;

const ROOT = join(import.meta.dirname, "../../..");

/** "space:page". */
type Place = string;
type Counts = Record<string, number>;

const count = (counts: Counts, what: string) => {
  counts[what] = (counts[what] ?? 0) + 1;
};

interface Observed {
  /** By place and "load" or "store". */
  readonly counts: Counts;
  readonly order: Place[];
}

/** Counts what it is told of, and notes what the kernel touches. */
class CountingRecorder extends Recorder {
  readonly heard: Counts = {};
  private activeSpace = 0;
  touches: (place: Place) => void = () => {};

  override activated(space: number): void {
    this.activeSpace = space;
    super.activated(space);
  }

  override accessed(index: number, page: number, access: Access, now: number): void {
    if (access !== FETCH) count(this.heard, `${this.activeSpace}:${page} ${access === STORE ? "store" : "load"}`);
    super.accessed(index, page, access, now);
  }

  override touched(index: number, space: number, page: number, write: boolean, now: number | null): void {
    this.touches(`${space}:${page}`);
    super.touched(index, space, page, write, now);
  }
}

/** Where the next instruction comes from, and what it will access, by the table of instructions. */
function lookAhead(computer: Computer) {
  const p = computer.kernel.current!;
  const { x, csr } = computer.machine.harts[0]!;
  const pc = Number(csr[CSR_SLOT.sepc]);
  const place = (va: number): Place => `${p.space!.id}:${Math.floor(va / PAGE_SIZE)}`;
  const bytes = peekUser(computer, p.pid, pc, 4);
  if (bytes === null) return null;
  const insn = decode(Buffer.from(bytes).readUInt32LE(0));
  const meaning = insn === null ? "" : INSTRUCTIONS[insn.mnemonic].meaning;
  if (insn === null || !/M\[rs1/.test(meaning)) return { fetch: place(pc), data: null, isStore: false };
  const base = insn.rs1 === 0 ? 0n : x[insn.rs1]!;
  const va = Number(BigInt.asUintN(64, base + BigInt(insn.imm)));
  return { fetch: place(pc), data: place(va), isStore: /M\[[^\]]*\] [^ ]?=/.test(meaning) };
}

/** Lets the machine go by single instructions from now on. */
function stepping(computer: Computer, { counts, order }: Observed): void {
  const { machine } = computer;
  const hart = machine.harts[0]!;
  const run = machine.run.bind(machine);
  // Of fetches each counts that enters a page, or follows a trap; and that of each instruction that uses memory.
  let page: Place | null = null;
  machine.run = (until, limit) => {
    page = null;
    for (;;) {
      const next = lookAhead(computer);
      const { instret } = hart.counters;
      const stop = run(until, Math.min(limit, instret + 1));
      const hasRetired = hart.counters.instret > instret;
      const hasTrapped = stop === "trap" && hart.csr[CSR_SLOT.scause]! < INTERRUPT_BIT;
      if ((hasRetired || hasTrapped) && next !== null && next.fetch !== page) order.push(next.fetch);
      page = next?.fetch ?? null;
      if (next?.data != null && hasRetired) {
        count(counts, `${next.data} ${next.isStore ? "store" : "load"}`);
        order.push(next.fetch, next.data);
      }
      if (stop !== "limit" || hart.counters.instret >= limit) return stop;
    }
  };
}

/** Leaves out what repeats the last page, and the third and further rounds of the last two. */
function withoutRepetitions(order: readonly Place[]): Place[] {
  const kept: Place[] = [];
  for (const place of order) {
    if (place === kept.at(-1)) continue;
    const [a, b, c, d] = kept.slice(-4);
    kept.push(place);
    if (kept.length >= 5 && a === c && b === d && a === place) kept.length -= 2;
  }
  return kept;
}

/** Pages in the order of the file. */
function orderOf({ codes, spaceOfName, placeOfName }: ReferenceString): Place[] {
  return [...codes]
    .filter((code) => eventOf(code) <= EVENT.write)
    .map((code) => `${spaceOfName[argumentOf(code)]}:${placeOfName[argumentOf(code)]}`);
}

function observe(path: string) {
  const program = built(join(ROOT, path));
  const pieces: Buffer[] = [];
  const origin = originOf({});
  const file = new ReferenceFileWriter(origin, (bytes) => pieces.push(Buffer.from(bytes)));
  const recorder = new CountingRecorder(file, origin);
  const observed: Observed = { counts: {}, order: [] };
  recorder.touches = (place) => void observed.order.push(place);
  const run = start(["program"], { engine: "reference", references: recorder }, { program });
  stepping(run.computer, observed);
  expect(run.finish().kind).toBe("off");
  recorder.end();
  return { observed, told: recorder.heard, string: readReferenceFile(Buffer.concat(pieces)) };
}

describe("a recorded string", () => {
  it.each(["userland/demos/copy-on-write.s", "userland/demos/stack-growth.s"])(
    "of %s is what its instructions say",
    (path) => {
      const { observed, told, string } = observe(path);
      expect(Object.values(told).reduce((a, b) => a + b)).toBeGreaterThan(100);
      expect(told).toEqual(observed.counts);
      const [recorded, expected] = [orderOf(string), observed.order].map(withoutRepetitions);
      const first = recorded!.findIndex((place, i) => place !== expected![i]);
      expect([first, recorded!.slice(first, first + 6)]).toEqual([-1, expected!.slice(first, first + 6)]);
      expect(expected!.slice(recorded!.length)).toEqual([]);
    },
  );
});
