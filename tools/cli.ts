#!/usr/bin/env node
/** The command `quire` as a process: its arguments, its exit status, and readers of its output that leave. */
import "./v8-flags.ts";
import "./tier0.ts";
import { commandLine, fail } from "./command-line.ts";
import { EXIT, OutputError } from "./errors.ts";
import { reason } from "./files.ts";

// A reader that leaves early (`quire run x | head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    process.exit(fail(new OutputError(`cannot write the output: ${reason(error)}`)));
  });

process.exitCode = await commandLine(process.argv.slice(2));
