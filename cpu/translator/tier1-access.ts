/**
 * Loads and stores of a region. The fast TLB is asked inline:
 *
 *     va = x[rs1] + imm
 *     e = (va >>> 8) & FAST_MASK
 *     hit = table[e].tag == va & (~4095 | bytes - 1)
 *     place = va + table[e].to
 *     x[rd] = memory[place]
 *
 * What happens when it has no answer:
 *
 *     "leave"  acc += rest; leave with exit `step`. Tier 0 executes the instruction, and fills the fast TLB by that
 *     "cache"  as "leave", but what the fast TLB has said last is kept in two locals (scans: tier1.ts; what moves by constants: around.ts)
 *     "call"   acc = load(va, acc, rest, bytes); place = context.place; if place == 0: leave
 *
 * A call costs where it is never made: the host's compiler takes a fifth longer for such regions, and in a loop it takes the call for as
 * likely as all else, keeps what lives across it in memory, and does not unroll the loop. So accesses leave, and regions that leave
 * all the time are made again, patient: all of their accesses call.
 */

import type { Insn } from "../decode.ts";
import type { FunctionBody } from "../wasm/body.ts";
import type { Phrase } from "../wasm/runs.ts";
import { I32, I64, type Label, type Local } from "../wasm/types.ts";
import { pushFastEntry } from "./fast-entry.ts";
import { CONTEXT, FAST_TO, READ_TLB, WRITE_TLB } from "./layout.ts";
import type { Meaning } from "./meaning.ts";
import { PAGE_MASK, type RegionBody } from "./tier1-body.ts";
import { alignedOf, type Group, type Member } from "./tier1-groups.ts";

/** Where an instruction stands: its distance, and what takes back the part of its block that has not been done. */
export interface Site {
  readonly insn: Insn;
  readonly at: number;
  readonly rest: number;
  /** Its cache, or -1 for none. A cache is valid until something may change the fast TLBs: body.forgetPlaces(). */
  readonly cache: number;
  readonly member: Member | null;
  /** A load asks the table of writes: it has its cache together with stores. */
  readonly asStore: boolean;
  readonly index: number;
}

type AccessMeaning = Extract<Meaning, { kind: "load" | "store" }>;
type Access = Pick<AccessMeaning, "kind" | "bytes">;

export function emitAccess(body: RegionBody, meaning: AccessMeaning, site: Site): void {
  body.of(site.insn, site.at);
  if (site.member !== null) {
    emitInGroup(body, meaning, site, site.member);
    return;
  }
  const va = body.sum();
  if (site.cache >= 0) placeByCache(body, meaning, va, site);
  else pushPlaceOf(body, meaning, va, site);
  if (meaning.kind === "store") body.rs2();
  meaning.emit(body);
  if (meaning.kind === "load") body.setRd();
}

/**
 * The first of a group asks for all of them:
 *
 *     e = (base + low >>> 8) & FAST_MASK
 *     if table[e].tag != base + aligned & (~4095 | width - 1): leave
 *     place = base + low + table[e].to
 *
 * and each accesses memory[place + offset - low].
 */
function emitInGroup(body: RegionBody, meaning: AccessMeaning, site: Site, { group, offset }: Member): void {
  const { b } = body;
  const place = body.named(`place${group.base}`, I32);
  if (group.first === site.index) {
    placeGroup(body, site, group);
    b.local_tee(place);
  } else b.local_get(place);
  if (meaning.kind === "store") body.rs2();
  meaning.emit(body, offset - group.low);
  if (meaning.kind === "load") body.setRd();
}

/** Pushes the address of the group's lowest byte: i32. */
function placeGroup(body: RegionBody, { at, rest }: Site, group: Group): void {
  const { b } = body;
  const table = body.s.area + (group.hasStore ? WRITE_TLB : READ_TLB);
  const entry = body.named("entry", I32);
  const va = body.sum(group.low);
  b.i64_const(rest);
  b.i64_const(at);
  pushFastEntry(b, va);
  b.local_tee(entry);
  b.i64_load(table);
  b.local_get(va);
  const span = alignedOf(group) - group.low;
  if (span !== 0) {
    b.i64_const(span);
    b.i64_add();
  }
  b.i64_const(PAGE_MASK | (group.width - 1));
  b.i64_and();
  b.i64_ne();
  body.undoIf();
  b.local_get(entry);
  b.i32_load(table + FAST_TO);
  b.local_get(va);
  b.i32_wrap_i64();
  b.i32_add();
}

/** Pushes the address of an access by itself: i32. */
export function pushPlaceOf(body: RegionBody, access: Access, va: Local, site: Site): void {
  if (body.leavesAtMiss) placeOrLeave(body, access, va, site);
  else if (body.hasFastTlbs) placeOrCall(body, access, va, site);
  else {
    callSlowPath(body, access, va, site);
    body.b.local_get(body.named("place", I32));
  }
}

function tableOf({ s }: RegionBody, { kind }: Access): number {
  return s.area + (kind === "store" ? WRITE_TLB : READ_TLB);
}

/** What is the same for all accesses of a kind and width, by the translator's area: made when it is first needed. */
interface Phrases {
  readonly tags: Phrase;
  readonly place: Phrase;
}
const phrases = { area: -1, known: new Map<number, Phrases>() };

function phrasesOf(body: RegionBody, access: Access): Phrases {
  if (phrases.area !== body.s.area) {
    phrases.area = body.s.area;
    phrases.known.clear();
  }
  const key = access.kind === "store" ? access.bytes : -access.bytes;
  let known = phrases.known.get(key);
  if (known === undefined) {
    const { b } = body;
    const table = tableOf(body, access);
    const tags = b.phrase((va, entry) => writeTags(b, va, entry, table, access.bytes));
    const place = b.phrase((va, entry) => writePlace(b, va, entry, table));
    known = { tags, place };
    phrases.known.set(key, known);
  }
  return known;
}

/** Pushes the tag of the entry for `va`, keeping its offset in `entry`, and what the tag must be. */
function pushTags(body: RegionBody, access: Access, va: Local): void {
  body.b.paste(phrasesOf(body, access).tags, va, body.named("entry", I32));
}

function writeTags(b: FunctionBody, va: Local, entry: Local, table: number, bytes: number): void {
  pushFastEntry(b, va);
  b.local_tee(entry);
  b.i64_load(table);
  b.local_get(va);
  b.i64_const(PAGE_MASK | (bytes - 1));
  b.i64_and();
}

/** Pushes va + table[entry].to: i32. */
function pushPlace(body: RegionBody, access: Access, va: Local): void {
  body.b.paste(phrasesOf(body, access).place, va, body.named("entry", I32));
}

function writePlace(b: FunctionBody, va: Local, entry: Local, table: number): void {
  b.local_get(entry);
  b.i32_load(table + FAST_TO);
  b.local_get(va);
  b.i32_wrap_i64();
  b.i32_add();
}

function placeOrLeave(body: RegionBody, meaning: Access, va: Local, { at, rest }: Site): void {
  const { b } = body;
  b.i64_const(rest);
  b.i64_const(at);
  pushTags(body, meaning, va);
  b.i64_ne();
  body.undoIf();
  pushPlace(body, meaning, va);
}

/**
 *     if cache.tag != va & (~4095 | bytes - 1):
 *       leave unless hit
 *       cache.tag = va & (~4095 | bytes - 1); cache.to = table[e].to
 *     place = va + cache.to
 */
function placeByCache(body: RegionBody, meaning: AccessMeaning, va: Local, site: Site): void {
  const { at, rest, cache } = site;
  const { b } = body;
  const table = tableOf(body, site.asStore ? { ...meaning, kind: "store" } : meaning);
  const { tag, to } = body.cache(cache);
  const masked = body.named("masked", I64);
  b.local_get(va);
  b.i64_const(PAGE_MASK | (meaning.bytes - 1));
  b.i64_and();
  b.local_tee(masked);
  b.local_get(tag);
  b.i64_ne();
  b.if();
  b.i64_const(rest);
  b.i64_const(at);
  pushFastEntry(b, va);
  b.local_tee(body.named("entry", I32));
  b.i64_load(table);
  b.local_get(masked);
  b.i64_ne();
  body.undoIf();
  b.local_get(masked);
  b.local_set(tag);
  b.local_get(body.named("entry", I32));
  b.i32_load(table + FAST_TO);
  b.local_set(to);
  b.end();
  b.local_get(to);
  b.local_get(va);
  b.i32_wrap_i64();
  b.i32_add();
}

/**
 * Asks a cache for a group whose accesses do not begin with it: goes to `other` where it has not the page of all.
 *
 *     if cache.tag != base + aligned & (~4095 | width - 1): other
 *     if cache.tag != base + low & ~4095: other            only where the unit at `aligned` is not all
 *     place = base + low + cache.to
 */
export function askCache(body: RegionBody, group: Group, cache: number, other: Label): void {
  const { b } = body;
  const { tag, to } = body.cache(cache);
  const aligned = alignedOf(group);
  const isIn = (offset: number, mask: number) => {
    body.plus(group.base, offset);
    b.i64_const(mask);
    b.i64_and();
    b.local_get(tag);
    b.i64_ne();
    b.unlikely();
    b.br_if(other);
  };
  isIn(aligned, PAGE_MASK | (group.width - 1));
  if (aligned !== group.low) isIn(group.low, PAGE_MASK);
  body.plus(group.base, group.low);
  b.i32_wrap_i64();
  b.local_get(to);
  b.i32_add();
  b.local_set(body.named(`place${group.base}`, I32));
}

function placeOrCall(body: RegionBody, meaning: Access, va: Local, site: Site): void {
  const { b } = body;
  pushTags(body, meaning, va);
  b.i64_eq();
  b.likely();
  b.if(I32);
  pushPlace(body, meaning, va);
  b.else();
  callSlowPath(body, meaning, va, site);
  b.local_get(body.named("place", I32));
  b.end();
}

function callSlowPath(body: RegionBody, { kind, bytes }: Access, va: Local, { at, rest }: Site): void {
  const { b, acc } = body;
  b.local_get(va);
  b.local_get(acc);
  b.i64_const(rest);
  b.i32_const(bytes);
  b.call(kind === "store" ? body.imports.store : body.imports.load);
  b.local_set(acc);
  b.i64_const(at);
  b.i32_const(0);
  b.i32_load(body.s.area + CONTEXT.place);
  b.local_tee(body.named("place", I32));
  b.i32_eqz();
  b.unlikely();
  b.br_if(body.way("relative"));
  b.drop();
  body.forgetPlaces();
}
