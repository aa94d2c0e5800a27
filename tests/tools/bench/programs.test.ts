/** The workloads' programs: that they can be built, do the same each time, and are put into an image whole. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PT_LOAD, readExecutable } from "../../../assembler/elf.ts";
import { Built } from "../../../tools/bench/build-workload.ts";
import { RESET_ADDRESS } from "../../../tools/bench/image.ts";
import { wideAssembly, wideC } from "../../../tools/bench/wide.ts";
import { WORKLOADS } from "../../../tools/bench/workloads.ts";
import { programFile, runGuest } from "../../../tools/guest.ts";
import { rootDisk } from "../../../tools/image.ts";

const PROGRAMS = join(import.meta.dirname, "../../../tools/bench/programs");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-bench-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const build = (name: string) => new Built(name, join(folder, name));

/** What a workload writes. */
function output(name: string, units: number): string {
  const program = readFileSync(build(name).executable);
  let text = "";
  const guest = runGuest({
    name,
    program,
    args: [String(units)],
    disks: [rootDisk([programFile(name, program)])],
    options: {},
    instructionLimit: 1e9,
    stdin: { read: () => null },
    stdout: (bytes) => {
      text += new TextDecoder().decode(bytes);
    },
    stderr: () => {},
    listeners: [],
  });
  expect(guest.end).toEqual({ kind: "off", status: 0 });
  return text;
}

test("every program of the folder is a workload, and every workload is a program or made", () => {
  const files = readdirSync(PROGRAMS).map((file) => basename(file, ".s"));
  const names = WORKLOADS.map(({ name }) => name);
  expect(files.sort()).toEqual([...names.filter((name) => name !== "wide"), "start", "virt"].sort());
});

test("wide code is the same each time, and of the size that is said", () => {
  const text = wideAssembly();
  expect(wideAssembly()).toBe(text);
  const functions = text.split(/^f\d+:$/m).slice(1);
  expect(functions).toHaveLength(300);
  const sizes = functions.map((body) => body.split("\n        .section")[0]!.split("\n        ").length - 1);
  expect(Math.min(...sizes)).toBeGreaterThan(90);
  expect(Math.max(...sizes)).toBeLessThan(150);
  expect(wideC().match(/static __attribute__\(\(noinline\)\) uint64_t f\d+/g)).toHaveLength(300);
});

describe("a workload", () => {
  test("has the same answer and the same instructions in each unit", () => {
    const [one, two] = [output("fib", 1), output("fib", 2)].map((text) => /^begin\n(\S+) (\S+)\n$/.exec(text)!);
    expect(Number.parseInt(one![1]!, 16)).toBe(196_418);
    expect(two![1]).toBe(one![1]);
    expect(Number.parseInt(two![2]!, 16)).toBe(2 * Number.parseInt(one![2]!, 16));
  });

  test("does nothing for 0 units", () => {
    expect(output("sieve", 0)).toBe("");
  });

  test.each(WORKLOADS.filter(({ kind }) => kind === "process").map(({ name }) => name))(
    "of processes, %s, has its number of operations as its answer",
    (name) => {
      const [, count] = /^begin\n(\S+) \S+\n$/.exec(output(name, 1))!;
      const source = readFileSync(join(PROGRAMS, `${name}.s`), "latin1");
      const [, constant] = /\.equ\s+(?:COUNT|PAGES), (\d+)/.exec(source)!;
      expect(Number.parseInt(count!, 16) % Number(constant)).toBe(0);
      expect(Number.parseInt(count!, 16)).toBeGreaterThan(0);
    },
  );
});

test("a machine image has every segment where its plan says, and the arguments on the stack", () => {
  const built = build("strings");
  const image = readFileSync(built.image(3));
  const { header, programHeaders, bytes } = readExecutable(readFileSync(built.executable));
  const word = (at: number) => Number(image.readBigUInt64LE(at));
  const physical = (address: number) => address - RESET_ADDRESS;
  let plan = 4096;
  while (word(plan) !== header.entry) plan += 4096;
  const regions = Array.from({ length: word(plan + 24) }, (_, i) => {
    const at = plan + 32 + i * 32;
    return { virtual: word(at), physical: word(at + 8), pages: word(at + 16), flags: word(at + 24) };
  });
  const place = (address: number) => {
    const region = regions.find(({ virtual, pages }) => address >= virtual && address < virtual + pages * 4096)!;
    return physical(region.physical) + address - region.virtual;
  };
  const segments = programHeaders.filter(({ type }) => type === PT_LOAD);
  expect(regions).toHaveLength(segments.length + 1);
  for (const { offset, virtualAddress, fileSize } of segments) {
    const at = place(virtualAddress);
    expect(image.subarray(at, at + fileSize)).toEqual(Buffer.from(bytes.subarray(offset, offset + fileSize)));
  }
  const sp = word(plan + 8);
  expect(sp % 16).toBe(0);
  expect(word(place(sp))).toBe(2);
  const argument = place(word(place(sp + 16)));
  expect(image.toString("latin1", argument, argument + 2)).toBe("3\0");
  // Tables begin behind all regions.
  const ends = regions.map((region) => region.physical + region.pages * 4096);
  expect(word(plan + 16)).toBe(Math.max(...ends));
});
