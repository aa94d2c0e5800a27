/**
 * Tier 0: an interpreter emitted as WebAssembly. Owns the module that everything else meets in: `run`, `enter`, the slow
 * paths of memory-path.ts and the table of regions. What each operation does is in tier0-operations.ts and tier0-memory.ts.
 *
 *     run():
 *       arrive: loop                             at context.pc, in any page
 *         look at the budget, enter the page, count heat
 *         op = entry.op
 *         dispatch: loop                         at `entry`
 *           left -= 1; if (left < 0) leave with `budget`
 *           switch (op)                          one br_table
 *             ...: ...; entry += 16; op = entry.op; continue dispatch
 *
 * (1) `left` and `lookups` are the halves of acc, exact where a loop begins; within an operation `left` has counted it.
 * (2) No local lives across a call: V8 would store it at each change instead of before the call. So context.page and
 *     context.decoded stay in memory, and `entry` goes there.
 */

import type { FunctionBody } from "../wasm/body.ts";
import { ModuleBuilder } from "../wasm/module.ts";
import { FUNCREF, type FunctionIndex, I32, I64, type Label, type Local, type TypeIndex } from "../wasm/types.ts";
import { pushFastEntry } from "./fast-entry.ts";
import { ENTRY, EXIT, FAST_TO, FETCH_TLB, NESTED, REGION_SLOTS, type Surroundings } from "./layout.ts";
import { emitMemoryPath, type MemoryPath } from "./memory-path.ts";
import { FUSED, OPERATIONS } from "./operations.ts";
import { emitRegionCalls, regionCall } from "./region-calls.ts";
import { countHeat, emitOperation, emitPair, entryOf, uncount } from "./tier0-operations.ts";
import {
  ARRIVE,
  contextAt,
  contextGet,
  contextGet64,
  count,
  goes,
  operandOf,
  pushAcc,
  pushDistance,
  pushPc,
  type Run,
  takeAcc,
} from "./tier0-run.ts";

/** Fits the memory of any machine: a maximum would ask for one. */
const ANY_MEMORY = { minimum: 1 } as const;

/** The module of tier 0 for a machine with such surroundings. */
export function emitTier0(s: Surroundings): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.name("tier0");
  module.importMemory("machine", "memory", ANY_MEMORY);
  module.exportTable("table", module.table({ type: FUNCREF, minimum: REGION_SLOTS, maximum: REGION_SLOTS }));
  const region = module.type([I64, I64], [I64]);
  const paths = emitMemoryPath(module, s);
  const functions = {
    ...emitRegionCalls(module, paths),
    run: emitRun(module, s, paths, region),
    enter: emitEnter(module, s, region),
  };
  for (const [name, index] of Object.entries(functions)) module.exportFunction(name, index);
  return module.finish();
}

/**
 *     enter(base, acc, _, entry):
 *       if (entry.slot == 0 || context.depth >= NESTED) {
 *         context.pc = base + (entry - context.decoded) / 16 * 4; context.exit = jump
 *         return acc
 *       }
 *       context.depth += 1; acc = table[entry.slot](acc, base); context.depth -= 1
 *       return acc
 */
function emitEnter(module: ModuleBuilder, s: Surroundings, region: TypeIndex): FunctionIndex {
  const index = module.function(regionCall(module), "enter");
  const b = module.begin(index);
  const [base, acc, entry] = [b.parameter(0), b.parameter(1), b.parameter(3)];
  const slot = b.local(I32);
  b.local_get(entry);
  b.i32_load16_u(ENTRY.slot);
  b.local_tee(slot);
  b.i32_eqz();
  contextGet({ b, s }, "depth");
  b.i32_const(NESTED);
  b.i32_ge_u();
  b.i32_or();
  b.if();
  b.i32_const(0);
  b.local_get(base);
  pushDistance({ b, s, entry });
  b.i64_add();
  b.i64_store(contextAt(s, "pc"));
  storeContext({ b, s }, "exit", () => b.i32_const(EXIT.jump));
  b.local_get(acc);
  b.return();
  b.end();
  addToDepth(b, s, 1);
  b.local_get(acc);
  b.local_get(base);
  b.local_get(slot);
  b.call_indirect(region);
  addToDepth(b, s, -1);
  module.end();
  return index;
}

function addToDepth(b: FunctionBody, s: Surroundings, change: 1 | -1): void {
  storeContext({ b, s }, "depth", () => {
    contextGet({ b, s }, "depth");
    b.i32_const(change);
    b.i32_add();
  });
}

function storeContext({ b, s }: Pick<Run, "b" | "s">, field: "exit" | "depth", value: () => void): void {
  b.i32_const(0);
  value();
  b.i32_store(contextAt(s, field));
}

/** `run`, whose shape is at the top. */
function emitRun(module: ModuleBuilder, s: Surroundings, paths: MemoryPath, region: TypeIndex): FunctionIndex {
  const index = module.function(module.type([], [I32]), "run");
  const b = module.begin(index);
  const locals = localsOf(b);
  contextGet64({ b, s }, "acc");
  takeAcc({ b, ...locals });
  const leave = b.block();
  const leaveAt = b.block();
  const refuse = b.block();
  const arrive = b.loop();
  const temporaries = [0, 1, 2, 3].map(() => b.local(I64));
  const o = operandOf({ b, s, entry: locals.entry }, temporaries);
  const outside = { b, s, paths, ...locals, o, follow: null, arrive, refuse, leaveAt, leave };
  const run = { ...outside, dispatch: emitArrival({ ...outside, dispatch: arrive }) };
  emitDispatch(run, () => callRegion(run, region));
  b.end(run.dispatch);
  b.end(arrive);
  b.unreachable();
  b.end(refuse);
  uncount(run);
  b.end(leaveAt);
  b.i32_const(0);
  pushPc(run);
  b.i64_store(contextAt(s, "pc"));
  b.end(leave);
  b.i32_const(0);
  pushAcc(run);
  b.i64_store(contextAt(s, "acc"));
  storeContext(run, "exit", () => b.local_get(run.exit));
  b.local_get(run.exit);
  module.end();
  return index;
}

function localsOf(b: FunctionBody) {
  const named = (name: string, local: Local) => {
    b.nameLocal(local, name);
    return local;
  };
  return {
    entry: named("entry", b.local(I32)),
    left: named("left", b.local(I32)),
    lookups: named("lookups", b.local(I32)),
    op: named("op", b.local(I32)),
    arrival: named("arrival", b.local(I32)),
    exit: named("exit", b.local(I32)),
    va: named("va", b.local(I64)),
    acc: named("acc", b.local(I64)),
    place: named("place", b.local(I32)),
  };
}

/**
 * The head of `arrive`, and the loop in it. @returns `dispatch`
 *
 *     if (left <= 0) { exit = budget; goto leave }
 *     if ((context.pc & ~4095) != context.page) enter the page, or leave
 *     entry = the entry of context.pc; op = entry.op
 *     if (arrival > 0) count heat, or leave
 *     if (arrival < 0) op = entry.plain
 *     arrival = plain
 */
function emitArrival(run: Run): Label {
  const { b, entry, op, arrival } = run;
  b.local_get(run.left);
  b.i32_const(0);
  b.i32_le_s();
  b.if();
  goes(run, EXIT.budget, run.leave);
  b.end();
  emitEnterPage(run);
  entryOf(run, () => contextGet64(run, "pc"));
  b.local_get(entry);
  b.i32_load8_u(ENTRY.op);
  b.local_set(op);
  b.local_get(arrival);
  b.i32_const(0);
  b.i32_gt_s();
  b.if();
  countHeat(run, () => b.local_get(arrival));
  b.end();
  b.local_get(arrival);
  b.i32_const(0);
  b.i32_lt_s();
  b.if();
  b.local_get(entry);
  b.i32_load8_u(ENTRY.plain);
  b.local_set(op);
  b.end();
  b.i32_const(ARRIVE.plain);
  b.local_set(arrival);
  return b.loop();
}

/**
 *     va = context.pc & ~4095
 *     if (va != context.page) {
 *       place = va >>> 8 & FAST_MASK                           the fast fetch TLB
 *       if (tag[place] == va) { lookups += 1; context.page = va; context.decoded = to[place] }
 *       else { context.exit = jump; acc = fetch(context.pc, acc); if ((exit = context.exit) != jump) goto leave }
 *     }
 */
function emitEnterPage(run: Run): void {
  const { b, s, va, place, lookups, exit } = run;
  const table = s.area + FETCH_TLB;
  contextGet64(run, "pc");
  b.i64_const(-4096);
  b.i64_and();
  b.local_tee(va);
  contextGet64(run, "page");
  b.i64_ne();
  b.if();
  pushFastEntry(b, va);
  b.local_tee(place);
  b.i64_load(table);
  b.local_get(va);
  b.i64_eq();
  b.if();
  b.local_get(lookups);
  b.i32_const(1);
  b.i32_add();
  b.local_set(lookups);
  b.i32_const(0);
  b.local_get(va);
  b.i64_store(contextAt(s, "page"));
  b.i32_const(0);
  b.local_get(place);
  b.i32_load(table + FAST_TO);
  b.i32_store(contextAt(s, "decoded"));
  b.else();
  storeContext(run, "exit", () => b.i32_const(EXIT.jump));
  contextGet64(run, "pc");
  pushAcc(run);
  b.call(run.paths.fetch);
  takeAcc(run);
  contextGet(run, "exit");
  b.local_tee(exit);
  b.br_if(run.leave);
  b.end();
  b.end();
}

/**
 *     left -= 1
 *     if (left < 0) { exit = budget; goto refuse }
 *     switch (op)
 */
function emitDispatch(run: Run, callRegion: () => void): void {
  const { b, op } = run;
  count(run);
  const wrong = b.block();
  const labels = [...FUSED, ...OPERATIONS].map(() => b.block()).reverse();
  b.local_get(op);
  b.br_table(labels, wrong);
  for (const [number, name] of OPERATIONS.entries()) {
    b.end(labels[number]);
    if (name === "region") callRegion();
    else emitOperation(run, name);
  }
  for (const [index, [first, second]] of FUSED.entries()) {
    b.end(labels[OPERATIONS.length + index]);
    emitPair(run, first, second);
  }
  b.end(wrong);
  b.unreachable();
}

/**
 *     acc = table[entry.slot](acc, context.page)
 *     exit = context.exit
 *     if (exit == jump, back or step) { arrival = call, plain or below; continue arrive }
 *     goto leave
 */
function callRegion(run: Run, region: TypeIndex): void {
  const { b, entry, exit, arrival } = run;
  uncount(run);
  pushAcc(run);
  contextGet64(run, "page");
  b.local_get(entry);
  b.i32_load16_u(ENTRY.slot);
  b.call_indirect(region);
  takeAcc(run);
  contextGet(run, "exit");
  b.local_tee(exit);
  b.i32_const(EXIT.step);
  b.i32_gt_u();
  b.br_if(run.leave);
  b.i32_const(EXIT.back);
  b.local_get(exit);
  b.i32_sub();
  b.i32_const(ARRIVE.call);
  b.i32_mul();
  b.local_set(arrival);
  b.br(run.arrive);
}
