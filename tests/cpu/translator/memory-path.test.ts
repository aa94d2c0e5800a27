/**
 * The memory path against the reference MMU, each on a memory of its own: random page tables, TLB shapes, accesses and fences.
 * After each step place, trap, time, counters, TLB and all of RAM are equal, and the fast TLBs keep their promises.
 */

import { describe, expect, test } from "vitest";
import { RAM_BASE } from "../../../cpu/ram.ts";
import { Random } from "../../../cpu/random.ts";
import type { ReplacementName } from "../../../cpu/replacement.ts";
import type { TranslationMode } from "../../../cpu/satp.ts";
import { DESCRIPTOR, encodeDescriptor, SEGMENT_SIZE } from "../../../cpu/segments.ts";
import { EXIT } from "../../../cpu/translator/layout.ts";
import { DEAREST_WALK } from "../../../cpu/translator/walk.ts";
import { FastSide, FRAMES, type Outcome, ReferenceSide, type Request } from "./memory-sides.ts";

const TABLES = 20;
const KINDS = ["load", "store", "fetch"] as const;

/** The level that each table is meant for, though some pointers lead elsewhere. */
const LEVEL_OF = [0, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const tablesAt = (level: number) => LEVEL_OF.flatMap((each, n) => (n > 0 && each === level ? [n] : []));

/** A PTE for a table of that level, right more often than not. */
function randomPte(random: Random, level: number): bigint {
  const pick = random.below(100);
  const meant = tablesAt(level - 1);
  const table = pick < 10 || level === 0 ? 1 + random.below(TABLES) : meant[random.below(meant.length)]!;
  const pointer = (BigInt(RAM_BASE / 4096 + table) << 10n) | 1n | (random.below(8) === 0 ? 0x320n : 0n);
  if (pick < 3) return 0n;
  if (pick < (level === 0 ? 5 : 75)) return pointer;
  if (pick < (level === 0 ? 6 : 77)) return (BigInt(random.below(1 << 20)) << 10n) | 1n;
  const isFirst = level > 0 && random.below(4) > 0;
  const frame = BigInt(RAM_BASE / 4096 + (isFirst ? 0 : random.below(FRAMES + 1)));
  const rights = [0x0fn, 0x0fn, 0x07n, 0x0bn, 0x03n, 0x09n][random.below(6)]!;
  const pte = (frame << 10n) | 0x11n | rights | (BigInt(random.below(8)) << 5n);
  if (pick < 95) return pte;
  if (pick < 96) return pte & ~0x10n;
  if (pick < 97) return pte | (1n << BigInt(54 + random.below(10)));
  if (pick < 98) return (pte & ~0x0an) | 4n;
  if (pick < 99) return pte | (1n << BigInt(30 + random.below(24)));
  return (BigInt(random.next()) << 32n) | BigInt(random.next());
}

/** Frames of the segment tables of the two modes, and the descriptors that addresses use. */
const SEGMENT_TABLE = { segments: 21, "segmented-paging": 22 } as const;
const DESCRIPTORS = [0, 1, 252, 253];

/** A descriptor, right more often than not, whose limit lies where addresses are. */
function randomDescriptor(random: Random, mode: keyof typeof SEGMENT_TABLE): number[] {
  const { V, R, W, X, U, D } = DESCRIPTOR;
  const page = random.below(2) * 512 + (random.below(4) === 0 ? 508 * 512 : 0) + random.below(14);
  const rights = [R | W | X, R | W | X, R | W, R | X, R, X, W][random.below(7)]!;
  const flags = (random.below(40) && V) | rights | (random.below(40) && U) | (random.below(3) === 0 ? D : 0);
  const isPaged = mode === "segmented-paging";
  const inPage = isPaged ? 0 : random.below(3) === 0 ? random.below(4096) : random.below(16);
  const limit = random.below(4) === 0 ? ((flags & D) === 0 ? SEGMENT_SIZE : 0) : page * 4096 + inPage;
  const frame = isPaged ? tablesAt(1)[random.below(5)]! : random.below(FRAMES + 1) - page + random.below(6);
  const words = [...encodeDescriptor({ flags, base: RAM_BASE / 4096 + frame, limit })];
  if (random.below(30) === 0) words[random.below(4)]! ^= 1 << random.below(32);
  return words;
}

/** An address whose indices lead through few entries of every table, sometimes not canonical. */
function randomAddress(random: Random): bigint {
  let va = BigInt(random.below(4096));
  for (let level = 0; level < 4; level++) {
    const index = random.below(level === 0 ? 12 : 2) + (random.below(8) === 0 ? 508 : 0);
    va |= BigInt((level === 3 && random.below(3) > 0 ? 0 : index) & 511) << BigInt(12 + 9 * level);
  }
  const canonical = BigInt.asIntN(random.below(2) === 0 ? 39 : 48, va);
  const pick = random.below(60);
  if (pick === 0) return BigInt.asIntN(64, canonical ^ (1n << BigInt(38 + random.below(26))));
  return pick === 1 ? BigInt.asIntN(64, (BigInt(random.next()) << 32n) | BigInt(random.next())) : canonical;
}

function randomRequest(random: Random, recent: bigint[]): Request {
  const kind = KINDS[random.below(3)]!;
  const width = 1 << random.below(4);
  const isNew = recent.length === 0 || random.below(3) === 0;
  let va = isNew ? randomAddress(random) : recent[random.below(recent.length)]!;
  va = (va & ~4095n) | BigInt(random.below(4096));
  if (kind === "fetch") va &= ~3n;
  else if (random.below(4) > 0) va &= ~BigInt(width - 1);
  return { kind, va, width, tier: random.below(2) };
}

/** Both sides, which are told the same. */
class Twins {
  readonly random: Random;
  readonly reference: ReferenceSide;
  readonly fast: FastSide;
  readonly seen = new Map<string, number>();
  private readonly recent: bigint[] = [];

  constructor(seed: number, sets: number, ways: number, replacement: ReplacementName) {
    this.random = new Random(seed);
    this.reference = new ReferenceSide(sets, ways, replacement);
    this.fast = new FastSide(sets, ways, replacement);
  }

  get sides() {
    return [this.reference, this.fast] as const;
  }

  /** Writes new tables, or spoils entries of the present ones; nobody is told. */
  scribble(entries: number): void {
    const { random } = this;
    for (let n = 0; n < entries; n++) {
      const table = 1 + random.below(TABLES);
      const isUpper = LEVEL_OF[table]! > 0;
      const slot = random.below(5) > 0 ? random.below(isUpper ? 2 : 12) : 508 + random.below(isUpper ? 2 : 4);
      const pte = randomPte(random, LEVEL_OF[table]!);
      const index = table * 512 + slot;
      for (const { ram } of this.sides) ram.u64[index] = pte;
    }
  }

  /** Writes descriptors; the hart learns of it at the next fence. */
  describe(): void {
    for (const mode of ["segments", "segmented-paging"] as const)
      for (const number of DESCRIPTORS) {
        const words = randomDescriptor(this.random, mode);
        for (const { ram } of this.sides) ram.u32.set(words, SEGMENT_TABLE[mode] * 1024 + 4 * number);
      }
  }

  setSatp(mode: TranslationMode, asid: number, root?: number): void {
    const usual = mode === "sv39" ? 3 + this.random.below(2) : 1 + this.random.below(2);
    const table = mode === "segments" || mode === "segmented-paging" ? SEGMENT_TABLE[mode] : usual;
    // satp changes between two runs.
    const { left } = this.reference;
    for (const side of this.sides) side.grant(left);
    for (const side of this.sides) side.setSatp(mode, asid, root ?? RAM_BASE / 4096 + table);
  }

  /** Something that a supervisor does between two accesses. */
  supervise(mode: TranslationMode): void {
    const { random } = this;
    const pick = random.below(40);
    if (pick < 4) this.scribble(1 + random.below(20));
    if (pick === 3 || pick === 4) this.describe();
    if (pick === 4) {
      const page = random.below(2) === 0 ? undefined : Number(randomAddress(random) >> 12n);
      const asid = random.below(2) === 0 ? undefined : random.below(3);
      for (const side of this.sides) side.fence(page, asid);
    }
    if (pick === 5) {
      const choice = random.below(12);
      const others = ["bare", "segments", "segmented-paging", "sv39", "sv48"] as const;
      const chosen = choice < 4 ? others[random.below(5)]! : mode;
      this.setSatp(chosen, random.below(3), choice === 4 ? 7 : undefined);
    }
    if (pick < 8) {
      const left = random.below(3) === 0 ? random.below(300) : 5000;
      for (const side of this.sides) side.grant(left);
    }
    if (pick > 31) this.fast.decode(random.below(FRAMES), BigInt(random.next()) * BigInt(random.next()));
    if (pick === 8) for (let frame = 0; frame < FRAMES; frame++) if (random.below(3) === 0) this.fast.forget(frame);
  }

  step(): void {
    const { random, reference, fast } = this;
    if (reference.left < 12) for (const side of this.sides) side.grant(4000);
    const request = randomRequest(random, this.recent);
    const ahead = { cycles: 1 + random.below(8), lookups: 1 + random.below(4) };
    const before = Buffer.from(fast.state);
    const expected = this.expected(request, ahead.cycles);
    const text = `${request.kind} of ${request.width} at ${request.va.toString(16)}, tier ${request.tier}`;
    const actual = fast.access(request, ahead, random.below(3) > 0);
    this.note(request, expected);
    this.remember(request.va);
    if (!isSame(actual, expected)) expect(actual, text).toEqual(expected);
    const isUncommitted = expected.exit === EXIT.reference || expected.exit === EXIT.step;
    if (isUncommitted && !fast.state.equals(before)) expect.fail(`${text} has changed something`);
    let exit = expected.exit;
    if (exit === EXIT.step) {
      const again = fast.access({ ...request, tier: 0 }, ahead, true);
      if (!isSame(again, this.inTier0)) expect(again, text).toEqual(this.inTier0);
      exit = again.exit;
    }
    if (exit === EXIT.reference) fast.take(reference);
    this.finish(request);
    this.compare(text);
  }

  /** Addresses to come back to: mostly those that lead somewhere. */
  private remember(va: bigint): void {
    const { random, recent, located } = this;
    if (located.at === undefined && random.below(8) > 0) return;
    if (recent.length < 24) recent.push(va);
    else recent[random.below(24)] = va;
  }

  /** What the reference has found for the present request. */
  private located: Outcome = { exit: null };
  /** What the path says to tier 0 where it says "step" to tier 1. */
  private inTier0: Outcome = { exit: null };

  /** What the path has to say, from what the reference does. */
  private expected(request: Request, ahead: number): Outcome {
    const { reference, fast } = this;
    const { kind, va, width, tier } = request;
    this.located = { exit: EXIT.reference };
    if (kind !== "fetch" && Number(va & 4095n) + width > 4096) return this.located;
    if (!reference.usesTlb) return this.expectedDirect(request);
    const [left, walks, ram] = [reference.left, reference.walks, Buffer.from(reference.ram.u8)];
    const located = reference.access(request);
    this.located = located;
    const isWalk = reference.walks !== walks;
    if (isWalk && left < DEAREST_WALK + (kind === "fetch" ? 1 : ahead)) return { exit: EXIT.reference };
    if (located.at === undefined) return located;
    const changed = Array.from({ length: FRAMES }, (_, n) => n).filter((n) => !sameFrame(ram, reference.ram.u8, n));
    const isOdd = changed.some((frame) => fast.isTaken(frame));
    const touches = kind === "store" && fast.touchesCode(located.at, width);
    this.inTier0 = isOdd ? { exit: EXIT.reference } : touches ? { ...located, exit: EXIT.code } : located;
    if (touches && tier === 1) return { exit: EXIT.step };
    if (kind === "fetch" && !isOdd && !fast.isTaken(located.at >> 12)) return { ...located, exit: EXIT.page };
    return this.inTier0;
  }

  /** Without a TLB: what is refused, and code in a page that is not all code, is left to the reference engine. */
  private expectedDirect(request: Request): Outcome {
    const { reference, fast } = this;
    const { kind, width, tier } = request;
    const isWild = !Number.isSafeInteger(Number(request.va));
    const located: Outcome =
      isWild || (kind === "fetch" && !reference.mayAccessPage(request)) ? this.located : reference.access(request);
    if (located.at === undefined) return this.located;
    this.located = located;
    const touches = kind === "store" && fast.touchesCode(located.at, width);
    this.inTier0 = touches ? { ...this.located, exit: EXIT.code } : this.located;
    if (touches && tier === 1) return { exit: EXIT.step };
    if (kind === "fetch" && !fast.isTaken(located.at >> 12)) return { ...this.located, exit: EXIT.page };
    return this.inTier0;
  }

  /** A store that was made stores; what had been decoded there is forgotten. */
  private finish({ kind, width }: Request): void {
    const { at } = this.located;
    if (kind !== "store" || at === undefined) return;
    const value = this.random.below(256);
    for (const { ram } of this.sides) ram.u8.fill(value, at, at + width);
    if (this.fast.touchesCode(at, width)) this.fast.forget(at >> 12);
  }

  private note({ kind }: Request, { exit }: Outcome): void {
    const name = Object.entries(EXIT).find(([, value]) => value === exit)?.[0] ?? "made";
    this.seen.set(`${kind} ${name}`, (this.seen.get(`${kind} ${name}`) ?? 0) + 1);
  }

  private compare(text: string): void {
    const { fast, reference } = this;
    const of = ({ left, other }: ReferenceSide | FastSide) => ({ left, other });
    if (!isSame(of(fast), of(reference))) expect(of(fast), text).toEqual(of(reference));
    if (!fast.state.equals(reference.state)) {
      const at = fast.state.findIndex((byte, n) => byte !== reference.state[n]);
      expect.fail(`${text}: state differs at ${at}`);
    }
    fast.check();
  }
}

/** A quick look before the test framework's thorough one. */
function isSame(a: object, b: object): boolean {
  const values = new Map(Object.entries(b));
  return (
    Object.entries(a).every(([name, value]) => values.get(name) === value) && Object.keys(a).length === values.size
  );
}

function sameFrame(before: Buffer, after: Uint8Array, frame: number): boolean {
  const [from, to] = [frame * 4096, (frame + 1) * 4096];
  return before.subarray(from, to).equals(after.subarray(from, to));
}

/** How often each outcome came, over all tests. */
const seen = new Map<string, number>();

// biome-ignore format: a table is read in columns
const SHAPES = [[1, 1], [1, 4], [4, 2], [2, 8], [16, 4], [1, 16], [2, 32]] as const;

function goTogether(
  mode: TranslationMode,
  replacement: ReplacementName,
  sets: number,
  ways: number,
  rounds: number,
): Twins {
  const twins = new Twins(sets * 64 + ways, sets, ways, replacement);
  twins.describe();
  twins.setSatp(mode, 1);
  for (const side of twins.sides) side.grant(4000);
  twins.scribble(TABLES * 30);
  for (let round = 0; round < rounds; round++) {
    twins.supervise(mode);
    if (round % 300 === 0) twins.scribble(TABLES * 30);
    twins.step();
  }
  for (const [name, count] of twins.seen) seen.set(name, (seen.get(name) ?? 0) + count);
  return twins;
}

describe.each(["sv39", "sv48"] as const)("%s", (mode) => {
  describe.each(["fifo", "lru", "nru", "plru", "random"] as const)("%s", (replacement) => {
    test.each(SHAPES)("%d sets of %d ways: random accesses are what the reference MMU makes of them", (sets, ways) => {
      goTogether(mode, replacement, sets, ways, 200);
    });
  });
});

describe.each(["segmented-paging", "segments", "bare"] as const)("%s", (mode) => {
  test.each(["nru", "fifo"] as const)("%s: random accesses are what the reference MMU makes of them", (replacement) => {
    const { seen } = goTogether(mode, replacement, 4, 2, mode === "bare" ? 400 : 1500);
    for (const kind of ["load", "store"]) expect(seen.get(`${kind} made`)).toBeGreaterThan(mode === "bare" ? 3 : 20);
  });
});

test("each outcome of each kind has been seen often", () => {
  for (const kind of KINDS)
    for (const name of ["made", "trap", "reference"]) expect(seen.get(`${kind} ${name}`), name).toBeGreaterThan(300);
  for (const name of ["store step", "store code"]) expect(seen.get(name), name).toBeGreaterThan(30);
  expect(seen.get("fetch page")).toBeGreaterThan(300);
});
