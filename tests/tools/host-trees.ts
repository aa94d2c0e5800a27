/** Trees of files on the host for tests: made with everything that an image must keep, and described for comparing. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const TIME = 1_600_000_000;

/** Bytes without a pattern, the same each time. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
}

/** Makes a tree: sizes around the block sizes and their indirect blocks, links, modes, times, names, holes. */
export function makeTree(root: string): void {
  mkdirSync(join(root, "sizes/empty folder"), { recursive: true });
  for (const size of [0, 1, 1023, 1024, 4095, 4096, 4097, 12 * 1024 + 1, 70_000, 500_000])
    writeFileSync(join(root, "sizes", `of-${size}`), noise(size, size + 1));
  writeFileSync(join(root, "program"), "#!/bin/sh\n");
  chmodSync(join(root, "program"), 0o4755);
  writeFileSync(join(root, "secret"), "x");
  chmodSync(join(root, "secret"), 0o600);
  linkSync(join(root, "program"), join(root, "sizes/the same program"));
  symlinkSync("sizes/of-1", join(root, "short link"));
  symlinkSync(`${"./".repeat(40)}program`, join(root, "long link"));
  symlinkSync("nowhere", join(root, "dangling"));
  writeFileSync(join(root, "n".repeat(255)), "a long name");
  writeFileSync(Buffer.concat([Buffer.from(`${root}/not utf-8 `), Buffer.from([0xff, 0xfe])]), "bytes");
  writeFileSync(join(root, "ümläut"), "letters");
  makeHoles(join(root, "holes"));
  mkdirSync(join(root, "many"));
  for (let i = 0; i < 300; i++) writeFileSync(join(root, "many", `a file with the number ${i}`), `${i}`);
  chmodSync(join(root, "many"), 0o1777);
  setTimes(root);
}

function makeHoles(path: string): void {
  const fd = openSync(path, "w");
  writeSync(fd, noise(5000), 0, 5000, 3_000_000);
  writeSync(fd, noise(5000), 0, 5000, 9_000_000);
  truncateSync(path, 20_000_001);
}

function setTimes(root: string): void {
  namesBelow(root).forEach((name, i) => {
    const path = pathOf(root, name);
    (lstatSync(path).isSymbolicLink() ? lutimesSync : utimesSync)(path, TIME + i, TIME + i);
  });
  utimesSync(root, TIME, TIME);
}

/** One character a byte, in order. */
function namesBelow(root: string, folder = ""): string[] {
  const entries = readdirSync(pathOf(root, folder), { encoding: "buffer", withFileTypes: true });
  const names = entries.flatMap((entry) => {
    const name = folder + (entry.name as unknown as Buffer).toString("latin1");
    return entry.isDirectory() ? [name, ...namesBelow(root, `${name}/`)] : [name];
  });
  return names.sort();
}

function pathOf(root: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]);
}

/** A line for each file below a folder: all that must come back. @param skip names at the top that are left out */
export function describeTree(root: string, skip: readonly string[] = []): string[] {
  const first = new Map<number, string>();
  return namesBelow(root)
    .filter((name) => !skip.includes(name.split("/")[0]!))
    .map((name) => {
      const path = pathOf(root, name);
      const stat = lstatSync(path);
      const same = stat.isDirectory() ? "" : (first.get(stat.ino) ?? "");
      if (!first.has(stat.ino)) first.set(stat.ino, name);
      return [name, stat.mode.toString(8), Math.floor(stat.mtimeMs / 1000), contents(path, stat), same].join(" | ");
    });
}

function contents(path: Buffer, stat: ReturnType<typeof lstatSync> & object): string {
  if (stat.isSymbolicLink()) return readlinkSync(path);
  return stat.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
}
