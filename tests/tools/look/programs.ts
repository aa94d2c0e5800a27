/** Guest programs from source, as the commands that look at a moment run them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Computer, createComputer } from "../../../kernel/computer.ts";
import type { KernelEvent } from "../../../kernel/events.ts";
import type { Options } from "../../../kernel/options.ts";
import { programFile, runGuest } from "../../../tools/guest.ts";
import { rootDisk } from "../../../tools/image.ts";
import { bytesInput } from "../../../tools/input.ts";
import type { MomentRun } from "../../../tools/look/moment.ts";
import { buildProgram } from "../../../tools/program.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");
export const demo = (name: string) => join(REPOSITORY, "userland/demos", `${name}.s`);

const OPTIONS = { include: [], library: true, warn: () => {} };

/** An executable from a file. */
export const built = (path: string): Uint8Array => buildProgram([path], OPTIONS);

/** An executable from text. */
export function assembled(text: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "quire-look-"));
  try {
    writeFileSync(join(folder, "program.s"), text);
    return built(join(folder, "program.s"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run of it; options are the machine's. */
export function momentRun(program: Uint8Array, options: Partial<Options> = {}): MomentRun {
  const disks = [rootDisk([programFile("program", program)])];
  return { name: "program", program, args: [], disks, options, stdin: { read: async () => null } };
}

/** What the program writes on standard output. */
export function outputOf(program: Uint8Array, options: Partial<Options> = {}): string {
  let text = "";
  const stdout = (bytes: Uint8Array) => {
    text += Buffer.from(bytes).toString("latin1");
  };
  const { stdin: _stdin, ...run } = momentRun(program, options);
  const guest = { ...run, stdin: bytesInput(new Uint8Array()), stdout, stderr: () => {}, listeners: [] };
  runGuest({ ...guest, instructionLimit: 10_000_000 });
  return text;
}

/** A computer that is about to start the program under init. */
export function started(
  program: Uint8Array,
  options: Partial<Options> = {},
  listen: (event: KernelEvent, computer: () => Computer) => void = () => {},
): Computer {
  let computer: Computer | undefined;
  const late = () => computer!;
  computer = createComputer({
    ...options,
    disks: [rootDisk([programFile("program", program)])],
    init: ["/bin/init", "run", "/home/program"],
    sinks: { console() {}, output() {}, error() {} },
    // What happens at boot is nobody's program.
    listeners: [(event) => computer !== undefined && listen(event, late)],
  });
  return computer;
}

/** Writes to the 4 MiB of `area`. */
export const FILLING = assembled(`
        .globl main
main:   la   a0, area
        li   t0, 1024
        li   t1, 4096
1:      sd   a0, (a0)
        add  a0, a0, t1
        addi t0, t0, -1
        bnez t0, 1b
        li   a0, 0
        ret
        .bss
        .balign 4096
area:   .zero 1024 * 4096
`);
