/**
 * Thrashing, as arithmetic: windows of virtual time, and how much of each was lost because everybody waited for pages that had
 * been taken too early. Told by pressure.ts of every span in which nothing changed.
 *
 *            more than MOST                  more than MOST again                  less than LEAST
 *   calm ─────────────────────► suspected ──────────────────────────► thrashing ──────────────────────► calm
 *     ▲                             │
 *     └──────── no more than MOST ──┘
 *
 * A page was taken too early when it comes back before as many others have been evicted as memory holds (vm/refault.ts): twice
 * the memory would have kept it. "Everybody waited": nobody could run, so no useful instruction was executed.
 *
 * (1) Windows begin at the same moments in every run of the same computer, whoever looks and however often.
 */
import { CYCLES_PER_SECOND } from "../cpu/costs.ts";
import type { ThrashingState } from "./pressure-state.ts";

/** Cycles. */
export const WINDOW = CYCLES_PER_SECOND / 10;
/** Shares of a window that was lost: above the first it begins, below the second it ends. */
export const MOST_LOST = 1 / 2;
export const LEAST_LOST = 1 / 4;

/** Nothing lost. @param now cycles */
export function createThrashing(now: number): ThrashingState {
  return {
    windowStart: now,
    lost: 0,
    share: 0,
    phase: "calm",
    since: now,
    episodes: 0,
    cycles: 0,
    seen: now,
    told: false,
    toldTime: 0,
  };
}

/** Nothing changed from one cycle to the other. @param lost everybody waited for pages that were taken too early */
export function addToWindow(t: ThrashingState, from: number, to: number, lost: boolean): void {
  const end = t.windowStart + WINDOW;
  if (to < end) {
    if (lost) t.lost += to - from;
    return;
  }
  closeWindow(t, end, t.lost + (lost ? end - from : 0));
  // Whole windows in the middle of the span are all alike: after two of them nothing moves any more.
  const whole = Math.floor((to - end) / WINDOW);
  for (let i = 1; i <= Math.min(whole, 2); i++) closeWindow(t, end + i * WINDOW, lost ? WINDOW : 0);
  if (whole > 2) t.windowStart = end + whole * WINDOW;
  t.lost = lost ? to - t.windowStart : 0;
}

function closeWindow(t: ThrashingState, end: number, lost: number): void {
  const start = t.windowStart;
  t.share = lost / WINDOW;
  t.windowStart = end;
  if (t.phase === "thrashing") {
    if (t.share < LEAST_LOST) {
      t.phase = "calm";
      t.cycles += start - t.since;
      t.since = start;
    }
  } else if (t.share <= MOST_LOST) t.phase = "calm";
  else if (t.phase === "calm") {
    t.phase = "suspected";
    t.since = start;
  } else {
    t.phase = "thrashing";
    t.episodes++;
  }
}

/** Cycles of thrashing since power-on, up to the last whole window. */
export function thrashingTime(t: ThrashingState): number {
  return t.cycles + (t.phase === "thrashing" ? t.windowStart - t.since : 0);
}
