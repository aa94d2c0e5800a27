/**
 * The command line in this process: what a user's command does, without the start of a process, which costs more than
 * most commands. Nothing is replaced but where descriptors 1 and 2 go, and the folder. One at a time.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { commandLine } from "../../tools/command-line.ts";

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Bytes = string | Uint8Array;

/** `quire` with `args` in `folder`. */
export async function inProcess(folder: string, args: readonly string[]): Promise<Ended> {
  const written: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };
  const { writeSync } = fs;
  const { stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  const before = process.cwd();
  const keep = (fd: 1 | 2, bytes: Bytes) => written[fd].push(Buffer.from(bytes as string));
  process.chdir(folder);
  stdout.write = (bytes: Bytes) => keep(1, bytes) > 0;
  stderr.write = (bytes: Bytes) => keep(2, bytes) > 0;
  const write = (fd: number, bytes: Uint8Array, at: number, length?: number, position?: number) => {
    if (fd !== 1 && fd !== 2) return writeSync(fd, bytes, at, length, position);
    keep(fd, bytes.subarray(at));
    return bytes.length - at;
  };
  fs.writeSync = write as typeof writeSync;
  syncBuiltinESMExports();
  try {
    const status = await commandLine(args);
    const text = (fd: 1 | 2) => Buffer.concat(written[fd]).toString();
    return { status, stdout: text(1), stderr: text(2) };
  } finally {
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
    [stdout.write, stderr.write] = writes;
    process.chdir(before);
  }
}
