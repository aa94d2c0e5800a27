/** Windows of thrashing: spans of any length against the definition, cycle by cycle in coarse steps. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addToWindow,
  createThrashing,
  LEAST_LOST,
  MOST_LOST,
  thrashingTime,
  WINDOW,
} from "../../kernel/thrash-window.ts";

/** A step of the model: windows are whole numbers of it. */
const STEP = WINDOW / 20;

/** Phase, episodes and time, from the share of each whole window. */
function model(lost: readonly boolean[]) {
  let [phase, episodes, time] = ["calm", 0, 0];
  let suspectedFor = 0;
  const perWindow = WINDOW / STEP;
  for (let at = 0; at + perWindow <= lost.length; at += perWindow) {
    const share = lost.slice(at, at + perWindow).filter(Boolean).length / perWindow;
    if (phase === "thrashing") {
      if (share < LEAST_LOST) phase = "calm";
      else time += WINDOW;
    } else if (share <= MOST_LOST) phase = "calm";
    else if (phase === "calm") {
      phase = "suspected";
      suspectedFor = WINDOW;
    } else {
      phase = "thrashing";
      episodes++;
      time += suspectedFor + WINDOW;
    }
  }
  return { phase, episodes, time };
}

const spans = fc.array(
  fc.tuple(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 200 })), fc.boolean()),
  { maxLength: 40 },
);

describe("thrashing", () => {
  test("begins after two windows that were mostly lost and ends with one that was not, however time is cut up", () => {
    fc.assert(
      fc.property(spans, (run) => {
        const t = createThrashing(0);
        let now = 0;
        const lost: boolean[] = [];
        for (const [steps, isLost] of run) {
          addToWindow(t, now, now + steps * STEP, isLost);
          now += steps * STEP;
          for (let i = 0; i < steps; i++) lost.push(isLost);
        }
        const { phase, episodes, time } = model(lost);
        expect([t.phase, t.episodes, thrashingTime(t)]).toEqual([phase, episodes, time]);
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  test("of a very long wait is counted whole and at once", () => {
    const t = createThrashing(0);
    addToWindow(t, 0, 1e15 + 5, true);
    expect([t.phase, t.episodes, thrashingTime(t), t.lost]).toEqual(["thrashing", 1, 1e15, 5]);
    addToWindow(t, 1e15 + 5, 2e15, false);
    expect([t.phase, t.episodes, thrashingTime(t)]).toEqual(["calm", 1, 1e15]);
  });
});
