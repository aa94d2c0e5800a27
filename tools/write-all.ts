/** Writing to a host descriptor at once and whole: output keeps its order, also when the process then exits. */
import { writeSync } from "node:fs";
import { EXIT, OutputError } from "./errors.ts";
import { reason } from "./files.ts";

const RETRY_MILLISECONDS = 5;

/** A sink for `fd`. A reader that has left (`quire run x | head`) ends the command quietly. Throws OutputError. */
export function writeAll(fd: number): (bytes: Uint8Array) => void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(fd, bytes, at);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "EPIPE") process.exit(EXIT.ok);
        if (code !== "EAGAIN") throw new OutputError(`cannot write the output: ${reason(error)}`);
        // A pipe whose reader is slow.
        Atomics.wait(pause, 0, 0, RETRY_MILLISECONDS);
      }
    }
  };
}
