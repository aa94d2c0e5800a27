/**
 * A real machine and a kernel state around it, without files or programs: processes whose every access to memory is an
 * instruction that the hart executes, with faults decided by the kernel. After each step all invariants are checked.
 */
import { CSR_SLOT, csrNumber, scauseCode } from "../../../cpu/hart.ts";
import { createMachine, type MachineConfig } from "../../../cpu/machine.ts";
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { CAUSE } from "../../../cpu/trap.ts";
import { createDueWork } from "../../../kernel/due-work.ts";
import { Errno } from "../../../kernel/errno.ts";
import { newProcess } from "../../../kernel/fork.ts";
import { emptyFsState } from "../../../kernel/fs/mounts.ts";
import { PAGE_SOURCES } from "../../../kernel/fs/page-sources.ts";
import type { Inode } from "../../../kernel/fs/types.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { createLog } from "../../../kernel/log.ts";
import { withDefaults } from "../../../kernel/options.ts";
import { createPressure } from "../../../kernel/pressure.ts";
import type { Process } from "../../../kernel/process.ts";
import { SCHEMES } from "../../../kernel/schemes/schemes.ts";
import { activate, destroyAddressSpace, newAddressSpace } from "../../../kernel/vm/address-space.ts";
import { createVm, type VmOptions } from "../../../kernel/vm/boot.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { type Fault, handleFault } from "../../../kernel/vm/fault.ts";
import { setTrampolineCode } from "../../../kernel/vm/map.ts";
import type { Access } from "../../../kernel/vm/types.ts";
import { assemble } from "../../cpu/assemble.ts";
import { noteMade } from "../../discard.ts";

export const PAGE = PAGE_SIZE;
export const RW = 3;
/** MAP_PRIVATE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS, MAP_FIXED. */
export const PRIVATE = 0x22;
export const SHARED = 0x21;
export const FIXED = 0x10;

const nothing = () => {};

/** What the trampoline page holds here: one access of each kind, by offset. */
const CODE = assemble("lbu a0, 0(a1)\n ecall\n sb a0, 0(a1)\n ecall\n jalr zero, 0(a1)");
const ENTRY: Readonly<Record<Access, number>> = { read: 0, write: 8, execute: 16 };

const A0 = 10;
const A1 = 11;
/** More than the few instructions and walks of one access take. */
const BUDGET = 100_000;

/** @param vm options; @param machine RAM is 4 MiB unless said */
export function vmKernel(vm: Partial<VmOptions> = {}, machine: Partial<MachineConfig> = {}): Kernel {
  const m = createMachine({
    ramBytes: 4 * 2 ** 20,
    paging: "sv48",
    tlb: { sets: 8, ways: 4 },
    seed: 1,
    engine: "reference",
    disks: [],
    sinks: { console: nothing, output: nothing, error: nothing },
    ...machine,
  });
  const k = {
    machine: m,
    options: withDefaults({}),
    listeners: [],
    deathListeners: [],
    pageSources: PAGE_SOURCES,
    scheme: SCHEMES[vm.translation ?? "paging"],
    processes: new Map(),
    current: null,
    runQueue: [],
    sleepers: new Map(),
    timers: [],
    nextPid: 1,
    nextChannel: 1,
    nextTimer: 1,
    pressure: createPressure(0),
    due: createDueWork(),
    log: createLog(),
    vm: createVm(m, { checking: true, ...vm }),
    fs: emptyFsState(0),
  } as unknown as Kernel;
  setTrampolineCode(k, new Uint8Array(CODE.buffer));
  noteMade(k, ({ vm }) => vm.frames.count);
  return k;
}

/** A regular file of `size` bytes without a disk behind it: it begins as zeroes. */
export function file(k: Kernel, size: number): Inode {
  const time = { seconds: 0, nanoseconds: 0 };
  return {
    id: k.fs.nextInode++,
    fs: "tmpfs",
    device: 1,
    ino: 7,
    mode: 0o100644,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size,
    atime: time,
    mtime: time,
    ctime: time,
    references: 0,
    writers: 0,
    executions: 0,
    place: null,
    data: { kind: "file", backing: null },
  };
}

/** A process with an empty space but for the page of access code. */
export function vmProcess(k: Kernel): Process {
  const root = file(k, 0);
  const p = newProcess(k, { cwd: root, root });
  p.space = newAddressSpace(k);
  k.scheme.mapTrampoline(k, p.space);
  k.processes.set(p.pid, p);
  return p;
}

/** fork: a child with a copy of the space. */
export function vmFork(k: Kernel, parent: Process): Process {
  const child = newProcess(k, parent);
  child.space = k.scheme.fork(k, parent.space!);
  child.limits = structuredClone(parent.limits);
  k.processes.set(child.pid, child);
  checkVm(k);
  return child;
}

/** The space goes; nothing of it may stay behind. */
export function vmExit(k: Kernel, p: Process): void {
  destroyAddressSpace(k, p.space!);
  p.space = null;
  k.processes.delete(p.pid);
  checkVm(k);
}

/** Anonymous private memory of `pages` pages. */
export function anonymous(k: Kernel, p: Process, pages: number, more: { prot?: number; flags?: number } = {}): number {
  const { prot = RW, flags = PRIVATE } = more;
  return k.scheme.mapAnonymous(k, p.space!, { address: 0, length: pages * PAGE, prot, flags, limits: p.limits });
}

/** What one access came to: the faults on the way, and the byte read; null where a signal ended it. */
export interface Outcome {
  readonly value: number | null;
  readonly faults: readonly Fault[];
}

const ACCESS_OF_CAUSE: Readonly<Record<number, Access>> = {
  [CAUSE.instructionPageFault]: "execute",
  [CAUSE.loadPageFault]: "read",
  [CAUSE.storePageFault]: "write",
};

/** Lets the hart execute one access of `p`; every page fault goes to the kernel, until it ends or gets a signal. */
export function access(k: Kernel, p: Process, how: Access, va: number, byte = 0): Outcome {
  const hart = k.machine.harts[0];
  const faults: Fault[] = [];
  hart.csr[CSR_SLOT.sepc] = BigInt(p.space!.layout.trampoline + ENTRY[how]);
  hart.x[A0] = BigInt(byte);
  hart.x[A1] = BigInt(va);
  for (;;) {
    if (p.space!.unsettled) k.scheme.settle(k, p.space!);
    activate(k, p.space!, hart);
    if (p.space!.unsettled) k.scheme.settle(k, p.space!);
    if (hart.run(BUDGET) !== "trap") throw new Error("the access took too long");
    const cause = scauseCode(hart);
    // Where an execution arrives there are zeroes: an illegal instruction.
    if (cause === CAUSE.environmentCall || cause === CAUSE.illegalInstruction) break;
    const fault = handleFault(k, p, csrNumber(hart, CSR_SLOT.stval), ACCESS_OF_CAUSE[cause]);
    faults.push(fault);
    checkVm(k);
    if (fault.signal !== null) return { value: null, faults };
    if (faults.length > 5) throw new Error(`faults without end: ${faults.map(({ kind }) => kind).join(" ")}`);
  }
  return { value: Number(hart.x[A0]), faults };
}

/** Kinds of the faults that a load at `va` meets. */
export function load(k: Kernel, p: Process, va: number): { value: number | null; kinds: string[] } {
  const { value, faults } = access(k, p, "read", va);
  return { value, kinds: faults.map(({ kind }) => kind) };
}

/** Kinds of the faults that a store meets; the trampoline's own first fetch is not among them. */
export function store(k: Kernel, p: Process, va: number, byte: number): string[] {
  return access(k, p, "write", va, byte).faults.map(({ kind }) => kind);
}

/** Makes the page of access code resident, so that what follows meets only its own faults. */
export function warm(k: Kernel, p: Process): void {
  const hart = k.machine.harts[0];
  access(k, p, "read", p.space!.layout.trampoline);
  activate(k, p.space!, hart);
}

/** The name of the errno that `call` throws; "" when it does not. */
export function errnoOf(call: () => unknown): string {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof Errno) return thrown.name;
    throw thrown;
  }
  return "";
}
