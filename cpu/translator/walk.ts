/**
 * Walk: the walks of ../translation/ (Volume II, 4.3.2) as WebAssembly, unrolled over the levels. Where the scheme is
 * `segmented-paging`, the descriptor's step comes instead of the levels above 1.
 *
 * (1) A walk is pure until its outcome is known: it reads PTEs, and what it would charge is in a local.
 * (2) Bits of a PTE that must be set and bits that must be clear are one mask and one compare. What fails it is a page
 *     fault, whichever of steps 3 to 5 says so.
 * (3) A PTE's frame is kept as its distance from RAM: one compare without sign says whether it is RAM.
 */

import { type Access, FETCH, LOAD, STORE } from "../access.ts";
import { COSTS } from "../costs.ts";
import { PAGE_SIZE, PTE, PTE_PPN_SHIFT } from "../paging.ts";
import { RAM_BASE } from "../ram.ts";
import type { FunctionBody } from "../wasm/body.ts";
import { I32, I64, type Label, type Local } from "../wasm/types.ts";
import { block, br, brIf, type Code, choose, get, i32, i64, load, low, op, seq, set, when } from "./expressions.ts";
import { SCHEME, type Surroundings } from "./layout.ts";
import type { Places } from "./places.ts";
import { type DescriptorLocals, descriptorStep, neededOf } from "./segment-path.ts";

export type Kind = "load" | "store" | "fetch";

export const ACCESS: Readonly<Record<Kind, Access>> = { load: LOAD, store: STORE, fetch: FETCH };

/** Levels of Sv48, which has most. */
const LEVELS = 4;
/** Cycles of the most expensive walk. */
export const DEAREST_WALK = LEVELS * COSTS.walkLevel + COSTS.walkUpdate;

/** Bits 63:54 of a PTE. */
const RESERVED = 0xffc0_0000_0000_0000n;
/** What tells a pointer: V is set, these others are not. */
const NO_POINTER = RESERVED | BigInt(PTE.V | PTE.R | PTE.W | PTE.X | PTE.U | PTE.A | PTE.D);
const NOT_PPN = BigInt((1 << PTE_PPN_SHIFT) - 1);

/** Locals of a walk: what it is given, and what it finds. */
export interface WalkLocals extends DescriptorLocals {
  /** i64: the leaf PTE, and where it lies in RAM. */
  readonly pte: Local;
  readonly pteAt: Local;
  /** i32: its level. */
  readonly level: Local;
  /** i64: distance from RAM of the table, then of the page. */
  readonly table: Local;
  /** i64: address of va's page within the superpage. */
  readonly inside: Local;
  /** i32: the exception, should it fail. */
  readonly cause: Local;
}

/** New locals of a function for its walk of `va`, an i64. */
export function walkLocals(b: FunctionBody, va: Local): WalkLocals {
  return {
    va,
    pte: b.local(I64),
    pteAt: b.local(I32),
    level: b.local(I32),
    table: b.local(I64),
    inside: b.local(I64),
    charge: b.local(I32),
    cause: b.local(I32),
    word: b.local(I64),
    limit: b.local(I64),
    withheld: b.local(I32),
    cut: b.local(I32),
  };
}

/**
 *     cause = page fault
 *     if (va + limit >= span, without sign) goto fault                  not canonical: no walk, charge is 0
 *     if (segmented paging) { descriptor; table = its frame }
 *     else { table = root; if (sv48) level 3; level 2 }
 *     level 1; level 0
 *     leaf
 *
 * Afterwards `table` is the page's distance from RAM; it may lie outside.
 */
export function walk(kind: Kind, s: Surroundings, at: Places, w: WalkLocals, fault: Label): Code {
  const access = ACCESS[kind];
  const limit = load("i64_load", i32(0), at.context.limit);
  const root = load("i64_load", i32(0), at.context.root);
  const span = load("i64_load", i32(0), at.context.span);
  const canonical = op("i64_lt_u", op("i64_add", get(w.va), limit), span);
  const isScheme = (scheme: number) => op("i32_eq", load("i32_load", i32(0), at.context.scheme), i32(scheme));
  return seq(
    set(w.cause, i32(access.pageFault)),
    brIf(fault, op("i32_eqz", canonical)),
    block((found) =>
      seq(
        choose(
          isScheme(SCHEME["segmented-paging"]),
          [descriptorStep(w, neededOf(access.permission), at, fault), set(w.table, frameFromRam(w.word))],
          [
            set(w.table, op("i64_sub", root, i64(RAM_BASE))),
            when(isScheme(SCHEME.sv48), level(3, access, s, w, fault, found)),
            level(2, access, s, w, fault, found),
          ],
        ),
        level(1, access, s, w, fault, found),
        level(0, access, s, w, fault, found),
      ),
    ),
    leaf(kind, w, fault),
  );
}

/**
 *     charge += 20
 *     if (table is not RAM) { cause = access fault; goto fault }                             step 2
 *     pte = RAM[table + vpn[n] * 8]
 *     if (it is no pointer) { level = n; goto found }                                       steps 3 and 4
 *     table = its frame
 *
 * At level 0 nothing is a pointer: what is none of a leaf's kinds either is a fault there.
 */
function level(n: number, access: Access, s: Surroundings, w: WalkLocals, fault: Label, found: Label): Code {
  // va.vpn[n] * 8
  const index = op("i32_and", low(op("i64_shr_u", get(w.va), i64(9 + 9 * n))), i32(511 << 3));
  return seq(
    set(w.charge, op("i32_add", get(w.charge), i32(COSTS.walkLevel))),
    when(op("i64_ge_u", get(w.table), i64(s.ramBytes)), set(w.cause, i32(access.accessFault)), br(fault)),
    set(w.pteAt, op("i32_or", low(get(w.table)), index)),
    set(w.pte, load("i64_load", get(w.pteAt), s.ram)),
    set(w.level, i32(n)),
    n === 0
      ? seq()
      : seq(
          brIf(found, op("i64_ne", op("i64_and", get(w.pte), i64(NO_POINTER)), i64(PTE.V))),
          set(w.table, frameFromRam(w.pte)),
        ),
  );
}

/** Where the frame of a PTE without reserved bits lies: its distance from the beginning of RAM. */
function frameFromRam(pte: Local): Code {
  const address = op("i64_shl", op("i64_and", get(pte), i64(~NOT_PPN)), i64(2));
  return op("i64_sub", address, i64(RAM_BASE));
}

/**
 *     if ((pte & mask) != what the access needs) goto fault                                 steps 3 to 5
 *     table = its frame
 *     if (level != 0) { if (the frame is not a multiple of the page's size) goto fault       step 6
 *                       table += address of va's page within it }
 */
function leaf(kind: Kind, w: WalkLocals, fault: Label): Code {
  const needed = neededOf(ACCESS[kind].permission);
  const writeOnly = op("i64_eq", op("i64_and", get(w.pte), i64(PTE.R | PTE.W)), i64(PTE.W));
  const span = () => op("i64_shl", i64(1), op("i64_add", op("i64_mul", levelOf(w), i64(9)), i64(12)));
  const address = op("i64_shl", op("i64_and", get(w.pte), i64(~NOT_PPN)), i64(2));
  return seq(
    brIf(fault, op("i64_ne", op("i64_and", get(w.pte), i64(RESERVED | BigInt(needed))), i64(needed))),
    kind === "fetch" ? brIf(fault, writeOnly) : seq(),
    set(w.table, frameFromRam(w.pte)),
    when(
      get(w.level),
      set(w.inside, op("i64_sub", span(), i64(1))),
      brIf(fault, op("i32_eqz", op("i64_eqz", op("i64_and", address, get(w.inside))))),
      set(w.inside, op("i64_and", op("i64_and", get(w.va), get(w.inside)), i64(-PAGE_SIZE))),
      set(w.table, op("i64_add", get(w.table), get(w.inside))),
    ),
  );
}

/** The level as an i64. */
export function levelOf(w: WalkLocals): Code {
  return op("i64_extend_i32_u", get(w.level));
}
