/**
 * Ends: what stands behind a region's code, where its ways out lead (tier1-body.ts has them in pseudo-code). What nobody goes to is not
 * written: most regions have one place that stores all registers.
 */

import { I32, I64 } from "../wasm/types.ts";
import { EXIT } from "./layout.ts";
import { emitCountMiss } from "./misses.ts";
import { PAGE_MASK, type RegionBody } from "./tier1-body.ts";

/** Ends the blocks of the ways out, the innermost first, and leaves `acc`. Control does not come here by falling through. */
export function emitEnds(body: RegionBody): void {
  const { b } = body;
  if (body.endWay("undo")) emitUndo(body);
  if (body.endWay("step")) {
    body.setExit(EXIT.step);
    b.br(body.way("relative"));
  }
  if (body.endWay("relative")) {
    b.local_get(body.base);
    b.i64_add();
    b.br(body.way("spill"));
  }
  if (body.endWay("jump")) emitJump(body);
  if (body.endWay("spill")) {
    const pc = body.named("pc", I64);
    b.local_set(pc);
    body.setPc(pc);
    body.spill();
    b.br(body.way("out"));
  }
  if (body.endWay("away")) {
    const entry = body.named("entry", I32);
    b.local_set(entry);
    body.spill();
    b.local_get(entry);
    b.br(body.way("enter"));
  }
  if (body.endWay("enter")) emitEnter(body);
  body.endWay("out");
  b.local_get(body.acc);
}

/** acc += rest; where something counts misses: count that, exit is set; else exit is `step`. */
function emitUndo(body: RegionBody): void {
  const { b, acc } = body;
  const distance = body.named("pc", I64);
  b.local_set(distance);
  b.local_get(acc);
  b.i64_add();
  b.local_set(acc);
  if (body.leavesAtMiss) emitCountMiss(b, body.s, body.region, body.named("entry", I32));
  b.local_get(distance);
  b.br(body.way(body.leavesAtMiss ? "relative" : "step"));
}

function emitJump(body: RegionBody): void {
  const { b } = body;
  const pc = body.named("pc", I64);
  b.local_set(pc);
  body.differs(pc, () => body.field64("page"), PAGE_MASK);
  b.if();
  body.enterPage(pc);
  b.end();
  body.entryOf(pc);
  b.br(body.way("away"));
}

function emitEnter(body: RegionBody): void {
  const { b } = body;
  const entry = body.named("entry", I32);
  b.local_set(entry);
  body.field64("page");
  b.local_get(body.acc);
  b.i64_const(0);
  b.local_get(entry);
  b.return_call(body.imports.enter);
}
