/** `quire run FILE [ARG...]`: one program in the guest, its streams and its exit status ours. */
import { EXIT } from "../errors.ts";
import { type GuestEnd, programFile, runGuestAwake } from "../guest.ts";
import { descriptorInput } from "../host-input.ts";
import { statisticsText } from "../statistics.ts";
import { writeAll } from "../write-all.ts";
import type { CommandBody } from "./command.ts";
import { guestProgram } from "./guest-program.ts";
import {
  fetchFiles,
  getPairs,
  instructionLimit,
  machineOptions,
  programOptions,
  putFiles,
  say,
  traceListeners,
  withHostFiles,
  withRecording,
} from "./options.ts";

export const run: CommandBody = async ([file, ...args], options) => {
  const { name, program } = guestProgram(file!, programOptions(options));
  const gets = getPairs(options);
  const captured = { stdout: "", stderr: "" };
  const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const capture = (name: "stdout" | "stderr") => (bytes: Uint8Array) => {
    captured[name] += decoder[name].decode(bytes, { stream: true });
  };
  const json = options.json === true;
  return withHostFiles(options, "archive", [programFile(name, program), ...putFiles(options)], ({ disks, share }) =>
    withRecording(options, async (references) => {
      const guest = await runGuestAwake({
        name,
        program,
        args,
        disks,
        options: { ...machineOptions(options), ...share, ...references },
        instructionLimit: instructionLimit(options),
        stdin: descriptorInput(0),
        stdout: json ? capture("stdout") : writeAll(1),
        stderr: json ? capture("stderr") : writeAll(2),
        listeners: traceListeners(options),
      });
      const status = exitStatus(guest);
      if (json) process.stdout.write(`${JSON.stringify(document(guest, status, captured), null, 2)}\n`);
      else report(guest, options.limit as number | undefined);
      if (options.stats === true) say(statisticsText(guest.statistics).trimEnd());
      return fetchFiles(guest.computer, gets) || status;
    }),
  );
};

function exitStatus({ end }: GuestEnd): number {
  return end.kind === "off" ? end.status : EXIT.limit;
}

/** The lines that explain an end other than exit. */
function report({ end, explanation, statistics }: GuestEnd, limit: number | undefined): void {
  if (explanation !== null) say(explanation);
  if (end.kind === "limit") say(`quire: stopped at the limit of ${limit} instructions`);
  if (end.kind === "stuck")
    say(`quire: after ${statistics.instructions} instructions every process waits for something that cannot happen`);
}

/** Version 1: fields may be added, none is renamed or removed. */
function document(guest: GuestEnd, status: number, streams: { stdout: string; stderr: string }) {
  const { end, signal, explanation, statistics } = guest;
  return { version: 1, end: end.kind, status, signal, explanation, ...streams, statistics };
}
