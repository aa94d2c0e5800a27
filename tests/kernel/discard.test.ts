/** A computer that is discarded gives its memory to the next one, which is none the wiser. */
import { describe, expect, test } from "vitest";
import { ENGINES, type EngineName } from "../../cpu/engines.ts";
import { start } from "./programs.ts";

/** No other test has this size: what is kept of it is of this file. */
const RAM = 9 * 2 ** 20;

function run(engine: EngineName) {
  const program = start(["processes"], { ram: RAM, engine });
  const { computer, output, finish } = program;
  const outcome = finish();
  return { computer, result: { outcome, output: output(), statistics: computer.stats() } };
}

describe.each(ENGINES)("A discarded computer (%s)", (engine) => {
  test("leaves its memory zero, and the next one that has it runs alike", () => {
    const first = run(engine);
    const { memory } = first.computer.machine;
    expect(new Uint8Array(memory.buffer).some((byte) => byte !== 0)).toBe(true);
    first.computer.discard();
    expect(Buffer.from(memory.buffer).equals(Buffer.alloc(memory.buffer.byteLength))).toBe(true);
    const second = run(engine);
    expect(second.computer.machine.memory).toBe(memory);
    expect(second.result).toEqual(first.result);
    second.computer.discard();
  });

  test("gives its memory once", () => {
    const { computer } = start(["processes"], { ram: RAM, engine });
    computer.discard();
    computer.discard();
    const [one, other] = [start(["processes"], { ram: RAM, engine }), start(["processes"], { ram: RAM, engine })];
    expect(one.computer.machine.memory).not.toBe(other.computer.machine.memory);
  });

  test("runs no more", () => {
    const { computer } = start(["processes"], { ram: RAM, engine });
    computer.run({ idle: "skip", instructionLimit: 1000 });
    computer.discard();
    expect(() => computer.run({ idle: "skip" })).toThrow("discarded");
    expect(() => computer.snapshot()).toThrow("discarded");
  });
});
