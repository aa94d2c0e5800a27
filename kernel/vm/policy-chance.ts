/**
 * Chance for policies under a limit (resident-limit.ts): a generator of their own, so that nothing else moves it and a replay
 * draws the same numbers.
 */

/**
 * The next number, 0 to below - 1: a linear congruential generator (Numerical Recipes, 7.1), of which the high bits count.
 * @param state 32 bits, changed
 */
export function drawOf(state: { chance: number }, below: number): number {
  state.chance = (Math.imul(state.chance, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state.chance / 2 ** 32) * below);
}
