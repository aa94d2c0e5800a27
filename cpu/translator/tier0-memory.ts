/**
 * Tier 0's operations on memory: the fast TLB inline, else the slow paths of memory-path.ts.
 */

import { pushFastEntry } from "./fast-entry.ts";
import { ENTRY_BYTES, EXIT, FAST_TO, READ_TLB, WRITE_TLB } from "./layout.ts";
import type { Meaning } from "./meaning.ts";
import { scratchAt } from "./places.ts";
import {
  contextAt,
  contextGet,
  goes,
  next,
  pushAcc,
  type Run,
  register,
  restoreEntry,
  saveEntry,
  takeAcc,
} from "./tier0-run.ts";

/** What takes back an instruction that has asked the TLB: one cycle, one lookup. */
const REST = 2 ** 32 - 1;

type Bytes = 1 | 2 | 4 | 8;
/** The meaning of that kind. */
export type Of<Kind extends Meaning["kind"]> = Extract<Meaning, { kind: Kind }>;

/**
 * Does `finish` with place = where the bytes of va lie, and goes on to the next instruction; or leaves.
 *
 *     lookups += 1
 *     place = va >>> 8 & FAST_MASK
 *     if (tag[place] == (va & (~4095 | bytes - 1))) {
 *       place = to[place] + va
 *       finish; next
 *     }
 *     slow path, which may leave
 *     finish; next
 */
function locate(run: Run, access: "load" | "store", bytes: Bytes, finish: () => void): void {
  const { b, s, va, place, lookups } = run;
  const table = s.area + (access === "load" ? READ_TLB : WRITE_TLB);
  b.local_get(lookups);
  b.i32_const(1);
  b.i32_add();
  b.local_set(lookups);
  pushFastEntry(b, va);
  b.local_tee(place);
  b.i64_load(table);
  b.local_get(va);
  b.i64_const(-4096 | (bytes - 1));
  b.i64_and();
  b.i64_eq();
  b.if();
  b.local_get(place);
  b.i32_load(table + FAST_TO);
  b.local_get(va);
  b.i32_wrap_i64();
  b.i32_add();
  b.local_set(place);
  finish();
  next(run);
  b.end();
  slowPath(run, access, bytes);
  finish();
  if (access === "store") leaveForCode(run);
  next({ ...run, follow: null });
}

/**
 *     context.entry = entry; context.exit = jump
 *     acc = load(va, acc, REST, bytes)                         or store(..., tier 0)
 *     entry = context.entry
 *     if ((place = context.place) == 0) { exit = context.exit; goto leaveAt }
 */
function slowPath(run: Run, access: "load" | "store", bytes: Bytes): void {
  const { b, s, va, place, exit, leaveAt, paths } = run;
  saveEntry(run);
  b.i32_const(0);
  b.i32_const(EXIT.jump);
  b.i32_store(contextAt(s, "exit"));
  b.local_get(va);
  pushAcc(run);
  b.i64_const(REST);
  b.i32_const(bytes);
  if (access === "store") b.i32_const(0);
  b.call(paths[access]);
  takeAcc(run);
  restoreEntry(run);
  contextGet(run, "place");
  b.local_tee(place);
  b.i32_eqz();
  b.if();
  contextGet(run, "exit");
  b.local_set(exit);
  b.br(leaveAt);
  b.end();
}

/** A store that is done has changed bytes that were decoded: leaves behind it. */
function leaveForCode(run: Run): void {
  const { b, entry } = run;
  contextGet(run, "exit");
  b.i32_const(EXIT.code);
  b.i32_eq();
  b.if();
  b.local_get(entry);
  b.i32_const(ENTRY_BYTES);
  b.i32_add();
  b.local_set(entry);
  goes(run, EXIT.code, run.leaveAt);
  b.end();
}

/** va = x[rs1] + imm */
function address({ b, o, va }: Run): void {
  o.rs1();
  o.imm();
  b.i64_add();
  b.local_set(va);
}

/** x[rd] = what `value` pushes. */
export function setRegister(run: Run, value: () => void): void {
  register(run, "rd");
  value();
  run.b.i64_store(run.s.hart);
}

export function emitLoad(run: Run, meaning: Of<"load">): void {
  address(run);
  locate(run, "load", meaning.bytes, () =>
    setRegister(run, () => {
      run.b.local_get(run.place);
      meaning.emit(run.o);
    }),
  );
}

export function emitStore(run: Run, meaning: Of<"store">): void {
  address(run);
  locate(run, "store", meaning.bytes, () => {
    run.b.local_get(run.place);
    run.o.rs2();
    meaning.emit(run.o);
  });
}

// Atomics: Volume I, chapter 8. They must be aligned; the trap of those that are not is the reference engine's business.

/** va = x[rs1], or leave. */
function alignedAddress(run: Run, bytes: 4 | 8): void {
  const { b, o, va, refuse } = run;
  o.rs1();
  b.local_tee(va);
  b.i32_wrap_i64();
  b.i32_const(bytes - 1);
  b.i32_and();
  b.if();
  goes(run, EXIT.reference, refuse);
  b.end();
}

/** Pushes what lies at `place`, sign-extended. */
function loadPlace({ b, place }: Run, bytes: 4 | 8): void {
  b.local_get(place);
  if (bytes === 4) b.i64_load32_s();
  else b.i64_load();
}

/** Memory at `place` takes what `value` pushes. */
function storePlace({ b, place }: Run, bytes: 4 | 8, value: () => void): void {
  b.local_get(place);
  value();
  if (bytes === 4) b.i64_store32();
  else b.i64_store();
}

/** x[rs2] is read before x[rd] is written: they may be the same. */
export function emitAmo(run: Run, meaning: Of<"amo">): void {
  const { b, o } = run;
  alignedAddress(run, meaning.bytes);
  locate(run, "store", meaning.bytes, () => {
    loadPlace(run, meaning.bytes);
    b.local_set(o.temporary(0));
    storePlace(run, meaning.bytes, () => meaning.emit(o));
    setRegister(run, () => b.local_get(o.temporary(0)));
  });
}

/** reservationWidth = bytes, or 0 for none. */
function reserve(run: Run, bytes: 0 | 4 | 8): void {
  run.b.i32_const(0);
  run.b.f64_const(bytes);
  run.b.f64_store(scratchAt(run.s, "reservationWidth"));
}

/** Pushes `place` as HART_SLOT.reservation has it: an offset in RAM. */
function pushPlace({ b, s, place }: Run): void {
  b.local_get(place);
  b.i32_const(s.ram);
  b.i32_sub();
  b.f64_convert_i32_u();
}

export function emitLoadReserved(run: Run, { bytes }: Of<"loadReserved" | "storeConditional">): void {
  const { b } = run;
  alignedAddress(run, bytes);
  locate(run, "load", bytes, () => {
    b.i32_const(0);
    pushPlace(run);
    b.f64_store(scratchAt(run.s, "reservation"));
    reserve(run, bytes);
    setRegister(run, () => loadPlace(run, bytes));
  });
}

/**
 * One that must fail because nothing of its width is reserved does not touch memory (core.ts, `conditional`).
 *
 *     if (reservationWidth != bytes) { reservationWidth = 0; x[rd] = 1; next }
 *     locate: if (reservation == place) { memory = x[rs2]; x[rd] = 0 } else x[rd] = 1
 *             reservationWidth = 0
 */
export function emitStoreConditional(run: Run, { bytes }: Of<"loadReserved" | "storeConditional">): void {
  const { b, o } = run;
  alignedAddress(run, bytes);
  b.i32_const(0);
  b.f64_load(scratchAt(run.s, "reservationWidth"));
  b.f64_const(bytes);
  b.f64_ne();
  b.if();
  reserve(run, 0);
  setRegister(run, () => b.i64_const(1));
  next(run);
  b.end();
  locate(run, "store", bytes, () => {
    b.i32_const(0);
    b.f64_load(scratchAt(run.s, "reservation"));
    pushPlace(run);
    b.f64_eq();
    b.if();
    storePlace(run, bytes, () => o.rs2());
    setRegister(run, () => b.i64_const(0));
    b.else();
    setRegister(run, () => b.i64_const(1));
    b.end();
    reserve(run, 0);
  });
}
