import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type PagingMode, userLimit } from "../../../cpu/paging.ts";
import { ERRNO } from "../../../kernel/abi.ts";
import { Errno } from "../../../kernel/errno.ts";
import type { FileKind, Inode } from "../../../kernel/fs/types.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { memoryCalls } from "../../../kernel/syscalls/memory.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { cachedPage, dropCachedPages, newReadAhead } from "../../../kernel/vm/page-cache.ts";
import { BASE, casesBelow, FD, FILE_BYTES, SPAN, type Step } from "./linux-cases.ts";
import { access, file, PAGE, vmKernel, vmProcess } from "./machines.ts";

const golden = readFileSync(new URL("../../golden/kernel/memory-calls.txt", import.meta.url), "utf8");

/** Results by case, as Linux gave them. */
function recorded(): Map<string, string[]> {
  const cases = new Map<string, string[]>();
  for (const line of golden.trimEnd().split("\n")) {
    if (line.startsWith("# ")) cases.set(line.slice(2), []);
    else [...cases.values()].at(-1)!.push(line);
  }
  return cases;
}

interface Scene {
  readonly k: Kernel;
  readonly p: Process;
  readonly inode: Inode;
}

/** The open files of the recording program. */
function scene(paging: PagingMode): Scene {
  const k = vmKernel({ checking: false }, { paging });
  const p = vmProcess(k);
  const inode = file(k, FILE_BYTES);
  const open = (fd: number, kind: FileKind, flags: number, of: Inode = inode) => {
    p.files!.slots[fd] = {
      file: { inode: of, kind, flags, offset: 0, references: 1, ahead: newReadAhead(), content: null, terminal: 0 },
      closeOnExec: false,
    };
  };
  p.files = { slots: Array.from({ length: 20 }, () => null) };
  open(FD.readWrite, "regular", 2);
  open(FD.readOnly, "regular", 0);
  open(FD.writeOnly, "regular", 1);
  open(FD.directory, "directory", 0, file(k, 4096));
  open(FD.pipe, "pipe", 0, file(k, 0));
  open(FD.zero, "zero", 2, file(k, 0));
  return { k, p, inode };
}

/** The file's first content: a page of A, then B. */
function fill({ k, p, inode }: Scene): void {
  resize(k, inode, 0);
  inode.size = FILE_BYTES;
  for (let index = 0; index * PAGE < FILE_BYTES; index++)
    k.machine.ram.frame(cachedPage(k, p, inode, index)).fill(65 + index, 0, Math.min(PAGE, FILE_BYTES - index * PAGE));
}

/** ftruncate, as a file system does it. */
function resize(k: Kernel, inode: Inode, size: number): void {
  inode.size = size;
  dropCachedPages(k, inode, Math.ceil(size / PAGE));
  const last = k.vm.cache.files.get(inode.id)?.pages.get(Math.floor(size / PAGE));
  if (last !== undefined) k.machine.ram.frame(last).fill(0, size % PAGE);
}

function touch({ k, p }: Scene, how: "read" | "write", va: number, byte: number): string {
  const { value, faults } = access(k, p, how, va, byte);
  if (value !== null) return how === "read" ? String(value) : "0";
  const { signo, code } = faults.at(-1)!.signal!;
  return `signal ${signo} code ${code} at 0`;
}

function run(s: Scene, [call, ...args]: Step): string {
  const numbers = args.map(Number);
  if (call === "load") return touch(s, "read", numbers[0], 0);
  if (call === "store") return touch(s, "write", numbers[0], numbers[1]);
  if (call === "truncate") {
    resize(s.k, s.inode, numbers[0]);
    return "0";
  }
  // As the decoders hand arguments over: lengths and addresses unsigned, the offset signed.
  if (call === "mmap") numbers[5] = Number(BigInt.asIntN(64, args[5]));
  try {
    const result = memoryCalls[call](s.k, s.p, ...(numbers as [number, number, number, number, number, number]));
    const chosen = call === "mmap" && (result < Number(BASE) || result >= Number(BASE + SPAN));
    if (!chosen) return String(result);
    memoryCalls.munmap(s.k, s.p, result, numbers[1]);
    return "*";
  } catch (thrown) {
    if (thrown instanceof Errno) return String(-ERRNO[thrown.name][0]);
    throw thrown;
  }
}

describe("Memory calls give the results, signals and content that Linux gave", () => {
  it.each(["sv39", "sv48"] as const)("under %s", (paging) => {
    const expected = recorded();
    const cases = casesBelow(BigInt(userLimit(paging)));
    expect(cases.length).toBeGreaterThan(600);
    expect([...expected.keys()]).toEqual(cases.map(({ name }) => name));
    const s = scene(paging);
    const differences: string[] = [];
    for (const { name, steps } of cases) {
      memoryCalls.munmap(s.k, s.p, Number(BASE), Number(SPAN));
      fill(s);
      const got = steps.map((step) => run(s, step)).join(" | ");
      checkVm(s.k);
      const want = expected.get(name)!.join(" | ");
      if (got !== want) differences.push(`${name}\n  Linux ${want}\n  Quire ${got}`);
    }
    expect(differences.join("\n")).toBe("");
  });
});
