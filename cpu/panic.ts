/**
 * Panic: an invariant of the emulator itself does not hold. Never caused by what a guest does; a guest's fault is a
 * trap (trap.ts). The message names the invariant and gives the values.
 */

export class Panic extends Error {
  override readonly name = "Panic";
}

/**
 * Stops the emulator.
 * @param invariant the sentence that should have been true
 * @param values what was found instead, printed as name=value
 */
export function panic(invariant: string, values: Readonly<Record<string, unknown>> = {}): never {
  const found = Object.entries(values).map(([name, value]) => `${name}=${String(value)}`);
  throw new Panic(found.length === 0 ? invariant : `${invariant}: ${found.join(", ")}`);
}
