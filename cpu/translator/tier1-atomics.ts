/**
 * Atomics of a region (Volume I, chapter 8): as tier 0 does them, where the fast TLB has the page. Then the address is aligned as well.
 *
 *     va = x[rs1]
 *     place = va + table[e].to where the fast TLB hits; else leave with exit `step`, or, in a patient region, as other accesses
 *     AMO    old = memory[place]; memory[place] = ...; x[rd] = old
 *     LR     reservation = place - ram; reservationWidth = bytes; x[rd] = memory[place]
 *     SC     leave unless reservationWidth == bytes                before: a lookup that is not made is not counted
 *            if reservation == place - ram: memory[place] = x[rs2]; x[rd] = 0; else x[rd] = 1
 *            reservationWidth = 0
 */

import { I32, type Local } from "../wasm/types.ts";
import type { Meaning } from "./meaning.ts";
import { scratchAt } from "./places.ts";
import { pushPlaceOf, type Site } from "./tier1-access.ts";
import type { RegionBody } from "./tier1-body.ts";

type AtomicMeaning = Extract<Meaning, { kind: "amo" | "loadReserved" | "storeConditional" }>;

export function isAtomic(meaning: Meaning): meaning is AtomicMeaning {
  return meaning.kind === "amo" || meaning.kind === "loadReserved" || meaning.kind === "storeConditional";
}

export function emitAtomic(body: RegionBody, meaning: AtomicMeaning, site: Site): void {
  const { bytes } = meaning;
  body.of(site.insn, site.at);
  if (meaning.kind === "storeConditional") {
    leaveIf(body, site, () => {
      body.b.i32_const(0);
      body.b.f64_load(scratchAt(body.s, "reservationWidth"));
      body.b.f64_const(bytes);
      body.b.f64_ne();
    });
  }
  const place = locate(body, meaning, site);
  if (meaning.kind === "amo") {
    const old = body.temporary(0);
    load(body, place, bytes);
    body.b.local_set(old);
    store(body, place, bytes, () => meaning.emit(body));
    body.b.local_get(old);
  } else if (meaning.kind === "loadReserved") {
    setScratch(body, "reservation", () => pushOffset(body, place));
    setScratch(body, "reservationWidth", () => body.b.f64_const(bytes));
    load(body, place, bytes);
  } else conditional(body, place, bytes);
  body.setRd();
}

/** Leaves with exit `step` where what `condition` pushes is not 0. */
function leaveIf(body: RegionBody, { at, rest }: Site, condition: () => void): void {
  body.b.i64_const(rest);
  body.b.i64_const(at);
  condition();
  body.undoIf();
}

/** Where the access lies: i32. */
function locate(body: RegionBody, { kind, bytes }: AtomicMeaning, site: Site): Local {
  const { b } = body;
  const access = { kind: kind === "loadReserved" ? "load" : "store", bytes } as const;
  const va = body.sum(0);
  const place = body.named("place", I32);
  if (!body.leavesAtMiss) {
    leaveIf(body, site, () => {
      b.local_get(va);
      b.i32_wrap_i64();
      b.i32_const(bytes - 1);
      b.i32_and();
    });
  }
  pushPlaceOf(body, access, va, site);
  b.local_set(place);
  return place;
}

/** Pushes memory, sign-extended. */
function load({ b }: RegionBody, place: Local, bytes: 4 | 8): void {
  b.local_get(place);
  if (bytes === 4) b.i64_load32_s();
  else b.i64_load();
}

function store({ b }: RegionBody, place: Local, bytes: 4 | 8, value: () => void): void {
  b.local_get(place);
  value();
  if (bytes === 4) b.i64_store32();
  else b.i64_store();
}

/** Pushes x[rd]. */
function conditional(body: RegionBody, place: Local, bytes: 4 | 8): void {
  const { b, s } = body;
  const failed = body.temporary(0);
  b.i64_const(1);
  b.local_set(failed);
  b.i32_const(0);
  b.f64_load(scratchAt(s, "reservation"));
  pushOffset(body, place);
  b.f64_eq();
  b.if();
  store(body, place, bytes, () => body.rs2());
  b.i64_const(0);
  b.local_set(failed);
  b.end();
  setScratch(body, "reservationWidth", () => b.f64_const(0));
  b.local_get(failed);
}

/** Pushes `place` as the reservation has it: an offset in RAM. */
function pushOffset({ b, s }: RegionBody, place: Local): void {
  b.local_get(place);
  b.i32_const(s.ram);
  b.i32_sub();
  b.f64_convert_i32_u();
}

function setScratch({ b, s }: RegionBody, slot: "reservation" | "reservationWidth", value: () => void): void {
  b.i32_const(0);
  value();
  b.f64_store(scratchAt(s, slot));
}
