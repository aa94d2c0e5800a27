/**
 * Standard input of the guest, taken when the guest asks for it, and not before: the moment of arrival is then a moment of
 * virtual time, and the same input gives the same run however fast the host delivers it.
 */

export interface InputSource {
  /** The next bytes, waiting for them; null at the end of input. */
  read(): Uint8Array | null;
}

/** The same for those who have other things to do while they wait. */
export interface WaitingInputSource {
  read(): Promise<Uint8Array | null>;
}

/** Input that is known beforehand. */
export function bytesInput(bytes: Uint8Array): InputSource {
  let rest: Uint8Array | null = bytes.length > 0 ? bytes : null;
  return {
    read() {
      const now = rest;
      rest = null;
      return now;
    },
  };
}
