/** `quire boot`: the shell at a terminal, or the commands of a pipe. */
import { type ComputerConfig, createComputer } from "../../kernel/computer.ts";
import { EXIT, UsageError } from "../errors.ts";
import { descriptorInput } from "../host-input.ts";
import { runToEndAwake, type SessionEnd } from "../session.ts";
import { statisticsText } from "../statistics.ts";
import { openTerminal } from "../terminal.ts";
import { writeAll } from "../write-all.ts";
import type { CommandBody } from "./command.ts";
import {
  fetchFiles,
  getPairs,
  instructionLimit,
  machineOptions,
  putFiles,
  say,
  traceListeners,
  withHostFiles,
  withRecording,
} from "./options.ts";

export const run: CommandBody = async (_, options) => {
  if (options.translation === "bare")
    throw new UsageError(
      "boot: without translation there is no shell, since its programs are linked to addresses that are no memory: " +
        "expected quire run --translation bare FILE, or another scheme",
    );
  const gets = getPairs(options);
  return withHostFiles(options, "ext2", putFiles(options), ({ disks, share }) =>
    withRecording(options, async (references) => {
      const interactive = process.stdin.isTTY === true;
      const computer = build(options, { ...share, ...references, disks }, interactive);
      const statistics = () => statisticsText(computer.stats());
      const limit = instructionLimit(options);
      const end = interactive
        ? await openTerminal(computer, statistics).run(limit)
        : await runToEndAwake(computer, descriptorInput(0), limit);
      const status = exitStatus(end);
      if (options.stats === true) say(statistics().trimEnd());
      return fetchFiles(computer, gets) || status;
    }),
  );
};

/** A terminal talks to the console; a pipe to a shell on the host's streams, which neither echoes nor prompts. */
function build(
  options: Record<string, unknown>,
  given: Pick<ComputerConfig, "share" | "disks" | "references">,
  interactive: boolean,
) {
  const listeners = traceListeners(options, interactive ? "\r\n" : "\n");
  const computer: ReturnType<typeof createComputer> = createComputer({
    ...machineOptions(options),
    ...given,
    init: interactive ? ["/bin/init"] : ["/bin/init", "run", "/bin/sh"],
    sinks: { console: writeAll(1), output: writeAll(1), error: writeAll(2) },
    listeners: listeners.map((make) => make(() => computer)),
  });
  return computer;
}

function exitStatus(end: SessionEnd): number {
  if (end.kind === "off") return end.status;
  say(
    end.kind === "limit"
      ? "quire: stopped at the limit of instructions"
      : "quire: every process waits for something that cannot happen",
  );
  return EXIT.limit;
}
