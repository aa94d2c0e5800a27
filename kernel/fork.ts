/**
 * The beginning of a process: clone(2) as fork and vfork.
 *
 * (1) Nothing has changed when a clone fails: what can fail (a number, memory, the places of the thread numbers) comes
 *     before the child is known to anyone.
 * (2) CLONE_VM|CLONE_VFORK shares the address space; its owner sleeps until the child execs or ends.
 */
import { CONSTANTS, FLAGS } from "./abi.ts";
import { newCallState } from "./call.ts";
import { DEFAULT_FILTER } from "./core-filter.ts";
import { Errno, errno } from "./errno.ts";
import { emit } from "./events.ts";
import type { Kernel } from "./kernel.ts";
import { defaultLimits } from "./limits.ts";
import type { Process } from "./process.ts";
import { moveTo } from "./process.ts";
import { shareFiles } from "./process-files.ts";
import { copyRegisters, newRegisters, REGISTER } from "./registers.ts";
import { enqueue } from "./scheduler.ts";
import { assign } from "./signal-set.ts";
import { newSignalState, type SignalState } from "./signal-state.ts";
import { newChannel, sleep } from "./sleep.ts";
import { copyOut, prepareUser } from "./usercopy.ts";
import { destroyAddressSpace, shareAddressSpace } from "./vm/address-space.ts";

const F = FLAGS.clone;
/** The low byte of clone's flags is the signal that the child sends when it ends. */
const EXIT_SIGNAL_MASK = 0xff;
/** What makes threads or namespaces. */
const REFUSED = F.CLONE_FS | F.CLONE_FILES | F.CLONE_SIGHAND | F.CLONE_PTRACE | F.CLONE_THREAD | F.CLONE_NEWNS;
const PID_BYTES = 4;
/** Linux's: numbers start again from here, and go up to here. */
const FIRST_PID_AGAIN = 300;
const PID_LIMIT = 32768;

export interface CloneArguments {
  readonly flags: number;
  /** The child's stack pointer; 0: the parent's. */
  readonly stack: number;
  readonly parentTid: number;
  readonly tls: number;
  readonly childTid: number;
}

/** clone(2). Returns the child's pid, at once or, with CLONE_VFORK, when the child has left the parent's memory. */
export function cloneProcess(k: Kernel, p: Process, args: CloneArguments): number {
  if (p.call.note === 0) p.call.note = makeChild(k, p, args);
  if (p.vforkChild !== 0) sleep(k, p, p.childChannel, { uninterruptible: true, stall: "none" });
  return p.call.note;
}

function makeChild(k: Kernel, p: Process, args: CloneArguments): number {
  const { flags } = args;
  checkFlags(p, flags);
  checkProcessLimit(k, p);
  const setsParent = (flags & F.CLONE_PARENT_SETTID) !== 0 && prepareTid(k, p, args.parentTid);
  const setsChild = (flags & F.CLONE_CHILD_SETTID) !== 0 && prepareTid(k, p, args.childTid);
  const child = copyProcess(k, p);
  child.space = (flags & F.CLONE_VM) !== 0 ? shareAddressSpace(p.space!) : k.scheme.fork(k, p.space!);
  // Copy-on-write took back what was prepared: each side needs a frame of its own now.
  const ready =
    (!setsParent || prepareTid(k, p, args.parentTid)) && (!setsChild || prepareTid(k, child, args.childTid));
  if (!ready) {
    destroyAddressSpace(k, child.space);
    throw errno("ENOMEM");
  }
  shareFiles(p, child);
  connect(k, p, child, flags);
  setChildRegisters(child, args);
  const tid = new Uint8Array(new Int32Array([child.pid]).buffer);
  if (setsParent) putTid(k, p, args.parentTid, tid);
  if (setsChild) putTid(k, child, args.childTid, tid);
  if ((flags & F.CLONE_CHILD_CLEARTID) !== 0) child.clearChildTid = args.childTid;
  if ((flags & F.CLONE_VFORK) !== 0) {
    child.vforkParent = p.pid;
    p.vforkChild = child.pid;
  }
  moveTo(k, child, "runnable");
  enqueue(k, child);
  k.statistics.forks++;
  if (k.listeners.length > 0) emit(k, { type: "fork", pid: p.pid, child: child.pid });
  return child.pid;
}

function checkFlags(p: Process, flags: number): void {
  const shares = (flags & F.CLONE_VM) !== 0;
  if ((flags & REFUSED) !== 0 || (shares && (flags & F.CLONE_VFORK) === 0)) throw errno("EINVAL");
  // clone(2): process 1 has no siblings.
  if ((flags & F.CLONE_PARENT) !== 0 && p.pid === 1) throw errno("EINVAL");
}

function checkProcessLimit(k: Kernel, p: Process): void {
  const { uid } = p.credentials;
  if (uid === 0) return;
  let count = 0;
  for (const other of k.processes.values()) if (other.credentials.uid === uid) count++;
  if (count >= p.limits[CONSTANTS.rlimit.RLIMIT_NPROC].soft) throw errno("EAGAIN");
}

/** As Linux, a bad address for a thread number is not an error: nothing is written then. */
function prepareTid(k: Kernel, p: Process, address: number): boolean {
  return prepareUser(k, p, address, PID_BYTES, "write") === PID_BYTES;
}

/** The page is resident; what can still fail is the frame for a copy of it, and then nothing is written. */
function putTid(k: Kernel, p: Process, address: number, tid: Uint8Array): void {
  try {
    copyOut(k, p, address, tid);
  } catch (failure) {
    if (!(failure instanceof Errno)) throw failure;
  }
}

function connect(k: Kernel, p: Process, child: Process, flags: number): void {
  const sibling = (flags & F.CLONE_PARENT) !== 0;
  child.ppid = sibling ? p.ppid : p.pid;
  child.exitSignal = sibling ? p.exitSignal : flags & EXIT_SIGNAL_MASK;
  k.processes.get(child.ppid)!.children.add(child.pid);
  k.processes.set(child.pid, child);
}

/** The child returns from the same call with 0. */
function setChildRegisters(child: Process, { flags, stack, tls }: CloneArguments): void {
  const { registers } = child;
  registers.x[REGISTER.a0] = 0n;
  if (stack !== 0) registers.x[REGISTER.sp] = BigInt(stack);
  if ((flags & F.CLONE_SETTLS) !== 0) registers.x[REGISTER.tp] = BigInt(tls);
  registers.pc += 4n;
}

/** What fork(2) says a child inherits, and what it does not: pending signals, timers, times. */
function copyProcess(k: Kernel, p: Process): Process {
  const { credentials, limits } = p;
  const child = newProcess(k, p, {
    registers: copyRegisters(k, p),
    credentials: { ...credentials, groups: [...credentials.groups] },
    limits: limits.map(({ soft, hard }) => ({ soft, hard })),
    signals: copySignals(p.signals),
  });
  child.umask = p.umask;
  child.personality = p.personality;
  child.nice = p.nice;
  child.oomScoreAdjust = p.oomScoreAdjust;
  child.oomScoreLeast = p.oomScoreLeast;
  child.dumpable = p.dumpable;
  child.dumpFilter = p.dumpFilter;
  child.terminal = p.terminal;
  child.program = p.program;
  child.name = p.name;
  child.pgid = p.pgid;
  child.sid = p.sid;
  return child;
}

function copySignals(s: SignalState): SignalState {
  const copy = newSignalState(s.actions.map(({ handler, flags, mask }) => ({ handler, flags, mask })));
  assign(copy.blocked, s.restoreMask ?? s.blocked);
  copy.alternateStack = { ...s.alternateStack };
  return copy;
}

const NOTHING = new Uint8Array();

/** What a process begins with that is not empty. */
type Beginning = Pick<Process, "registers" | "credentials" | "limits" | "signals">;

function firstBeginning(): Beginning {
  return {
    registers: newRegisters(),
    credentials: { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, sgid: 0, groups: [] },
    limits: defaultLimits(),
    signals: newSignalState(),
  };
}

/** A process with nothing in it: no memory, no files, no relations. `like` lends working and root directory. */
export function newProcess(
  k: Kernel,
  like: Pick<Process, "cwd" | "root">,
  { registers, credentials, limits, signals }: Beginning = firstBeginning(),
): Process {
  const off = () => ({ expires: 0, interval: 0 });
  return {
    pid: takePid(k),
    ppid: 0,
    pgid: 0,
    sid: 0,
    name: "",
    state: "embryo",
    children: new Set(),
    registers,
    sleep: null,
    call: newCallState(),
    space: null,
    files: null,
    cwd: like.cwd,
    root: like.root,
    umask: 0o022,
    credentials,
    terminal: null,
    program: { path: "", inode: null, arguments: NOTHING, environment: NOTHING, auxiliary: NOTHING },
    signals,
    limits,
    personality: 0,
    nice: 0,
    oomScoreAdjust: 0,
    oomScoreLeast: 0,
    oomVictim: false,
    triedFrames: 0,
    throttledUntil: null,
    memoryStalls: 0,
    dumpable: true,
    dumpFilter: DEFAULT_FILTER,
    dump: null,
    pressure: { stalled: 0, stalledBefore: 0, refaults: null, earlyBefore: 0, nextLook: 0 },
    times: { user: 0, system: 0, childUser: 0, childSystem: 0, started: k.machine.clock.cycles },
    counts: {
      minorFaults: 0,
      majorFaults: 0,
      childMinorFaults: 0,
      childMajorFaults: 0,
      voluntarySwitches: 0,
      involuntarySwitches: 0,
      signals: 0,
      peakResident: 0,
      childPeakResident: 0,
    },
    intervalTimers: [off(), off(), off()],
    exitStatus: 0,
    stopReport: "none",
    stopSignal: 0,
    exitSignal: 0,
    vforkParent: 0,
    vforkChild: 0,
    executed: false,
    clearChildTid: 0,
    childChannel: newChannel(k),
    pauseChannel: newChannel(k),
    sliceEnd: Number.POSITIVE_INFINITY,
  };
}

/** The next number that is no process's, group's or session's. */
function takePid(k: Kernel): number {
  const used = new Set<number>();
  for (const { pid, pgid, sid } of k.processes.values()) used.add(pid).add(pgid).add(sid);
  if (used.size > PID_LIMIT - FIRST_PID_AGAIN) throw errno("EAGAIN");
  for (;;) {
    const pid = k.nextPid++;
    if (k.nextPid >= PID_LIMIT) k.nextPid = FIRST_PID_AGAIN;
    if (!used.has(pid)) return pid;
  }
}
