/**
 * Every engine in lockstep with the reference: short runs; tests/campaigns/engines.campaign.ts has long ones. With little
 * heat the translator compiles at once what is executed twice, with more it finds loops and calls as a whole; where it counts
 * two misses only, regions become patient almost as soon as they miss.
 */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../cpu/engines.ts";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { createMachine } from "../../cpu/machine.ts";
import { SATP_MODES, SCHEMES, type TranslationMode } from "../../cpu/satp.ts";
import { Translator } from "../../cpu/translator/translator.ts";
import { engineNamed, REFERENCE } from "./engines.ts";
import { guestCase, sessionCase } from "./guest.ts";
import { type Case, compare } from "./lockstep.ts";
import { randomCase } from "./random/case.ts";
import { planOf } from "./random/world.ts";
import { report } from "./report.ts";
import { differences } from "./state.ts";
import { sweepCase } from "./sweep.ts";

const ROOT = join(import.meta.dirname, "../..");
const OTHERS = [
  ...ENGINES.filter((name) => name !== "reference"),
  "translator:heat=1",
  "translator:heat=30",
  "translator:heat=30,misses=2",
];
/** Seeds of random programs, and instructions of each. */
const SEEDS = 4;
const INSTRUCTIONS = 40_000;

function expectEqual(c: Case, engine: string): void {
  const { divergence, instructions } = compare(c, [REFERENCE, engineNamed(engine)]);
  if (divergence !== null) expect.fail(report(divergence));
  expect(instructions).toBeGreaterThan(300);
}

describe.each(OTHERS)("%s does to the bit what the reference does", (engine) => {
  it("in random programs", () => {
    const first = OTHERS.indexOf(engine) * SEEDS + 1;
    for (let seed = first; seed < first + SEEDS; seed++) expectEqual(randomCase(seed, INSTRUCTIONS), engine);
  });

  it("with the timer interrupt at each cycle of a window", () => {
    expectEqual(sweepCase(OTHERS.indexOf(engine) + 2, 60), engine);
  });

  it("in a program with processes, and in one with signals", () => {
    for (const name of ["fork-tree", "catch-segv"]) expectEqual(guestCase(`${ROOT}/userland/demos/${name}.s`), engine);
  });
});

describe("The translator", () => {
  it("goes with the reference from boot through a session at the prompt", () => {
    expectEqual(sessionCase(), "translator");
  });
});

describe.each(SCHEMES.filter((scheme) => scheme !== "paging"))("In the scheme %s", (scheme) => {
  it("the translator does to the bit what the reference does", () => {
    for (let seed = 51; seed < 53; seed++) expectEqual(randomCase(seed, 30_000, scheme), "translator:heat=30");
    expectEqual(sweepCase(51, 10, scheme), "translator:heat=1");
  });

  it("a program of the suite runs, the same on both engines", () => {
    const options = ["--translation", scheme];
    expectEqual(guestCase(`${ROOT}/tests/guest/lib/printf.s`, options), "translator:heat=30");
  });

  it("a machine goes on from a snapshot as if nothing had happened", () => {
    const c = randomCase(54, 30_000, scheme);
    const [whole, first] = [c.build(engineNamed("translator:heat=30")), c.build(REFERENCE)];
    for (const subject of [whole, first]) while (subject.advance({ instructions: 400 }) !== "trap");
    const second = createMachine({ ...whole.machine.config });
    second.restore(first.machine.snapshot());
    // Until the kernel would come in: what it knows is no part of the machine.
    for (const machine of [whole.machine, second]) while (machine.run(Number.POSITIVE_INFINITY, 1e9) !== "trap");
    expect(differences(whole.machine, second, "all")).toEqual([]);
    expect(second.harts[0].csr[CSR_SLOT.satp] >> 60n).toBe(BigInt(SATP_MODES[scheme as TranslationMode]));
  });
});

describe("A guest program", () => {
  it("runs on the engine with the parameters that are named, from its first instruction", () => {
    const subject = guestCase(`${ROOT}/userland/demos/fork-tree.s`).build(engineNamed("translator:heat=1"));
    while (!subject.over()) subject.advance({ instructions: 100_000 });
    const [hart] = subject.machine.harts;
    expect(hart).toBeInstanceOf(Translator);
    expect((hart as unknown as Translator).statistics().regionsMade).toBeGreaterThan(0);
  });
});

describe("A random program", () => {
  it("follows from its seed", () => {
    const words = (seed: number) => [...planOf(seed).program.words];
    expect(words(3)).toEqual(words(3));
    expect(words(3)).not.toEqual(words(4));
  });
});
