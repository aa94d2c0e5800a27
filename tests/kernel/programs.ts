/**
 * The recorded programs of tests/golden/kernel, and a computer to run them on: a root image with the programs in /t and
 * a small process 1 that runs one of them and powers off with its status.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Computer, type ComputerConfig, createComputer, type Outcome } from "../../kernel/computer.ts";
import { type CpioEntry, packCpio } from "../../kernel/fs/cpio.ts";
import { noteMade } from "../discard.ts";

export const GOLDEN = join(import.meta.dirname, "../golden/kernel");

const FOLDERS = { t: 0o755, dev: 0o755, proc: 0o755, tmp: 0o1777 };
const DIRECTORY = 0o040000;
const EXECUTABLE = 0o100755;
const SECTOR = 512;
/** Far beyond what any of the programs needs. */
const INSTRUCTION_LIMIT = 100_000_000;

export function golden(name: string): Uint8Array {
  return readFileSync(join(GOLDEN, name));
}

/** A disk with these files, /t/init among them. */
export function diskWith(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const folders: CpioEntry[] = Object.entries(FOLDERS).map(([path, mode]) => ({ path, mode: DIRECTORY | mode }));
  const entries = Object.entries({ init: golden("init"), ...files }).map(([name, data]) => ({
    path: `t/${name}`,
    data,
    mode: EXECUTABLE,
  }));
  const packed = packCpio([...folders, ...entries]);
  const disk = new Uint8Array(Math.ceil(packed.length / SECTOR) * SECTOR);
  disk.set(packed);
  return disk;
}

export interface Started {
  readonly computer: Computer;
  /** What the guest has written so far. */
  output(): string;
  /** Runs to the end, idle time skipped. */
  finish(): Outcome;
}

/** A computer that is about to run a recorded program. */
export function start(
  argv: readonly string[],
  config: Partial<ComputerConfig> = {},
  files: Readonly<Record<string, Uint8Array>> = {},
): Started {
  let text = "";
  const add = (bytes: Uint8Array) => {
    text += Buffer.from(bytes).toString("latin1");
  };
  const [name] = argv;
  const computer = createComputer({
    disks: [diskWith({ ...(name in files ? {} : { [name]: golden(name) }), ...files })],
    init: ["/t/init", `/t/${name}`, ...argv.slice(1)],
    sinks: { console: add, output: add, error: add },
    ...config,
  });
  noteMade(computer.kernel);
  return {
    computer,
    output: () => text,
    finish: () => computer.run({ idle: "skip", instructionLimit: INSTRUCTION_LIMIT }),
  };
}
