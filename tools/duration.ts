/** Virtual time for people: cycles, of a nanosecond each, in the unit that reads best. */

export interface TimeUnit {
  readonly name: "ns" | "us" | "ms" | "s";
  readonly cycles: number;
}

const UNITS: readonly TimeUnit[] = [
  { name: "s", cycles: 1e9 },
  { name: "ms", cycles: 1e6 },
  { name: "us", cycles: 1e3 },
  { name: "ns", cycles: 1 },
];

/** The largest unit of which so many cycles are at least `least`. */
export function unitFor(cycles: number, least = 1): TimeUnit {
  return UNITS.find((unit) => cycles >= least * unit.cycles) ?? UNITS.at(-1)!;
}

/** "160 us", "2 ms", "1.25 s". */
export function durationText(cycles: number): string {
  const unit = unitFor(cycles);
  return `${Number((cycles / unit.cycles).toFixed(3))} ${unit.name}`;
}
