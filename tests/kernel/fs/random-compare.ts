/** Random work on files, done in a guest and on the host, and what both said of each piece, side by side. */
import * as fs from "node:fs";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { Random } from "../../../cpu/random.ts";
import type { CpioEntry } from "../../../kernel/fs/cpio.ts";
import { CALLS, file } from "./computers.ts";
import { look, NAMES, SLOTS, type Slots, WORKS, type Work } from "./random-work.ts";
import { translate } from "./script.ts";

const OPERATIONS = 2000;
/** Calls that one process makes before the next one takes over. */
const SHARE = 50;

/** The script: a process for every share of the work, and a look at everything at the end. */
function scriptOf(list: readonly Work[], last: readonly Work[], folder: string | null): string {
  const first = folder === null ? [] : [`chdir "${folder}"`];
  const slots = SLOTS.map((slot) => `openat AT_FDCWD "none" O_RDONLY 0 > ${slot}`);
  const lines = ["# work", "quiet", ...first, ...slots, "loud"];
  for (let i = 0; i < list.length; i += SHARE)
    lines.push("child", ...list.slice(i, i + SHARE).flatMap((work) => work.lines), "end");
  return translate([...lines, ...last.flatMap((work) => work.lines)].join("\n"), "random");
}

/** What each piece of work printed. */
function guestResults(output: string, list: readonly Work[]): string[][] {
  const printed = output
    .split("\n")
    .filter((line) => /^ {2}(=|"|ok|error|mode)/.test(line))
    .map((line) => line.replace(/^ {2}(= )?/, "").replace(/ blocks \d+$/, ""));
  let at = 0;
  return list.map(({ lines }) => {
    const count = lines.filter((line) => !/^(store|quiet|loud|openat)/.test(line)).length;
    const results = printed.slice(at, at + count);
    at += count;
    // A stat that failed shows what the buffer held before.
    return lines.at(-1)!.startsWith("show stat") && results[0] !== "0" ? [results[0], ""] : results;
  });
}

/** The same work on the host, one process after the other: descriptors do not outlive their process. */
function hostResults(list: readonly Work[]): (readonly string[])[] {
  const results: (readonly string[])[] = [];
  for (let i = 0; i < list.length; i += SHARE) {
    const slots: Slots = new Map();
    for (const work of list.slice(i, i + SHARE)) results.push(work.host(slots));
    for (const fd of slots.values()) if (fd >= 0) fs.closeSync(fd);
  }
  return results;
}

/**
 * Does the work of a seed in both places and expects the same results.
 * @param run runs `argv` in a guest with these files and gives what it printed
 * @param folder where in the guest; null: where scripts begin
 * @param inspect called with the host's folder before it goes
 */
export function compareRandomWork(
  seed: number,
  run: (files: readonly CpioEntry[], argv: readonly string[]) => string,
  folder: string | null = null,
  inspect: (tree: string) => void = () => {},
): void {
  const root = mkdtempSync(join(tmpdir(), "quire-"));
  const umask = process.umask(0o022);
  try {
    const tree = join(root, "tree");
    mkdirSync(tree);
    const random = new Random(seed);
    const host = (name: string) => `${tree}/${name}`;
    const list = Array.from({ length: OPERATIONS }, () => WORKS[random.below(WORKS.length)](random, host));
    const last = NAMES.map((name) => look(name, host));
    const script = file("script", scriptOf(list, last, folder));
    const output = run([file("calls", CALLS, 0o755), script], ["/calls", "/script"]);
    const named = (results: readonly (readonly string[])[]) =>
      [...list, ...last].map(({ lines }, i) => `${i}: ${lines.join("; ")} -> ${results[i].join(" ")}`);
    const owner = new RegExp(`uid ${process.getuid!()} gid ${process.getgid!()}`, "g");
    const expected = named([...hostResults(list), ...hostResults(last)]).map((line) =>
      line.replace(owner, "uid 0 gid 0"),
    );
    expect(named(guestResults(output, [...list, ...last]))).toEqual(expected);
    inspect(tree);
  } finally {
    process.umask(umask);
    rmSync(root, { recursive: true });
  }
}
