/**
 * Jumps of a region: calls, returns, jumps through registers, and ways to another page.
 *
 * (1) A block begins and ends with context.page and context.decoded naming its page.
 * (2) Whoever leaves for another region has spilled its registers first.
 */

import { panic } from "../panic.ts";
import { I32, I64, type Local } from "../wasm/types.ts";
import { CONTEXT, ENTRY_SHIFT, EXIT, INSTRUCTION_SHIFT, NESTED } from "./layout.ts";
import type { Block, BlockEnd, Region, RegionPage } from "./region.ts";
import type { Dispatch } from "./structure.ts";
import { PAGE_MASK, type RegionBody } from "./tier1-body.ts";

/** Bits of an address that are 0 in a jump's target. */
const MISALIGNED = 3;
const PAGE_OFFSET = 4095;

/** Distance of a block's end: of the instruction that ends it, or of what follows its last one. */
export const endOf = (block: Block) => block.at + 4 * block.insns.length;

export function pageOf({ pages }: Region, distance: number): RegionPage {
  const at = distance - (distance & PAGE_OFFSET);
  return pages.find((page) => page.at === at) ?? panic("a region has the pages of its blocks", { distance });
}

/** Address of the decoded entry at a distance in that page. */
export const entryAt = (page: RegionPage, distance: number) => page.decoded + ((distance & PAGE_OFFSET) << 2);

const samePage = (a: number, b: number) => ((a ^ b) & PAGE_MASK) === 0;

/**
 * Enters the page at that distance; falls through when it is the one that the region was made from.
 *
 *     enter the page of base + distance
 *     if context.decoded != page.decoded: on at the entry there
 */
export function emitCross(body: RegionBody, distance: number): void {
  const { b } = body;
  const pc = body.named("pc", I64);
  body.address(distance);
  b.local_set(pc);
  body.enterPage(pc);
  checkFrame(body, pc, pageOf(body.region, distance));
}

function checkFrame(body: RegionBody, pc: Local, page: RegionPage): void {
  const { b } = body;
  body.entryOf(pc);
  body.field("decoded");
  b.i32_const(page.decoded);
  b.i32_ne();
  b.unlikely();
  b.br_if(body.way("away"));
  b.drop();
}

/** To code outside the region. */
export function emitAway(body: RegionBody, block: Block, to: number): void {
  const { b } = body;
  if ((to & MISALIGNED) !== 0) {
    body.giveBack(endOf(block));
  } else if (samePage(block.at, to)) {
    b.i32_const(entryAt(pageOf(body.region, block.at), to));
    b.br(body.way("away"));
  } else {
    body.address(to);
    b.br(body.way("jump"));
  }
}

type Call = Extract<BlockEnd, { kind: "call" | "callRegister" }>;

/**
 * A call. When control comes back to where the link points, in that page, the region goes on.
 *
 *     x[rd] = base + back
 *     block.x[n] = x[n] ...                        those that are dirty
 *     enter the page of the callee, where it is another one
 *     acc = enter(its page, acc, 0, entry of the callee)
 *     if context.exit != back or context.decoded != page.decoded or context.pc != base + back: return acc
 *     x[n] = block.x[n] ...
 */
export function emitCall(body: RegionBody, block: Block, end: Call, dirty: number): void {
  const at = endOf(block);
  body.of(end.insn, at);
  if (end.kind === "call" && (end.callee & MISALIGNED) !== 0) {
    body.giveBack(at);
    return;
  }
  const isNear = end.kind === "call" && samePage(at, end.callee);
  const target = end.kind === "callRegister" ? computed(body, at) : body.named("target", I64);
  body.address(at + 4);
  body.setRd();
  body.spill(dirty);
  if (end.kind === "callRegister") enterComputed(body, target, at);
  else if (!isNear) enterKnown(body, end.callee, target);
  const entry = () => {
    if (isNear) body.b.i32_const(entryAt(pageOf(body.region, at), end.callee));
    else body.entryOf(target);
  };
  if ("away" in end.back) {
    entry();
    body.b.br(body.way("enter"));
    return;
  }
  if (isNear) callNear(body, at, end.callee);
  else {
    body.field64("page");
    body.b.local_get(body.acc);
    body.b.i64_const(0);
    entry();
    body.b.call(body.imports.enter);
    body.b.local_set(body.acc);
  }
  comeBack(body, at + 4);
}

/**
 * A call within a page. What is in the module already, and valid as long as this region, is called without `enter`:
 *
 *     depth = context.depth; if depth >= NESTED: on at the entry
 *     context.depth = depth + 1; acc = region(acc, page); context.depth = depth
 */
function callNear(body: RegionBody, at: number, callee: number): void {
  const { b, acc } = body;
  const page = pageOf(body.region, at);
  const entry = entryAt(page, callee);
  const direct = body.direct(entry);
  if (direct === null) {
    body.address(page.at);
    b.local_get(acc);
    b.i64_const(0);
    b.i32_const(entry);
    b.call(body.imports.enter);
    b.local_set(acc);
    return;
  }
  const depth = body.named("depth", I32);
  b.i32_const(entry);
  body.field("depth");
  b.local_tee(depth);
  b.i32_const(NESTED);
  b.i32_ge_u();
  b.unlikely();
  b.br_if(body.way("enter"));
  b.drop();
  setDepth(body, depth, 1);
  b.local_get(acc);
  body.address(page.at);
  b.call(direct);
  b.local_set(acc);
  setDepth(body, depth, 0);
}

function setDepth({ b, s }: RegionBody, depth: Local, more: number): void {
  b.i32_const(0);
  b.local_get(depth);
  if (more !== 0) {
    b.i32_const(more);
    b.i32_add();
  }
  b.i32_store(s.area + CONTEXT.depth);
}

function enterKnown(body: RegionBody, callee: number, target: Local): void {
  body.address(callee);
  body.b.local_set(target);
  body.enterPage(target, true);
}

function comeBack(body: RegionBody, back: number): void {
  const { b } = body;
  const { decoded } = pageOf(body.region, back);
  // Not both halves in one load: the callee has just stored one of them, and the host would wait until that is in its cache.
  body.field("exit");
  b.i32_const(EXIT.back);
  b.i32_xor();
  body.field("decoded");
  b.i32_const(decoded);
  b.i32_xor();
  b.i32_or();
  b.unlikely();
  b.br_if(body.way("out"));
  body.field64("pc");
  body.address(back);
  b.i64_ne();
  b.unlikely();
  b.br_if(body.way("out"));
  body.reload();
  body.forgetPlaces();
}

/**
 * The target of a JALR, which has been counted.
 *
 *     target = x[rs1] + imm & ~1
 *     if target & 2: not executed here
 */
function computed(body: RegionBody, at: number): Local {
  const { b } = body;
  const target = body.named("target", I64);
  const sum = body.sum();
  b.local_get(sum);
  b.i64_const(-2);
  b.i64_and();
  b.local_tee(target);
  b.i32_wrap_i64();
  b.i32_const(MISALIGNED);
  b.i32_and();
  b.unlikely();
  b.if();
  body.giveBack(at);
  b.end();
  return target;
}

/** Enters the page of `target` unless it is that of the instruction at distance `at`. */
function enterComputed(body: RegionBody, target: Local, at: number): void {
  const { b } = body;
  body.differs(target, () => body.address(at & PAGE_MASK), PAGE_MASK);
  b.if();
  body.enterPage(target, true);
  b.end();
}

/**
 * A return: only context.pc says where to.
 *
 *     block.x[n] = x[n] ...                        those that are dirty
 *     context.pc = target; enter its page, unless it is context.page
 *     context.exit = back
 */
function emitReturn(body: RegionBody, target: Local, at: number, dirty: number): void {
  body.spill(dirty);
  body.setPc(target);
  enterComputed(body, target, at);
  body.setExit(EXIT.back);
  body.b.br(body.way("out"));
}

type CallWithin = Extract<BlockEnd, { kind: "callWithin" }>;
type ReturnWithin = Extract<BlockEnd, { kind: "returnWithin" }>;

/** x[rd] = base + distance of what follows the call. */
export function emitLink(body: RegionBody, block: Block, { insn }: CallWithin): void {
  const at = endOf(block);
  body.of(insn, at);
  body.address(at + 4);
  body.setRd();
}

/**
 * Pushes x[rs1] + imm == base + back: i32. The place to come back to is aligned, so a sum that is equal is as well. Where the copy
 * has not changed the register the host's compiler knows the answer.
 */
export function emitComesBack(body: RegionBody, block: Block, { insn, back }: ReturnWithin): void {
  const { b } = body;
  body.of(insn, endOf(block));
  const sum = body.sum();
  b.local_get(sum);
  body.address(back);
  b.i64_eq();
}

type JumpRegister = Extract<BlockEnd, { kind: "jumpRegister" }>;

/**
 *     place = x[rs1] + imm - (base + first landing of this page) rotated right by 2
 *     if place is below the number of places to the last one: dispatch             so the target is aligned and in this page
 *     for each page of landings: if target lies there: enter the page; dispatch(target - base)
 *     on at target
 */
export function emitJumpRegister(
  body: RegionBody,
  block: Block,
  end: JumpRegister | ReturnWithin,
  dirty: number,
  dispatch: Dispatch | null,
): void {
  const { b, region } = body;
  const at = endOf(block);
  body.of(end.insn, at);
  const near = dispatch?.pages.find((index) => samePage(region.pages[index]!.at, at));
  if (near !== undefined) dispatchNear(body, dispatch!, near);
  const target = computed(body, at);
  if (end.kind === "returnWithin" || end.isReturn) {
    emitReturn(body, target, at, dirty);
    return;
  }
  for (const index of dispatch?.pages ?? []) {
    const page = region.pages[index]!;
    body.differs(target, () => body.address(page.at), PAGE_MASK);
    b.i32_eqz();
    b.if();
    if (!samePage(page.at, at)) {
      body.enterPage(target);
      checkFrame(body, target, page);
    }
    b.local_get(target);
    b.local_get(body.base);
    b.i64_sub();
    b.i32_wrap_i64();
    dispatch!.go();
    b.end();
  }
  b.local_get(target);
  b.br(body.way("jump"));
}

function dispatchNear(body: RegionBody, dispatch: Dispatch, page: number): void {
  const { b } = body;
  const { from, places } = dispatch.range(page);
  const place = body.named("landing", I64);
  const sum = body.sum();
  b.local_get(sum);
  b.local_get(body.base);
  b.i64_sub();
  b.i64_const(from);
  b.i64_sub();
  b.i64_const(INSTRUCTION_SHIFT);
  b.i64_rotr();
  b.local_tee(place);
  b.i64_const(places);
  b.i64_lt_u();
  b.likely();
  b.if();
  b.local_get(place);
  b.i32_wrap_i64();
  dispatch.goBehind(from);
  b.end();
}

/** Behind a dispatch that found no landing at the distance on the stack. */
export function emitMissed(body: RegionBody): void {
  const { b } = body;
  const distance = body.named("distance", I32);
  b.local_set(distance);
  body.field("decoded");
  b.local_get(distance);
  b.i32_const(PAGE_OFFSET);
  b.i32_and();
  b.i32_const(ENTRY_SHIFT - INSTRUCTION_SHIFT);
  b.i32_shl();
  b.i32_add();
  b.br(body.way("away"));
}
