/**
 * Segment path: what bare.ts, segments.ts and the first step of segmented-paging.ts do, as WebAssembly, from the hart's copy
 * of the descriptors.
 *
 * (1) Schemes without a TLB count and charge nothing, so an access that they refuse is left to the reference engine,
 *     which finds out why.
 */

import { COSTS } from "../costs.ts";
import { PAGE_SIZE, pageSizeAt } from "../paging.ts";
import { DESCRIPTOR, SEGMENT_RIGHTS, SEGMENT_SHIFT, SEGMENT_SIZE, SEGMENTS } from "../segments.ts";
import type { ModuleBuilder } from "../wasm/module.ts";
import { type FunctionIndex, I32, I64, type Label, type Local } from "../wasm/types.ts";
import { brIf, type Code, either, get, giveBack, i32, i64, load, low, op, seq, set, when } from "./expressions.ts";
import { SCHEME } from "./layout.ts";
import type { Places } from "./places.ts";

const { V, R, W, D } = DESCRIPTOR;

/** Bits of word 0 that must be zero. */
const RESERVED = 0xffc0_0000_0000_03c0n;
/** The ppn where it lies in word 0; two places higher it is an address. */
const PPN = 0x003f_ffff_ffff_fc00n;
/** Physical addresses are modulo 2^56. */
const ADDRESSES = 2n ** 56n - 1n;

/** What `direct` returns where the access may not be made. */
export const REFUSED = -1n;
/** A bit of what it returns: the page is not all within the limit. */
export const CUT = 1n;

/** Where va's descriptor lies: (va >> 30 & 255) * 16. */
function descriptorOf(va: Local): Code {
  return op("i32_and", low(op("i64_shr_u", get(va), i64(SEGMENT_SHIFT - 4))), i32((SEGMENTS - 1) << 4));
}

/** Word 0 lacks one of the bits, has one that must be zero, or W without R. */
function isRefused(word: Local, needed: Code): Code {
  const isLacking = op("i64_ne", op("i64_and", get(word), op("i64_or", needed, i64(RESERVED))), needed);
  const writeOnly = op("i64_eq", op("i64_and", get(word), i64(R | W)), i64(W));
  return op("i32_or", isLacking, writeOnly);
}

const growsDown = (word: Local): Code => op("i32_wrap_i64", op("i64_and", get(word), i64(D)));
const offsetOf = (va: Local): Code => op("i64_and", get(va), i64(SEGMENT_SIZE - 1));

/**
 * Where the page of an access lies in bare mode and in mode `segments`: (va, width, needed) -> i64. The result is the page's
 * physical address, with CUT; or REFUSED. `needed` are bits of DESCRIPTOR, V among them.
 *
 *     if (bare) return va & ~4095
 *     word = descriptors[va >> 30 & 255]; limit = its second word
 *     if (va >>> 38 || word is refused || limit > 2^30) return REFUSED
 *     from, to = grows down ? limit, 2^30 : 0, limit
 *     if (offset < from || offset + width > to) return REFUSED
 *     page = offset & ~4095
 *     return (base + page) mod 2^56 | (page < from || page + 4096 > to)
 */
export function emitDirect(module: ModuleBuilder, at: Places): FunctionIndex {
  const f = module.function(module.type([I64, I32, I32], [I64]), "direct");
  const b = module.begin(f);
  const [va, width, needed] = [b.parameter(0), b.parameter(1), b.parameter(2)];
  const [word, limit, from, to, offset] = [b.local(I64), b.local(I64), b.local(I64), b.local(I64), b.local(I64)];
  const descriptor = b.local(I32);
  const widthOf = op("i64_extend_i32_u", get(width));
  const ends = (start: Code, length: Code) => op("i64_gt_u", op("i64_add", start, length), get(to));
  const page = op("i64_and", get(offset), i64(-PAGE_SIZE));
  const base = op("i64_shl", op("i64_and", get(word), i64(PPN)), i64(2));
  const isCut = op("i32_or", op("i64_lt_u", page, get(from)), ends(page, i64(PAGE_SIZE)));
  seq(
    when(
      op("i32_eq", load("i32_load", i32(0), at.context.scheme), i32(SCHEME.bare)),
      giveBack(op("i64_and", get(va), i64(-PAGE_SIZE))),
    ),
    set(descriptor, descriptorOf(va)),
    set(word, load("i64_load", get(descriptor), at.segments)),
    set(limit, load("i64_load", get(descriptor), at.segments + 8)),
    set(offset, offsetOf(va)),
    set(from, either(growsDown(word), get(limit), i64(0))),
    set(to, either(growsDown(word), i64(SEGMENT_SIZE), get(limit))),
    when(op("i64_ge_u", get(va), i64(SEGMENTS * SEGMENT_SIZE)), giveBack(i64(REFUSED))),
    when(isRefused(word, op("i64_extend_i32_u", get(needed))), giveBack(i64(REFUSED))),
    when(op("i64_gt_u", get(limit), i64(SEGMENT_SIZE)), giveBack(i64(REFUSED))),
    when(op("i64_lt_u", get(offset), get(from)), giveBack(i64(REFUSED))),
    when(ends(get(offset), widthOf), giveBack(i64(REFUSED))),
    op("i64_or", op("i64_and", op("i64_add", base, page), i64(ADDRESSES)), op("i64_extend_i32_u", isCut)),
  )(b);
  module.end();
  return f;
}

/** Locals of the descriptor's step; they are 0 where there is none. */
export interface DescriptorLocals {
  readonly va: Local;
  /** i64: word 0. */
  readonly word: Local;
  /** i64: the limit, then scratch. */
  readonly limit: Local;
  /** i32: bits of SEGMENT_RIGHTS that the descriptor does not give. */
  readonly withheld: Local;
  /** i32: a superpage of level 1 that has va is not all within the limit. */
  readonly cut: Local;
  /** i32: cycles. */
  readonly charge: Local;
}

/**
 * The first step of a walk in mode `segmented-paging`. Afterwards `word` has the ppn of the table of level 1 where a PTE has it.
 *
 *     charge += 20
 *     word, limit = the descriptor
 *     if (word is refused || limit > 2^30 || limit & 4095) goto fault
 *     if (grows down ? offset < limit : offset >= limit) goto fault
 *     withheld = ~word & rights
 *     first = offset & ~(2^21 - 1)
 *     cut = grows down ? first < limit : first + 2^21 > limit
 *
 * @param needed bits of DESCRIPTOR, V among them
 */
export function descriptorStep(w: DescriptorLocals, needed: number, at: Places, fault: Label): Code {
  const { va, word, limit, withheld, cut, charge } = w;
  const size = pageSizeAt(1);
  const isBelow = op("i64_lt_u", offsetOf(va), get(limit));
  const outside = op("i32_eq", isBelow, op("i32_eqz", op("i32_eqz", growsDown(word))));
  const first = op("i64_and", offsetOf(va), i64(-size));
  const cutAbove = op("i64_gt_u", op("i64_add", first, i64(size)), get(limit));
  return seq(
    set(charge, op("i32_add", get(charge), i32(COSTS.walkLevel))),
    set(word, load("i64_load", descriptorOf(va), at.segments)),
    set(limit, load("i64_load", descriptorOf(va), at.segments + 8)),
    brIf(fault, isRefused(word, i64(needed))),
    brIf(fault, op("i64_gt_u", get(limit), i64(SEGMENT_SIZE))),
    brIf(fault, op("i64_ne", op("i64_and", get(limit), i64(PAGE_SIZE - 1)), i64(0))),
    brIf(fault, outside),
    set(withheld, op("i32_and", op("i32_xor", low(get(word)), i32(-1)), i32(SEGMENT_RIGHTS))),
    set(cut, either(growsDown(word), op("i64_lt_u", first, get(limit)), cutAbove)),
  );
}

/** Bits of DESCRIPTOR and PTE alike that must be set for an access: V, and with W also R. */
export function neededOf(permission: number): number {
  return V | permission | ((permission & W) === 0 ? 0 : R);
}
