/** The flags that several commands share, from commander's untyped record to types. */
import { writeFileSync } from "node:fs";
import type { Computer, ComputerConfig } from "../../kernel/computer.ts";
import type { EventListener } from "../../kernel/events.ts";
import { OPTIONS, type Options } from "../../kernel/options.ts";
import { layoutFor, type ProgramOptions } from "../compile.ts";
import { type DiskChoice, openDisks, type RunDisks } from "../disk/run-disks.ts";
import { EXIT, OutputError } from "../errors.ts";
import { reason } from "../files.ts";
import { type GuestFile, parsePut, splitPair } from "../guest-file.ts";
import type { RootKind } from "../image.ts";
import { openRecording } from "../memory/recording.ts";
import { peekUser } from "../peek.ts";
import { openShare } from "../share/open.ts";
import { tracer } from "../trace.ts";
import type { TraceClass } from "../trace-classes.ts";

type Raw = Record<string, unknown>;

/** The machine's options that were given. A command may have a flag of its own with the name of one: --frames of memory map. */
export function machineOptions(raw: Raw): Partial<Options> {
  const values = Object.entries(OPTIONS).map(([name, row]) => [name, row, raw[camelCase(name)]] as const);
  const given = values.filter(([, row, value]) => value !== undefined && (value !== true || "negatable" in row));
  return Object.fromEntries(given.map(([name, , value]) => [name, value]));
}

/** What commander calls the value of --io-scheduler: ioScheduler. */
const camelCase = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

export function putFiles(raw: Raw): GuestFile[] {
  return ((raw.put as string[] | undefined) ?? []).map(parsePut);
}

/** --disk, --drive and --snapshot. */
function diskChoice(raw: Raw, builtIn: RootKind): DiskChoice {
  return {
    builtIn,
    root: (raw.disk as string | undefined) ?? null,
    drives: (raw.drive as string[] | undefined) ?? [],
    snapshot: raw.snapshot === true,
  };
}

/** What a run has of the host. */
export interface HostFiles {
  readonly disks: RunDisks["disks"];
  /** The folder of --share, as a part of the computer's configuration. */
  readonly share: Pick<ComputerConfig, "share">;
}

/**
 * Opens the disks and the folder of a run while `use` runs. What the host could not do is an error of the command.
 * @param builtIn how the root file system is kept unless --disk gives another
 */
export async function withHostFiles(
  raw: Raw,
  builtIn: RootKind,
  files: readonly GuestFile[],
  use: (host: HostFiles) => Promise<number>,
): Promise<number> {
  const folder = raw.share === undefined ? null : openShare(raw.share as string);
  const { disks, warnings, close } = openDisks(diskChoice(raw, builtIn), files);
  let failures: readonly string[] = [];
  let status: number;
  try {
    for (const warning of warnings) say(`quire: ${warning}`);
    status = await use({ disks, share: folder === null ? {} : { share: folder } });
  } finally {
    failures = [...close(), ...(folder?.failures ?? [])];
    for (const failure of failures) say(`quire: ${failure}`);
  }
  return status === EXIT.ok && failures.length > 0 ? EXIT.failed : status;
}

/** Runs `use` with the recorder of --record-references, and completes its file; without one where none is asked for. */
export async function withRecording(
  raw: Raw,
  use: (references: Pick<ComputerConfig, "references">) => Promise<number>,
): Promise<number> {
  const path = raw.recordReferences as string | undefined;
  if (path === undefined) return use({});
  const { observer, close } = openRecording(path, machineOptions(raw));
  try {
    return await use({ references: observer });
  } finally {
    close();
  }
}

export function instructionLimit(raw: Raw): number {
  return (raw.limit as number | undefined) ?? Number.MAX_SAFE_INTEGER;
}

/** Writes a line of the emulator's own to stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The listeners that the flags ask for; each is made for the computer that it will watch. */
export function traceListeners(raw: Raw, lineEnd = "\n"): ((computer: () => Computer) => EventListener)[] {
  const classes = raw.trace as TraceClass[] | undefined;
  if (classes === undefined) return [];
  return [
    (computer) =>
      tracer({
        classes,
        peek: (pid, va, length) => peekUser(computer(), pid, va, length),
        write: (line) => void process.stderr.write(line + lineEnd),
      }),
  ];
}

/** Where the program is to lie: as asked, or as the translation scheme wants it. */
function placeOptions(raw: Raw): Pick<ProgramOptions, "pie" | "textBase" | "dataBase"> {
  const usual =
    raw.translation === undefined ? {} : layoutFor({ translation: raw.translation as Options["translation"] });
  const textBase = raw.textBase as number | undefined;
  const dataBase = (raw.dataBase as number | undefined) ?? usual.dataBase;
  const pie = raw.pie === true || (usual.pie === true && textBase === undefined);
  return { pie, textBase, dataBase: pie ? undefined : dataBase };
}

/** How the flags want a program to be built. */
export function programOptions(raw: Raw): ProgramOptions {
  return {
    include: (raw.I as string[] | undefined) ?? [],
    library: raw.lib !== false,
    ...placeOptions(raw),
    defines: Object.fromEntries((raw.D as [string, bigint][] | undefined) ?? []),
    warn: say,
  };
}

/** Writes a result to a file that a flag names. @throws OutputError */
export function writeFile(flag: string, path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new OutputError(`${flag}: cannot write ${path}: ${reason(error)}`);
  }
}

/** Pairs of --get, checked before the run starts. */
export function getPairs(raw: Raw): [string, string][] {
  return ((raw.get as string[] | undefined) ?? []).map((text) => splitPair("--get", "GUEST:HOST", text));
}

/** Copies files out of the guest after its end. Returns EXIT.ok, or EXIT.failed where one could not be had. */
export function fetchFiles(computer: Computer, pairs: readonly [string, string][]): number {
  let status: number = EXIT.ok;
  for (const [guest, host] of pairs) {
    const bytes = computer.readFile(guest);
    try {
      if (bytes === null) throw new Error("no such regular file in the guest");
      writeFileSync(host, bytes);
    } catch (error) {
      say(`quire: --get ${guest}:${host}: ${reason(error)}`);
      status = EXIT.failed;
    }
  }
  return status;
}
