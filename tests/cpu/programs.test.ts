/** The benchmark's loops compute what they say: whole programs, with stack, recursion and memory. */

import { expect, test } from "vitest";
import { RAM_BASE } from "../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import { CAUSE } from "../../cpu/trap.ts";
import { DATA, DATA_BYTES, PROGRAMS, STACK } from "../bench/programs.ts";
import { pagedMachine, runToTrap } from "./machines.ts";

const DATA_OFFSET = 0x10_0000;
const STACK_BYTES = 0x4000;

/** Runs a program to the end of its first round, with `bytes` as its data. */
function once(name: string, bytes = new Uint8Array(0)) {
  const source = PROGRAMS[name]!.replace(/jal\s+zero, again/, "ebreak");
  const { m, space } = pagedMachine(source);
  for (let at = 0; at < DATA_BYTES; at += PAGE_SIZE) space.map(DATA + at, RAM_BASE + DATA_OFFSET + at, PTE.R | PTE.W);
  for (let at = 0; at < STACK_BYTES; at += PAGE_SIZE) {
    space.map(STACK - STACK_BYTES + at, RAM_BASE + DATA_OFFSET + DATA_BYTES + at, PTE.R | PTE.W);
  }
  m.ram.u8.set(bytes, DATA_OFFSET);
  expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.breakpoint) });
  return { x: m.harts[0]!.x, i32: m.ram.i32.subarray(DATA_OFFSET / 4), u64: m.ram.u64.subarray(DATA_OFFSET / 8) };
}

test("sieve counts the primes below 65536", () => expect(once("sieve").x[11]).toBe(6542n));

test("fib finds the 20th Fibonacci number", () => expect(once("fib").x[10]).toBe(6765n));

test("crc gives the CRC-32 of its 4096 bytes", () => {
  const bytes = Uint8Array.from({ length: 4096 }, (_, i) => i * 7);
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  expect(once("crc", bytes).x[10]).toBe(BigInt(crc >>> 0));
});

test("qsort puts 4096 different words in order", () => {
  const words = [...once("qsort").i32.subarray(0, 4096)];
  expect(words).toEqual([...words].sort((a, b) => a - b));
  expect(new Set(words).size).toBeGreaterThan(4000);
});

test("matmul multiplies matrices of 64-bit integers", () => {
  const size = 64;
  const value = (i: number) => BigInt((i * 2_654_435_761) % 1_000_003) - 500_000n;
  const data = BigInt64Array.from({ length: 2 * size * size }, (_, i) => value(i));
  const { u64 } = once("matmul", new Uint8Array(data.buffer));
  for (const [row, column] of [
    [0, 0],
    [3, 61],
    [63, 63],
    [40, 7],
  ] as const) {
    let sum = 0n;
    for (let k = 0; k < size; k++) sum += data[row * size + k]! * data[size * size + k * size + column]!;
    expect(BigInt.asIntN(64, u64[2 * size * size + row * size + column]!)).toBe(sum);
  }
});
