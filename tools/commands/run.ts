/** `quire run FILE [ARG...]`: one program in the guest, its streams and its exit status ours. */
import { basename } from "node:path";
import { EF_RISCV_FLOAT_ABI, EF_RISCV_RVC, PT_INTERP, readHeader, readProgramHeaders } from "../../assembler/elf.ts";
import { fileKind, readingElf } from "../compile.ts";
import { AssemblyError, EXIT } from "../errors.ts";
import { readHostFile } from "../files.ts";
import { type GuestEnd, programFile, runGuestAwake } from "../guest.ts";
import { descriptorInput } from "../host-input.ts";
import { buildProgram } from "../program.ts";
import { statisticsText } from "../statistics.ts";
import { writeAll } from "../write-all.ts";
import type { CommandBody } from "./command.ts";
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
} from "./options.ts";

export const run: CommandBody = async ([file, ...args], options) => {
  const source = readHostFile(file!);
  const kind = fileKind(source);
  if (kind === "executable") checkExecutable(file!, source);
  const program = kind === "executable" || kind === "script" ? source : buildProgram([file!], programOptions(options));
  const gets = getPairs(options);
  const captured = { stdout: "", stderr: "" };
  const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const capture = (name: "stdout" | "stderr") => (bytes: Uint8Array) => {
    captured[name] += decoder[name].decode(bytes, { stream: true });
  };
  const json = options.json === true;
  const name = guestName(file!);
  return withHostFiles(
    options,
    "archive",
    [programFile(name, program), ...putFiles(options)],
    async ({ disks, share }) => {
      const guest = await runGuestAwake({
        name,
        program,
        args,
        disks,
        options: { ...machineOptions(options), ...share },
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
    },
  );
};

/** The options of gcc for a program that runs here. */
const GCC_OPTIONS = "-march=rv64ima_zicsr_zifencei -mabi=lp64 -static";

/**
 * The kernel would only say "Exec format error", and the hart "illegal instruction".
 * Throws AssemblyError with what is wrong and what was expected.
 */
function checkExecutable(file: string, bytes: Uint8Array): void {
  const { header, segments } = readingElf(file, () => {
    const header = readHeader(bytes);
    return { header, segments: readProgramHeaders(bytes, header) };
  });
  if (segments.some(({ type }) => type === PT_INTERP))
    throw new AssemblyError(`${file}: wants a dynamic linker, which there is not: link it with -static`);
  const missing = [
    ...(header.flags & EF_RISCV_RVC ? ["compressed instructions"] : []),
    ...(header.flags & EF_RISCV_FLOAT_ABI ? ["floating point in hardware"] : []),
  ];
  if (missing.length > 0)
    throw new AssemblyError(
      `${file}: uses ${missing.join(" and ")}, which there is not: compile it with ${GCC_OPTIONS}`,
    );
}

/** The base name; of a source without its suffix, as the executable would be called. */
export function guestName(file: string): string {
  return basename(file).replace(/\.(s|S|asm|o)$/, "") || basename(file);
}

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
