/** Computers for the tests of files: booted from an image made on the spot, with what they print collected. */
import { readFileSync } from "node:fs";
import { type Computer, type ComputerConfig, createComputer } from "../../../kernel/computer.ts";
import { type CpioEntry, packCpio } from "../../../kernel/fs/cpio.ts";
import { noteMade } from "../../discard.ts";

export const golden = (name: string) => new URL(`../../golden/fs/${name}`, import.meta.url);
/** Runs argv[1] as a child with /dev/hostout on descriptors 0 to 2, and powers off with its status. */
export const INIT = readFileSync(golden("init.elf"));
export const CALLS = readFileSync(golden("calls.elf"));

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
export const bytes = (string: string) => Uint8Array.from(Buffer.from(string, "latin1"));

export const directory = (path: string, mode = 0o755): CpioEntry => ({ path, mode: 0o040000 | mode });
export const file = (path: string, data: Uint8Array | string, mode = 0o644): CpioEntry => ({
  path,
  mode: 0o100000 | mode,
  data: typeof data === "string" ? bytes(data) : data,
});

export interface Booted {
  readonly computer: Computer;
  /** What uart0 and uart1 have sent so far. */
  readonly console: () => string;
  readonly output: () => string;
}

/** A computer with these files in its root image. `init` defaults to a program that nobody lets run. */
export function bootFiles(entries: readonly CpioEntry[], config: Partial<ComputerConfig> = {}): Booted {
  const sent = { console: "", output: "" };
  const collect = (where: keyof typeof sent) => (part: Uint8Array) => {
    sent[where] += text(part);
  };
  const computer = createComputer({
    disks: [packCpio([directory("tmp", 0o1777), ...entries])],
    init: ["/init"],
    ram: 16 * 2 ** 20,
    sinks: {
      console: collect("console"),
      output: collect("output"),
      error: collect("output"),
    },
    ...config,
  });
  noteMade(computer.kernel);
  return { computer, console: () => sent.console, output: () => sent.output };
}

/** Runs a program to its end and gives what it printed on /dev/hostout. */
export function runProgram(
  entries: readonly CpioEntry[],
  argv: readonly string[],
  config: Partial<ComputerConfig> = {},
): string {
  const booted = bootFiles([file("init", INIT, 0o755), ...entries], { ...config, init: ["/init", ...argv] });
  const outcome = booted.computer.run({ idle: "skip", instructionLimit: 2e9 });
  if (outcome.kind !== "off" || outcome.status !== 0) throw new Error(`${JSON.stringify(outcome)}\n${booted.output()}`);
  return booted.output();
}
