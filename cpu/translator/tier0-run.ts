/**
 * What the operations of tier 0 share: the locals and labels of `run` (tier0.ts) and the few lines that each of them needs.
 */

import type { FunctionBody } from "../wasm/body.ts";
import type { Label, Local } from "../wasm/types.ts";
import {
  CALL_HEAT,
  CONTEXT,
  ENTRY,
  ENTRY_BYTES,
  ENTRY_SHIFT,
  EXIT,
  INSTRUCTION_SHIFT,
  type Surroundings,
} from "./layout.ts";
import type { Operand } from "./meaning.ts";
import type { MemoryPath } from "./memory-path.ts";

/**
 * What `arrive` does beside entering the page. Above 0: counts so much heat. Below: executes one instruction, whatever region
 * begins there.
 */
export const ARRIVE = { plain: 0, jump: 1, call: CALL_HEAT } as const;

export interface Run {
  readonly b: FunctionBody;
  readonly s: Surroundings;
  readonly paths: MemoryPath;
  /** i32: the entry of the present instruction. */
  readonly entry: Local;
  /** i32: cycles left. The present instruction is counted. */
  readonly left: Local;
  /** i32: TLB lookups since the grant. */
  readonly lookups: Local;
  /** i32: what `dispatch` does next. */
  readonly op: Local;
  /** i32: see ARRIVE. */
  readonly arrival: Local;
  /** i32: a value of EXIT. */
  readonly exit: Local;
  // Not live from one operation to the next.
  readonly va: Local;
  readonly acc: Local;
  readonly place: Local;
  readonly o: Operand;
  /** What is to follow where the operation goes on to the next instruction; null: a dispatch. */
  readonly follow: (() => void) | null;
  /** The loop over instructions: at `entry`, with `op`. */
  readonly dispatch: Label;
  /** The loop over jumps: at context.pc. */
  readonly arrive: Label;
  /** Leaves with `exit` at `entry`, the present instruction not counted. */
  readonly refuse: Label;
  /** Leaves with `exit` at `entry`, where nothing has been counted. */
  readonly leaveAt: Label;
  /** Leaves with `exit`; context.pc is set. */
  readonly leave: Label;
}

export type ContextField = keyof typeof CONTEXT;

/** Where a field of the context lies. */
export function contextAt(s: Surroundings, field: ContextField): number {
  return s.area + CONTEXT[field];
}

/** Pushes a 32-bit field of the context. */
export function contextGet({ b, s }: Pick<Run, "b" | "s">, field: ContextField): void {
  b.i32_const(0);
  b.i32_load(contextAt(s, field));
}

/** Pushes a 64-bit field of the context. */
export function contextGet64({ b, s }: Pick<Run, "b" | "s">, field: ContextField): void {
  b.i32_const(0);
  b.i64_load(contextAt(s, field));
}

/** op = entry.op; continue dispatch. @param before writes what stands between the two */
export function dispatch({ b, entry, op, dispatch }: Run, before?: () => void): void {
  b.local_get(entry);
  b.i32_load8_u(ENTRY.op);
  b.local_set(op);
  before?.();
  b.br(dispatch);
}

/** entry += 16; op = entry.op; continue dispatch, or what is to follow instead */
export function next(run: Run): void {
  const { b, entry, follow } = run;
  b.local_get(entry);
  b.i32_const(ENTRY_BYTES);
  b.i32_add();
  b.local_set(entry);
  if (follow === null) dispatch(run);
  else follow();
}

/** left -= 1; if (left < 0) { exit = budget; goto refuse } */
export function count(run: Run): void {
  const { b, left } = run;
  b.local_get(left);
  b.i32_const(1);
  b.i32_sub();
  b.local_tee(left);
  b.i32_const(0);
  b.i32_lt_s();
  b.if();
  goes(run, EXIT.budget, run.refuse);
  b.end();
}

/** exit = why; goto label */
export function goes({ b, exit }: Run, why: (typeof EXIT)[keyof typeof EXIT], label: Label): void {
  b.i32_const(why);
  b.local_set(exit);
  b.br(label);
}

/** Pushes how far from the beginning of its page an entry's instruction lies: (entry - context.decoded) / 16 * 4. */
export function pushDistance(run: Pick<Run, "b" | "s" | "entry">): void {
  const { b, entry } = run;
  b.local_get(entry);
  contextGet(run, "decoded");
  b.i32_sub();
  b.i32_const(ENTRY_SHIFT - INSTRUCTION_SHIFT);
  b.i32_shr_u();
  b.i64_extend_i32_u();
}

/** Pushes the address of the instruction at `entry`. */
export function pushPc(run: Pick<Run, "b" | "s" | "entry">): void {
  contextGet64(run, "page");
  pushDistance(run);
  run.b.i64_add();
}

/** Pushes acc = left * 2^32 + lookups. */
export function pushAcc({ b, left, lookups }: Pick<Run, "b" | "left" | "lookups">): void {
  b.local_get(left);
  b.i64_extend_i32_s();
  b.i64_const(32);
  b.i64_shl();
  b.local_get(lookups);
  b.i64_extend_i32_u();
  b.i64_or();
}

/** Takes acc: left and lookups are its halves. */
export function takeAcc({ b, left, lookups, acc }: Pick<Run, "b" | "left" | "lookups" | "acc">): void {
  b.local_tee(acc);
  b.i64_const(32);
  b.i64_shr_s();
  b.i32_wrap_i64();
  b.local_set(left);
  b.local_get(acc);
  b.i32_wrap_i64();
  b.local_set(lookups);
}

/** context.entry = entry, before a call. */
export function saveEntry({ b, s, entry }: Run): void {
  b.i32_const(0);
  b.local_get(entry);
  b.i32_store(contextAt(s, "entry"));
}

/** entry = context.entry, after it. */
export function restoreEntry(run: Run): void {
  contextGet(run, "entry");
  run.b.local_set(run.entry);
}

/** Pushes the address of a register, but for s.hart: that is to be the offset of the access. */
export function register({ b, entry }: Pick<Run, "b" | "entry">, name: "rd" | "rs1" | "rs2", entries = 0): void {
  b.local_get(entry);
  b.i32_load16_u(ENTRY[name] + entries * ENTRY_BYTES);
}

/** Operands from `entry`, or from one that follows it. */
export function operandOf(run: Pick<Run, "b" | "s" | "entry">, temporaries: readonly Local[], entries = 0): Operand {
  const { b, s, entry } = run;
  const imm = ENTRY.imm + entries * ENTRY_BYTES;
  const of64 = (name: "rs1" | "rs2") => () => {
    register(run, name, entries);
    b.i64_load(s.hart);
  };
  const of32 = (name: "rs1" | "rs2") => () => {
    register(run, name, entries);
    b.i32_load(s.hart);
  };
  return {
    b,
    rs1: of64("rs1"),
    rs2: of64("rs2"),
    rs1Low: of32("rs1"),
    rs2Low: of32("rs2"),
    imm() {
      b.local_get(entry);
      b.i64_load32_s(imm);
    },
    immLow() {
      b.local_get(entry);
      b.i32_load(imm);
    },
    pc: () => pushPc(run),
    temporary: (n) => temporaries[n]!,
  };
}
