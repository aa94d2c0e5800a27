/**
 * System calls at random, from a program that runs in the guest: whatever the numbers and arguments, the kernel answers
 * with an error or a signal, keeps its invariants, and the host notices nothing.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { SYSCALLS, type SyscallName } from "../../kernel/abi.ts";
import { checkKernel } from "../../kernel/check.ts";
import { addressOf, guest, withData } from "./guest.ts";
import { start } from "./programs.ts";

const SCRATCH_BYTES = 4096;
const WORDS = 7;
const RUNS = 150;
const CALLS = 60;

/** The interpreter of a script of calls, and a page of scratch memory for their arguments to point into. */
const INTERPRETER = guest(`
    la   s0, script
    la   s1, script_end
next:
    ld   a7, 0(s0)
    ld   a0, 8(s0)
    ld   a1, 16(s0)
    ld   a2, 24(s0)
    ld   a3, 32(s0)
    ld   a4, 40(s0)
    ld   a5, 48(s0)
    ecall
    addi s0, s0, 56
    bltu s0, s1, next
    li   a0, 0
    syscall exit_group
    .data
    .balign 4096
    .globl script, scratch
scratch:
    .fill ${SCRATCH_BYTES}, 1, 1
script:
    .fill ${CALLS * WORDS}, 8, 1
script_end:
`);
const SCRATCH = addressOf(INTERPRETER, "scratch");

const names = Object.keys(SYSCALLS) as SyscallName[];
/** Calls that would end the run by themselves. Their own tests are elsewhere. */
const LEFT_OUT = new Set<SyscallName>(["exit", "exit_group", "reboot"]);

const number = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom(...names.filter((name) => !LEFT_OUT.has(name))).map((name) => BigInt(SYSCALLS[name].nr)),
  },
  { weight: 1, arbitrary: fc.bigInt(0n, 1000n) },
  { weight: 1, arbitrary: fc.bigInt(0n, 2n ** 64n - 1n) },
);
const argument = fc.oneof(
  fc.bigInt(-3n, 70n),
  fc.bigInt(0n, 4095n).map((offset) => SCRATCH + offset),
  fc.bigInt(0n, 4n).map((page) => SCRATCH + 4096n * page - 8n),
  fc.constantFrom(
    0n,
    1n,
    2n,
    4096n,
    -4096n,
    2n ** 31n,
    -(2n ** 31n),
    2n ** 32n,
    2n ** 47n,
    2n ** 47n - 1n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n - 1n,
  ),
  fc.integer({ min: 0, max: 31 }).map((bit) => 1n << BigInt(bit)),
  fc.bigInt(0n, 2n ** 64n - 1n),
);
const call = fc.tuple(number, fc.array(argument, { minLength: 6, maxLength: 6 }));
const script = fc.record({
  calls: fc.array(call, { minLength: CALLS, maxLength: CALLS }),
  scratch: fc.uint8Array({ minLength: SCRATCH_BYTES, maxLength: SCRATCH_BYTES }),
});

function program(calls: readonly (readonly [bigint, readonly bigint[]])[], scratch: Uint8Array): Uint8Array {
  const words = calls.flatMap(([nr, args]) => [nr, ...args].map((value) => BigInt.asUintN(64, value)));
  const scripted = withData(INTERPRETER, "script", new Uint8Array(new BigUint64Array(words).buffer));
  return withData(scripted, "scratch", scratch);
}

test("random calls never break an invariant and always leave a computer that goes on", () => {
  let made = 0;
  fc.assert(
    fc.property(script, ({ calls, scratch }) => {
      const { computer } = start(["random"], { ram: 16 * 2 ** 20 }, { random: program(calls, scratch) });
      for (let slice = 1; slice <= 40; slice++) {
        const outcome = computer.run({ idle: "skip", until: slice * 1_000_000, instructionLimit: 300_000 });
        checkKernel(computer.kernel);
        if (outcome.kind !== "until") break;
      }
      made += computer.stats().syscalls;
      computer.discard();
    }),
    { numRuns: RUNS, seed: 20260, endOnFailure: true },
  );
  expect(made).toBeGreaterThan(1000);
}, 120_000);
