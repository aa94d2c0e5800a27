/**
 * "Did you mean": the known word nearest to a misspelt one, or nothing when none is near enough to be a help.
 */

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
 * Returns `limit + 1` as soon as it must be more than `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      current.push(best);
    }
    if (Math.min(...current) > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/** Longest word that is compared at all; no name of the dialect is longer. */
const LONGEST = 64;

/**
 * The word of `known` that `word` was probably meant to be. One slip is forgiven in a word of up to five letters, two in a
 * longer one; in a word of two letters only a missing letter, for almost any two letters are a slip apart. A word that
 * differs in case alone is always near. Ties go to the first.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let limit = word.length <= 5 ? 1 : 2;
  for (const candidate of known) {
    if (candidate === word || candidate.length > LONGEST) continue;
    const distance = editDistance(lower, candidate.toLowerCase(), limit);
    if (distance > limit || (distance > 0 && word.length <= 2 && candidate.length <= word.length)) continue;
    if (best === undefined || distance < limit) best = candidate;
    limit = distance;
    if (limit === 0) break;
  }
  return best;
}

/** The hint for a misspelt word, or undefined. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const meant = nearest(word, known);
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
}
