/** The command `quire` in a process of its own: its exit status, and readers of its output that leave. */
import "./tier0.ts";
import { fail } from "./command-line.ts";
import { EXIT, OutputError } from "./errors.ts";
import { reason } from "./files.ts";

export { commandLine as main } from "./command-line.ts";

// A reader that leaves early (`quire run x | head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    process.exit(fail(new OutputError(`cannot write the output: ${reason(error)}`)));
  });
