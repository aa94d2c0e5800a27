import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import type { VmOptions } from "../../../kernel/vm/boot.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { mapAnonymous, mapFile } from "../../../kernel/vm/map.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
import type { Access } from "../../../kernel/vm/types.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import {
  access,
  errnoOf,
  FIXED,
  file,
  PAGE,
  PRIVATE,
  SHARED,
  vmExit,
  vmFork,
  vmKernel,
  vmProcess,
} from "./machines.ts";

/** Sequences play in this window of pages. */
const PAGES = 24;
const BASE = 0x2000_0000;
const FILE_PAGES = 3;

/** What a page shows, as the model has it: one byte stands for all of it. A shared cell is seen by all who have it. */
interface Cell {
  byte: number;
}

interface ModelPage {
  prot: number;
  /** Shared: the one cell of all. Private: a cell of one's own once written, before that what lies below. */
  cell: Cell;
  shared: boolean;
  /** Beyond the end of the file. */
  beyond: boolean;
}

/** A process's memory: page number in the window to page. */
type Model = Map<number, ModelPage>;

type Operation =
  | {
      op: "map";
      page: number;
      pages: number;
      prot: number;
      kind: "private" | "shared" | "private-file" | "shared-file";
    }
  | { op: "unmap"; page: number; pages: number; prot: number }
  | { op: "protect"; page: number; pages: number; prot: number }
  | { op: "touch"; page: number; how: "read" | "write"; byte: number }
  | { op: "fork"; which: number }
  | { op: "exit"; which: number }
  | { op: "switch"; which: number };

const page = fc.nat(PAGES - 1);
const pages = fc.integer({ min: 1, max: 8 });
const prot = fc.constantFrom(0, 1, 3, 3, 3, 7);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("map" as const),
      page,
      pages,
      prot,
      kind: fc.constantFrom("private", "shared", "private-file", "shared-file"),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom("unmap", "protect"), page, pages, prot }) },
  {
    weight: 10,
    arbitrary: fc.record({
      op: fc.constant("touch" as const),
      page,
      how: fc.constantFrom("read", "write"),
      byte: fc.integer({ min: 1, max: 255 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom("fork", "exit", "switch"), which: fc.nat(7) }) },
);

class Play {
  readonly k: Kernel;
  readonly inode;
  /** The file's content: one cell a page. */
  readonly content: Cell[] = Array.from({ length: FILE_PAGES }, () => ({ byte: 0 }));
  readonly processes: { p: Process; model: Model }[];
  current = 0;

  constructor(options: Partial<VmOptions>, paging: "sv39" | "sv48") {
    this.k = vmKernel(options, { paging, tlb: { sets: 4, ways: 2 }, ramBytes: 2 ** 20 });
    this.inode = file(this.k, FILE_PAGES * PAGE);
    this.processes = [{ p: vmProcess(this.k), model: new Map() }];
  }

  get now() {
    return this.processes[this.current];
  }

  step(o: Operation): void {
    if (o.op === "map") this.map(o);
    else if (o.op === "unmap") this.unmap(o.page, o.pages);
    else if (o.op === "protect") this.protect(o.page, o.pages, o.prot);
    else if (o.op === "touch") this.touch(o.page, o.how, o.byte);
    else if (o.op === "fork") this.fork();
    else if (o.op === "exit") this.exit(o.which);
    else this.current = o.which % this.processes.length;
    checkVm(this.k);
  }

  map({ page: first, pages: count, prot: rights, kind }: Extract<Operation, { op: "map" }>): void {
    const { p, model } = this.now;
    const request = { address: BASE + first * PAGE, length: count * PAGE, prot: rights, limits: p.limits };
    const ofFile = kind.endsWith("file");
    const shared = kind.startsWith("shared");
    const flags = (shared ? SHARED : PRIVATE) | FIXED;
    if (ofFile)
      mapFile(this.k, p.space!, { ...request, flags: flags & ~0x20, inode: this.inode, offset: 0, mayWrite: true });
    else mapAnonymous(this.k, p.space!, { ...request, flags });
    for (let i = 0; i < count; i++) {
      const beyond = ofFile && i >= FILE_PAGES;
      const cell = ofFile && !beyond ? this.content[i] : { byte: 0 };
      model.set(first + i, { prot: rights, shared, beyond, cell });
    }
  }

  unmap(first: number, count: number): void {
    unmapRange(this.k, this.now.p.space!, BASE + first * PAGE, count * PAGE);
    for (let i = first; i < first + count; i++) this.now.model.delete(i);
  }

  protect(first: number, count: number, rights: number): void {
    const { p, model } = this.now;
    let end = first;
    while (end < first + count && model.has(end)) model.get(end++)!.prot = rights;
    const result = errnoOf(() => protectRange(this.k, p.space!, BASE + first * PAGE, count * PAGE, rights, p.limits));
    expect(result).toBe(end === first + count ? "" : "ENOMEM");
  }

  touch(at: number, how: Access & ("read" | "write"), byte: number): void {
    const { p, model } = this.now;
    const { value, faults } = access(this.k, p, how, BASE + at * PAGE, byte);
    const signal = faults.at(-1)?.signal ?? null;
    const m = model.get(at);
    const allowed = m !== undefined && (how === "read" ? (m.prot & 3) !== 0 : (m.prot & 2) !== 0);
    if (m === undefined) expect(signal).toEqual({ signo: 11, code: 1 });
    else if (!allowed) expect(signal).toEqual({ signo: 11, code: 2 });
    else if (m.beyond) expect(signal).toEqual({ signo: 7, code: 2 });
    else if (how === "read") expect(value).toBe(m.cell.byte);
    else if (m.shared) m.cell.byte = byte;
    else m.cell = { byte };
    if (allowed && !m!.beyond) expect(signal).toBeNull();
  }

  /** The child's private pages are what the parent's were; a file's page stays the file's until it is written. */
  fork(): void {
    if (this.processes.length === 4) return;
    const { p, model } = this.now;
    const copy: Model = new Map();
    for (const [at, m] of model) copy.set(at, { ...m });
    this.processes.push({ p: vmFork(this.k, p), model: copy });
  }

  exit(which: number): void {
    if (this.processes.length === 1) return;
    const [{ p }] = this.processes.splice(which % this.processes.length, 1);
    vmExit(this.k, p);
    this.current = 0;
  }

  end(): void {
    for (const { p } of this.processes) vmExit(this.k, p);
    const { frames, cache } = this.k.vm;
    // All that is left is the kernel's two frames and the file's cached pages.
    const ofFiles = [...cache.files.values()].reduce((sum, { pages }) => sum + pages.size, 0);
    expect(frames.free).toBe(frames.count - 2 - ofFiles);
    expect([cache.filePages, cache.sharedPages]).toEqual([0, ofFiles]);
  }
}

const VARIANTS: readonly [string, Partial<VmOptions>, "sv39" | "sv48"][] = [
  ["copy-on-write, Sv48", {}, "sv48"],
  ["copy-on-write, Sv39, three address-space numbers", { asids: 3 }, "sv39"],
  ["eager fork, first-fit frames", { fork: "eager", frames: "first-fit" }, "sv48"],
  ["eager population", { population: "eager" }, "sv39"],
];

describe("Random mappings, protections, forks and accesses behave as a simple model does", () => {
  it.each(VARIANTS)("%s", (_name, options, paging) => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 20, maxLength: 120 }), (operations) => {
        const play = new Play(options, paging);
        for (const o of operations) play.step(o);
        play.end();
      }),
      { seed: 20260101, numRuns: 40 },
    );
  });
});
