/**
 * All of the kernel is plain data at every trap boundary: a copy of it beside the machine's, put back, goes on exactly
 * as the original did.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkKernel } from "../../kernel/check.ts";
import type { Computer } from "../../kernel/computer.ts";
import { GOLDEN, start } from "./programs.ts";

/** Instruction counts that fall into all kinds of moments: boot, forks, sleeps, handlers, copies under way. */
const MOMENTS = [1, 1500, 9_777, 22_222, 40_000];
/** A small memory: copies of it are quick. */
const SMALL = { ram: 8 * 2 ** 20 };

function fingerprint(computer: Computer) {
  const [hart] = computer.machine.harts;
  return {
    registers: [...hart.x.subarray(0, 32)],
    cycles: computer.machine.clock.cycles,
    statistics: computer.stats(),
    processes: [...computer.kernel.processes.values()].map(({ pid, state, times }) => ({ pid, state, ...times })),
  };
}

describe("a snapshot", () => {
  for (const name of ["signals", "processes"]) {
    test(`of ${name}, restored after the end, gives the same run again`, () => {
      const program = start([name], SMALL);
      const { computer } = program;
      const snapshots = MOMENTS.map((instructionLimit) => {
        computer.run({ idle: "skip", instructionLimit });
        return { snapshot: computer.snapshot(), written: program.output().length };
      });
      const outcome = program.finish();
      const end = fingerprint(computer);
      const text = program.output();
      expect(text).toBe(readFileSync(join(GOLDEN, `${name}.txt`), "latin1"));
      for (const { snapshot, written } of snapshots.toReversed()) {
        const before = program.output().length;
        computer.restore(snapshot);
        checkKernel(computer.kernel);
        expect(program.finish()).toEqual(outcome);
        expect(fingerprint(computer)).toEqual(end);
        expect(program.output().slice(before)).toBe(text.slice(written));
      }
    });
  }

  test("continues in another computer of the same configuration", () => {
    const first = start(["signals"], SMALL);
    first.computer.run({ idle: "skip", instructionLimit: 20_000 });
    const snapshot = first.computer.snapshot();
    const written = first.output().length;
    first.finish();
    const second = start(["signals"], SMALL);
    second.computer.restore(snapshot);
    second.finish();
    expect(second.output()).toBe(first.output().slice(written));
    expect(fingerprint(second.computer)).toEqual(fingerprint(first.computer));
  });

  test("is a copy: running on does not change it", () => {
    const { computer, finish } = start(["processes"], SMALL);
    computer.run({ idle: "skip", instructionLimit: 5000 });
    const snapshot = computer.snapshot();
    const copy = structuredClone(snapshot);
    finish();
    expect(snapshot).toEqual(copy);
  });
});

test("the same computer built twice gives the same run to the cycle", () => {
  const runs = [1, 2].map(() => {
    const program = start(["signals"], SMALL);
    program.finish();
    return { output: program.output(), ...fingerprint(program.computer) };
  });
  expect(runs[0]).toEqual(runs[1]);
});

test("the state holds nothing but plain data", () => {
  const { computer } = start(["processes"], SMALL);
  computer.run({ idle: "skip", instructionLimit: 10_000 });
  const {
    machine: _machine,
    options: _options,
    listeners: _listeners,
    pageSources: _sources,
    scheme: _scheme,
    ...state
  } = computer.kernel;
  const seen = new Set<unknown>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value === "function" || typeof value === "symbol") throw new Error(`${path} is a ${typeof value}`);
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) return;
    const entries = value instanceof Map ? value : value instanceof Set ? value.entries() : Object.entries(value);
    const plain = [Object.prototype, Array.prototype, Map.prototype, Set.prototype].includes(
      Object.getPrototypeOf(value),
    );
    if (!plain) throw new Error(`${path} is a ${Object.getPrototypeOf(value).constructor.name}`);
    for (const [key, part] of entries) visit(part, `${path}.${String(key)}`);
  };
  visit(state, "kernel");
  expect(seen.size).toBeGreaterThan(100);
});
