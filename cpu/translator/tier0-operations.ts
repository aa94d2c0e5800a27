/**
 * Tier 0's operations but for memory: computing, jumping, leaving, and calling regions. An operation ends where control goes
 * to `dispatch`, `arrive` or out.
 */

import type { Counter } from "../csr.ts";
import { HAS_COMPRESSED } from "../decode.ts";
import type { Mnemonic } from "../isa.ts";
import { panic } from "../panic.ts";
import { pushCounter, pushIsClosed } from "./counters.ts";
import { ENTRY, ENTRY_SHIFT, EXIT, INSTRUCTION_SHIFT } from "./layout.ts";
import { MEANINGS, type Meaning } from "./meaning.ts";
import { OP, type OperationName } from "./operations.ts";
import {
  emitAmo,
  emitLoad,
  emitLoadReserved,
  emitStore,
  emitStoreConditional,
  type Of,
  setRegister,
} from "./tier0-memory.ts";
import {
  ARRIVE,
  contextAt,
  contextGet,
  contextGet64,
  count,
  dispatch,
  goes,
  next,
  pushPc,
  type Run,
} from "./tier0-run.ts";

/** Bits of an address that must be 0 in a jump's target (IALIGN). */
const MISALIGNED_TARGET = HAS_COMPRESSED ? 1 : 3;
/** Bytes of guest code are this many of entries, as a power of two. */
const SCALE = ENTRY_SHIFT - INSTRUCTION_SHIFT;

/** Operations that are no instruction's own. `region` is in tier0.ts. */
const GENERAL: { readonly [Name in OperationName]?: (run: Run) => void } = {
  undecoded: (run) => goes(run, EXIT.decode, run.refuse),
  next: nextPage,
  reference: (run) => goes(run, EXIT.reference, run.refuse),
  call: (run) => goes(run, EXIT.call, run.refuse),
  nothing: next,
  move(run) {
    setRegister(run, () => run.o.rs1());
    next(run);
  },
  jump: (run) => jumpNear(run, false),
  "jump.far": (run) => jumpFar(run, false),
  return: (run) => jumpRegister(run, true),
  cycle: (run) => readCounter(run, "cycle"),
  time: (run) => readCounter(run, "time"),
  instret: (run) => readCounter(run, "instret"),
};

/** By kind of meaning; `where` is "", ".back" or ".far". */
const OF_KIND: { readonly [Kind in Meaning["kind"]]?: (run: Run, meaning: Of<Kind>, where: string) => void } = {
  compute(run, meaning) {
    setRegister(run, () => meaning.emit(run.o));
    next(run);
  },
  branch: emitBranch,
  jump: (run, _, where) => (where === ".far" ? jumpFar : jumpNear)(run, true),
  jumpRegister: (run) => jumpRegister(run, false),
  load: emitLoad,
  store: emitStore,
  amo: emitAmo,
  loadReserved: emitLoadReserved,
  storeConditional: emitStoreConditional,
};

/** Writes the operation of that name, up to where control leaves it. */
export function emitOperation(run: Run, name: OperationName): void {
  const general = GENERAL[name];
  if (general !== undefined) general(run);
  else {
    const [, mnemonic = "", where = ""] = /^(.*?)(\.back|\.far)?$/.exec(name) ?? [];
    const meaning = MEANINGS[mnemonic as Mnemonic];
    const emit = OF_KIND[meaning.kind] as ((run: Run, meaning: Meaning, where: string) => void) | undefined;
    if (emit === undefined) panic("an operation has something to emit", { name });
    emit(run, meaning, where);
  }
}

/** Two operations after each other. */
export function emitPair(run: Run, first: OperationName, second: OperationName): void {
  const follow = () => {
    count(run);
    emitOperation(run, second);
  };
  emitOperation({ ...run, follow }, first);
}

/**
 *     if (scounteren does not enable it) { exit = reference; goto refuse }
 *     x[rd] = the counter, with left + 1 cycles left
 */
function readCounter(run: Run, counter: Counter): void {
  const { b, left } = run;
  pushIsClosed(run, counter);
  b.if();
  goes(run, EXIT.reference, run.refuse);
  b.end();
  setRegister(run, () =>
    pushCounter(run, counter, () => {
      b.local_get(left);
      b.i32_const(1);
      b.i32_add();
      b.f64_convert_i32_s();
    }),
  );
  next(run);
}

// Jumps. Only one that is taken can be misaligned (Volume I, 2.5); the reference engine raises that exception.

/** x[rd] = address of the next instruction. */
function link(run: Run): void {
  const { b } = run;
  setRegister(run, () => {
    pushPc(run);
    b.i64_const(1 << INSTRUCTION_SHIFT);
    b.i64_add();
  });
}

/**
 * Counts that control has come to `entry`, whose op is in `op`, unless a region begins there, which counts something else (misses.ts);
 * leaves where that makes it hot. `place` is used. @param weight pushes how much heat
 */
export function countHeat(run: Run, weight: () => void): void {
  const { b, s, entry, op, place } = run;
  if (s.heat === 0) return;
  b.local_get(op);
  b.i32_const(OP.region);
  b.i32_ne();
  b.if();
  b.local_get(entry);
  b.i32_load16_u(ENTRY.heat);
  weight();
  b.i32_add();
  b.local_tee(place);
  b.i32_const(s.heat);
  b.i32_ge_u();
  b.if();
  goes(run, EXIT.hot, run.leaveAt);
  b.end();
  b.local_get(entry);
  b.local_get(place);
  b.i32_store16(ENTRY.heat);
  b.end();
}

/** Goes to `entry`. @param heat of the jump there */
function goOn(run: Run, heat: number): void {
  dispatch(run, () => {
    if (heat > 0) countHeat(run, () => run.b.i32_const(heat));
  });
}

/** entry += distance; continue dispatch. @param heat of that jump */
function goNear(run: Run, heat: number): void {
  const { b, entry, o } = run;
  b.local_get(entry);
  o.immLow();
  b.i32_add();
  b.local_set(entry);
  goOn(run, heat);
}

function jumpNear(run: Run, links: boolean): void {
  if (links) link(run);
  goNear(run, links ? ARRIVE.call : ARRIVE.jump);
}

/**
 * context.pc = pc + distance, or leave; continue arrive. The distance is in bytes of entries.
 * @param arrival pushes how
 */
function goFar(run: Run, links: boolean, arrival: () => void): void {
  const { b, s, o } = run;
  o.immLow();
  b.i32_const(MISALIGNED_TARGET << SCALE);
  b.i32_and();
  b.if();
  goes(run, EXIT.reference, run.refuse);
  b.end();
  b.i32_const(0);
  pushPc(run);
  o.imm();
  b.i64_const(SCALE);
  b.i64_shr_s();
  b.i64_add();
  b.i64_store(contextAt(s, "pc"));
  if (links) link(run);
  arrival();
  b.local_set(run.arrival);
  b.br(run.arrive);
}

function jumpFar(run: Run, links: boolean): void {
  goFar(run, links, () => run.b.i32_const(links ? ARRIVE.call : ARRIVE.jump));
}

function emitBranch(run: Run, meaning: Of<"branch">, where: string): void {
  const { b, o } = run;
  meaning.emit(o);
  b.if();
  if (where !== ".far") goNear(run, where === ".back" ? ARRIVE.jump : ARRIVE.plain);
  else {
    // Backward, the sign is set: that is ARRIVE.jump.
    goFar(run, false, () => {
      o.immLow();
      b.i32_const(31);
      b.i32_shr_u();
    });
  }
  b.end();
  next(run);
}

/**
 *     va = (x[rs1] + imm) & ~1, or leave
 *     x[rd] = pc + 4                                          not of a return
 *     if ((va & ~4095) == context.page) { entry = the entry of va; continue dispatch }
 *     context.pc = va; continue arrive
 */
function jumpRegister(run: Run, returns: boolean): void {
  const { b, s, o, va } = run;
  o.rs1();
  o.imm();
  b.i64_add();
  b.i64_const(-2);
  b.i64_and();
  b.local_tee(va);
  b.i32_wrap_i64();
  b.i32_const(MISALIGNED_TARGET);
  b.i32_and();
  b.if();
  goes(run, EXIT.reference, run.refuse);
  b.end();
  if (!returns) link(run);
  b.local_get(va);
  b.i64_const(-4096);
  b.i64_and();
  contextGet64(run, "page");
  b.i64_eq();
  b.if();
  entryOf(run, () => b.local_get(va));
  goOn(run, returns ? ARRIVE.plain : ARRIVE.call);
  b.end();
  b.i32_const(0);
  b.local_get(va);
  b.i64_store(contextAt(s, "pc"));
  b.i32_const(returns ? ARRIVE.plain : ARRIVE.call);
  b.local_set(run.arrival);
  b.br(run.arrive);
}

/** entry = context.decoded + the entry of that address in it */
export function entryOf(run: Run, address: () => void): void {
  const { b, entry } = run;
  contextGet(run, "decoded");
  address();
  b.i32_wrap_i64();
  b.i32_const(4095);
  b.i32_and();
  b.i32_const(SCALE);
  b.i32_shl();
  b.i32_add();
  b.local_set(entry);
}

/** The present operation is no instruction: takes back that it has been counted. */
export function uncount({ b, left }: Run): void {
  b.local_get(left);
  b.i32_const(1);
  b.i32_add();
  b.local_set(left);
}

/** Behind the last entry of a page: context.pc = context.page + 4096; continue arrive */
function nextPage(run: Run): void {
  const { b, s } = run;
  uncount(run);
  b.i32_const(0);
  contextGet64(run, "page");
  b.i64_const(4096);
  b.i64_add();
  b.i64_store(contextAt(s, "pc"));
  b.i32_const(ARRIVE.plain);
  b.local_set(run.arrival);
  b.br(run.arrive);
}
