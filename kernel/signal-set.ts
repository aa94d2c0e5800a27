/**
 * Sets of signals as sigset_t lies in memory, bit n-1 for signal n, in two words of 32 bits: every delivery changes some,
 * and a bigint would be made anew each time. They are changed in place, so who keeps one copies it.
 */

/** Signals 1 to 32 and 33 to 64; each word a signed integer of 32 bits. */
export interface SignalSet {
  low: number;
  high: number;
}

/** A set with these members. @param signos 1 to 64 */
export function signalSet(...signos: number[]): SignalSet {
  const set = { low: 0, high: 0 };
  for (const signo of signos) include(set, signo);
  return set;
}

/** A set from its two words. */
export function setOfWords(low: number, high: number): SignalSet {
  return { low: low | 0, high: high | 0 };
}

/** The set as an unsigned number of 64 bits. */
export function toBits({ low, high }: SignalSet): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** The set that such a number says. */
export function fromBits(bits: bigint): SignalSet {
  return setOfWords(Number(bits & 0xffff_ffffn), Number((bits >> 32n) & 0xffff_ffffn));
}

const bitOf = (signo: number) => 1 << ((signo - 1) & 31);
const isLow = (signo: number) => signo <= 32;

export function has({ low, high }: SignalSet, signo: number): boolean {
  return ((isLow(signo) ? low : high) & bitOf(signo)) !== 0;
}

/** Whether the sets have a member in common. */
export function meets(a: SignalSet, b: SignalSet): boolean {
  return ((a.low & b.low) | (a.high & b.high)) !== 0;
}

/** Whether every member of `a` is one of `b`. */
export function isWithin(a: SignalSet, b: SignalSet): boolean {
  return ((a.low & ~b.low) | (a.high & ~b.high)) === 0;
}

export function include(set: SignalSet, signo: number): void {
  if (isLow(signo)) set.low |= bitOf(signo);
  else set.high |= bitOf(signo);
}

export function exclude(set: SignalSet, signo: number): void {
  if (isLow(signo)) set.low &= ~bitOf(signo);
  else set.high &= ~bitOf(signo);
}

export function assign(set: SignalSet, to: SignalSet): void {
  set.low = to.low;
  set.high = to.high;
}

export function clearSet(set: SignalSet): void {
  set.low = 0;
  set.high = 0;
}

export function includeAll(set: SignalSet, others: SignalSet): void {
  set.low |= others.low;
  set.high |= others.high;
}

export function excludeAll(set: SignalSet, others: SignalSet): void {
  set.low &= ~others.low;
  set.high &= ~others.high;
}
