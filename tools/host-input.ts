/** The host's standard input, read when the guest asks for it. */
import { read as readDescriptor } from "node:fs";
import { promisify } from "node:util";
import { UsageError } from "./errors.ts";
import { reason } from "./files.ts";
import type { WaitingInputSource } from "./input.ts";

const CHUNK = 65536;
const RETRY_MILLISECONDS = 10;

/** The host's standard input, by its descriptor. What cannot be read, such as a directory, throws UsageError. */
export function descriptorInput(fd: number): WaitingInputSource {
  const buffer = new Uint8Array(CHUNK);
  const read = promisify(readDescriptor);
  const attempt = async (): Promise<number> => {
    for (;;) {
      try {
        return (await read(fd, buffer, 0, CHUNK, null)).bytesRead;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "EOF") return 0;
        if (code !== "EAGAIN") throw new UsageError(`cannot read standard input: ${reason(error)}`);
        // A terminal or pipe shared with a parent may be non-blocking: wait a little and ask again.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
      }
    }
  };
  return {
    async read() {
      const count = await attempt();
      return count === 0 ? null : buffer.slice(0, count);
    },
  };
}
