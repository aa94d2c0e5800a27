/**
 * Standard input read when the guest asks for it, and not before: the moment of arrival is then a moment of virtual
 * time, and the same input gives the same run however fast the host delivers it.
 */
import { readSync } from "node:fs";
import { UsageError } from "./errors.ts";
import { reason } from "./files.ts";

export interface InputSource {
  /** The next bytes, waiting for them; null at the end of input. */
  read(): Uint8Array | null;
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

const CHUNK = 65536;
const RETRY_MILLISECONDS = 10;

/** The host's standard input, by its descriptor. What cannot be read, such as a directory, throws UsageError. */
export function descriptorInput(fd: number): InputSource {
  const buffer = new Uint8Array(CHUNK);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const attempt = (): number => {
    for (;;) {
      try {
        return readSync(fd, buffer, 0, CHUNK, null);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "EOF") return 0;
        if (code !== "EAGAIN") throw new UsageError(`cannot read standard input: ${reason(error)}`);
        // A terminal or pipe shared with a parent may be non-blocking: wait a little and ask again.
        Atomics.wait(pause, 0, 0, RETRY_MILLISECONDS);
      }
    }
  };
  return {
    read() {
      const count = attempt();
      return count === 0 ? null : buffer.slice(0, count);
    },
  };
}
