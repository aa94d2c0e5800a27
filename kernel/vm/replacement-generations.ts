/**
 * Generations: Linux 6.1's multi-generational LRU (mm/vmscan.c, lru_gen_*). Pages lie in up to four generations, numbered by
 * a growing sequence, for anonymous memory and for files.
 *
 *   arrives ─► youngest (max)                     oldest (min) ─► used since? ── yes ─► youngest
 *   ageing: the pages whose A bits are set go             └ of a tier that comes back too often? ─► next generation
 *           to the youngest, then max grows by one        └ no ─► taken
 *
 * A tier is how often calls have used a page (0, 1, 2 to 3, more: mark_page_accessed). Per tier it is counted how many
 * pages were taken and how many had to come back; a tier that comes back more than the first one is protected. The same
 * comparison, weighed by swappiness, says whether anonymous memory or files are taken from.
 *
 * (1) LEAST <= max - min + 1 <= MOST generations, for each kind; the list of generation seq is seq % MOST.
 * (2) Ageing runs when a kind has LEAST generations left, or when the youngest holds more than its share: lazily.
 *
 * Not as Linux: what ageing finds is moved at once, not when it is met; the neighbours of a page found in use are not
 * looked at (lru_gen_look_around); ageing asks the pages of the lists instead of walking the page tables of all processes,
 * with the same answer.
 */
import { COSTS } from "../../cpu/costs.ts";
import {
  framesOf,
  GENERATIONS,
  generationList,
  isFileGeneration,
  LIST,
  moveToHead,
  moveToListTail,
  tailOf,
} from "./page-lists.ts";
import type { BookKeeper, PolicyMemory, ReplacementPolicy } from "./replacement-memory.ts";

/** Fewest generations: Linux's MIN_NR_GENS. */
const LEAST = 2;
const MOST = GENERATIONS;
const TIERS = 4;
/** Linux's MIN_LRU_BATCH: fewer pages that came back say nothing. */
const BATCH = 64;
const MOST_SWAPPINESS = 200;

/** Bits of FrameTable.age: used by calls twice (once is FRAME.referenced), and how often more (0 to 3). */
const USE = { workingSet: 2, more: 12, moreShift: 2 } as const;

type Kind = 0 | 1;
const ANONYMOUS: Kind = 0;
const FILE: Kind = 1;

const kindOf = (list: number): Kind => (isFileGeneration(list) ? FILE : ANONYMOUS);
const sizeOf = (m: BookKeeper, kind: Kind, sequence: number) =>
  m.vm.reclaim.lengths[generationList(kind === FILE, sequence)];

/** folio_lru_refs and lru_tier_from_refs. */
function usesOf(age: number): number {
  return ((age & USE.more) >> USE.moreShift) + (age & USE.workingSet ? 1 : 0);
}

function tierOf(age: number): number {
  return Math.ceil(Math.log2(usesOf(age) + 1));
}

const cell = (kind: Kind, tier: number) => kind * TIERS + tier;

/** A kind's oldest generation is left behind: what it taught fades into the averages. reset_ctrl_pos. */
function carryOver(m: BookKeeper, kind: Kind): void {
  const g = m.vm.reclaim.generations;
  for (let tier = 0; tier < TIERS; tier++) {
    const at = cell(kind, tier);
    g.averageRefaulted[at] = Math.floor((g.averageRefaulted[at] + g.refaulted[at]) / 2);
    g.averageTotal[at] = Math.floor((g.averageTotal[at] + g.evicted[at] + g.protected[at]) / 2);
    g.refaulted[at] = 0;
    g.evicted[at] = 0;
    g.protected[at] = 0;
  }
}

function setOldest(m: BookKeeper, kind: Kind, sequence: number): void {
  const { min } = m.vm.reclaim.generations;
  if (min[kind] === sequence) return;
  carryOver(m, kind);
  min[kind] = sequence;
}

/** Generations that are empty are left behind. try_to_inc_min_seq. */
function leaveEmptyOnes(m: PolicyMemory): void {
  const { min, max } = m.vm.reclaim.generations;
  const next = [min[ANONYMOUS], min[FILE]];
  for (const kind of [ANONYMOUS, FILE] as const)
    while (next[kind] + LEAST <= max && sizeOf(m, kind, next[kind]) === 0) next[kind]++;
  if (m.hasSwap()) {
    next[ANONYMOUS] = Math.min(next[ANONYMOUS], next[FILE]);
    next[FILE] = Math.max(next[ANONYMOUS], min[FILE]);
  }
  setOldest(m, ANONYMOUS, next[ANONYMOUS]);
  setOldest(m, FILE, next[FILE]);
}

/** Before a fifth generation begins, the pages of the oldest join the next one, at its end. inc_min_seq. */
function joinOldest(m: PolicyMemory, kind: Kind): void {
  const { min } = m.vm.reclaim.generations;
  const from = generationList(kind === FILE, min[kind]);
  const to = generationList(kind === FILE, min[kind] + 1);
  for (const page of framesOf(m, from).reverse()) moveToListTail(m, to, page);
  setOldest(m, kind, min[kind] + 1);
}

/** The page has been used through a mapping: it is of the youngest generation, and its uses by calls begin again. */
function promote(m: PolicyMemory, page: number): void {
  const { frames, reclaim } = m.vm;
  moveToHead(m, generationList(isFileGeneration(frames.list[page]), reclaim.generations.max), page);
  frames.age[page] = 0;
}

/** A new generation begins. try_to_inc_max_seq. */
function age(m: PolicyMemory): void {
  const { generations: g } = m.vm.reclaim;
  for (const kind of [ANONYMOUS, FILE] as const) {
    for (let sequence = g.min[kind]; sequence <= g.max; sequence++) {
      m.charge(COSTS.reclaimScan * sizeOf(m, kind, sequence));
      for (const page of framesOf(m, generationList(kind === FILE, sequence)))
        if (m.takeAccessed(page) > 0) promote(m, page);
    }
  }
  for (const kind of [ANONYMOUS, FILE] as const) if (g.max - g.min[kind] + 1 === MOST) joinOldest(m, kind);
  g.max++;
}

/** should_run_aging. */
function shouldAge(m: PolicyMemory): boolean {
  const { min, max } = m.vm.reclaim.generations;
  const oldest = min[m.hasSwap() ? ANONYMOUS : FILE];
  if (oldest + LEAST > max) return true;
  if (oldest + LEAST < max) return false;
  let [young, old, total] = [0, 0, 0];
  for (const kind of [ANONYMOUS, FILE] as const) {
    for (let sequence = min[kind]; sequence <= max; sequence++) {
      const size = sizeOf(m, kind, sequence);
      total += size;
      if (sequence === max) young += size;
      else if (sequence + LEAST === max) old += size;
    }
  }
  return young * LEAST > total || old * (LEAST + 2) < total;
}

/** Pages of a tier that came back, those taken, and what they weigh. read_ctrl_pos. */
function position(m: BookKeeper, kind: Kind, tier: number) {
  const { generations: g } = m.vm.reclaim;
  const { swappiness } = m.vm.settings;
  const at = cell(kind, tier);
  return {
    refaulted: g.averageRefaulted[at] + g.refaulted[at],
    total: g.averageTotal[at] + g.evicted[at] + g.protected[at],
    gain: kind === ANONYMOUS ? swappiness : MOST_SWAPPINESS - swappiness,
  };
}

type Position = ReturnType<typeof position>;

/** Does `value` come back no more often than `point`, by weight? positive_ctrl_err. */
function isNoWorse(point: Position, value: Position): boolean {
  if (value.refaulted < BATCH) return true;
  return value.refaulted * (point.total + BATCH) * point.gain <= (point.refaulted + 1) * value.total * value.gain;
}

/** Which kind is taken from next. get_type_to_scan, and the cases around it in isolate_folios. */
function chooseKind(m: PolicyMemory): Kind {
  const { min } = m.vm.reclaim.generations;
  const { swappiness } = m.vm.settings;
  if (!m.hasSwap() || swappiness === 0) return FILE;
  if (min[ANONYMOUS] < min[FILE] || swappiness === MOST_SWAPPINESS) return ANONYMOUS;
  if (swappiness === 1) return FILE;
  return isNoWorse(position(m, ANONYMOUS, 0), position(m, FILE, 0)) ? FILE : ANONYMOUS;
}

/** The highest tier that may be taken. */
function highestTier(m: PolicyMemory, kind: Kind): number {
  const first = position(m, kind, 0);
  let tier = 1;
  while (tier < TIERS && isNoWorse(first, position(m, kind, tier))) tier++;
  return tier - 1;
}

/** The page met at the end of the oldest generation: is it to be taken? Else it is in another generation now. sort_folio */
function judge(m: PolicyMemory, kind: Kind, page: number): boolean {
  const { frames, reclaim } = m.vm;
  const { generations: g } = reclaim;
  m.charge(COSTS.reclaimScan);
  const tier = tierOf(frames.age[page]);
  if (tier > highestTier(m, kind)) {
    g.protected[cell(kind, tier)]++;
    moveToListTail(m, generationList(kind === FILE, g.min[kind] + 1), page);
    m.vm.statistics.activated++;
    return false;
  }
  m.takeReferenced(page);
  if (m.takeAccessed(page) === 0 || m.isDisposable(page)) return true;
  promote(m, page);
  return false;
}

/** The end of the oldest generation of a kind, if that may be taken from; -1. */
function oldestPage(m: PolicyMemory, kind: Kind): number {
  if (kind === ANONYMOUS && !m.hasSwap()) return -1;
  return tailOf(m, generationList(kind === FILE, m.vm.reclaim.generations.min[kind]));
}

function pageCount(m: PolicyMemory): number {
  let count = 0;
  for (let list = LIST.generations; list < LIST.generations + 2 * GENERATIONS; list++)
    if (m.hasSwap() || isFileGeneration(list)) count += m.vm.reclaim.lengths[list];
  return count;
}

/** A page is back: if it went with the generation that is the oldest still, its tier hears of it. lru_gen_refault. */
export function noteReturn(m: BookKeeper, page: number, token: number): void {
  const { generations: g } = m.vm.reclaim;
  const kind = kindOf(m.vm.frames.list[page]);
  if (Math.floor((token - 1) / TIERS) === g.min[kind]) g.refaulted[cell(kind, (token - 1) % TIERS)]++;
}

export const generationsPolicy: ReplacementPolicy = {
  victim(m) {
    const pages = pageCount(m);
    if (pages === 0) return -1;
    // If nobody runs meanwhile each page is promoted once and protected once in every generation.
    for (let looks = (MOST + 2) * pages + 2 * MOST; looks > 0; looks--) {
      leaveEmptyOnes(m);
      if (shouldAge(m)) age(m);
      const first = chooseKind(m);
      const kind = oldestPage(m, first) >= 0 ? first : ((1 - first) as Kind);
      const page = oldestPage(m, kind);
      if (page >= 0 && judge(m, kind, page)) return page;
    }
    return -1;
  },
  /** folio_inc_gen while a page cannot be taken. */
  spare(m, page) {
    const { list } = m.vm.frames;
    const kind = kindOf(list[page]);
    const { min, max } = m.vm.reclaim.generations;
    moveToHead(m, generationList(kind === FILE, Math.min(min[kind] + 1, max)), page);
  },
  usedAgain(m, page) {
    const { age: ages } = m.vm.frames;
    if (!(ages[page] & USE.workingSet)) ages[page] |= USE.workingSet;
    else if ((ages[page] & USE.more) !== USE.more) ages[page] += 1 << USE.moreShift;
  },
  /** lru_gen_eviction: which generation was the oldest, and the page's tier. */
  evicted(m, page) {
    const { frames, reclaim } = m.vm;
    const kind = kindOf(frames.list[page]);
    const tier = tierOf(frames.age[page]);
    reclaim.generations.evicted[cell(kind, tier)]++;
    return reclaim.generations.min[kind] * TIERS + tier + 1;
  },
  returned: noteReturn,
};
