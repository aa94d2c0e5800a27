/** A fault of the source at a place of the statement in hand: how the parts below the statement level give up. */
export class Fault extends Error {
  override readonly name = "Fault";

  /** @param at offset in the source line, or -1 for the statement as a whole. */
  constructor(
    readonly at: number,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
