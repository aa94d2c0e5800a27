/**
 * Dispatch: the body of every call, and running one. The rows are in abi.ts, the bodies in syscalls/, and the compiler
 * insists on both.
 *
 * (1) A call ends exactly once: with a result, an error, EINTR, or by its process going away. Until then it is
 *     `p.call.active` and runs again from its start.
 * (2) ENOMEM for want of frames does not end it while frames can be had: vm/shortage.ts makes it run again.
 */
import type { SyscallName } from "./abi.ts";
import { endCall } from "./call.ts";
import { Errno, errno } from "./errno.ts";
import { emit } from "./events.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { bootHart, getNumber, REGISTER } from "./registers.ts";
import { restoreTemporaryMask } from "./signal-state.ts";
import { INTERRUPTED, RETRY, SLEEP, UNFINISHED, type Unfinished } from "./sleep.ts";
import { type Handler, SYSCALL_ENTRIES, type SyscallEntry } from "./syscall-table.ts";
import { adviceCalls } from "./syscalls/advice.ts";
import { attributeCalls } from "./syscalls/attributes.ts";
import { credentialCalls } from "./syscalls/credentials.ts";
import { descriptorCalls } from "./syscalls/descriptor.ts";
import { directoryCalls } from "./syscalls/directory.ts";
import { fileCalls } from "./syscalls/file.ts";
import { futexCalls } from "./syscalls/futex.ts";
import { logCalls } from "./syscalls/log.ts";
import { memoryCalls } from "./syscalls/memory.ts";
import { mountCalls } from "./syscalls/mount.ts";
import { openCalls } from "./syscalls/open.ts";
import { pollCalls } from "./syscalls/poll.ts";
import { processCalls } from "./syscalls/process.ts";
import { processMemoryCalls } from "./syscalls/process-memory.ts";
import { sharedMemoryCalls } from "./syscalls/shared-memory.ts";
import { signalCalls } from "./syscalls/signal.ts";
import { swapCalls } from "./syscalls/swap.ts";
import { systemCalls } from "./syscalls/system.ts";
import { timeCalls } from "./syscalls/time.ts";
import { waitForMemory } from "./vm/shortage.ts";

const handlers: Record<SyscallName, Handler> = {
  ...processCalls,
  ...signalCalls,
  ...timeCalls,
  ...systemCalls,
  ...credentialCalls,
  ...futexCalls,
  ...logCalls,
  ...fileCalls,
  ...openCalls,
  ...descriptorCalls,
  ...directoryCalls,
  ...attributeCalls,
  ...mountCalls,
  ...pollCalls,
  ...memoryCalls,
  ...swapCalls,
  ...adviceCalls,
  ...sharedMemoryCalls,
  ...processMemoryCalls,
};

interface Call extends SyscallEntry {
  readonly handler: Handler;
}

/** By number; with holes. */
const CALLS: readonly (Call | undefined)[] = (() => {
  const calls: Call[] = [];
  // Written out, all have one shape; with a spread each has its own, and reading a property is a search.
  for (const [number, { name, decoders }] of SYSCALL_ENTRIES)
    calls[number] = { name, decoders, handler: handlers[name] };
  return calls;
})();

/** Runs the call that `p` is inside of: the first time, or again after a sleep. Where it must wait, `p` sleeps afterwards. */
export function runCall(k: Kernel, p: Process): void {
  const number = getNumber(k, p, REGISTER.a7);
  const entry = number >= 0 && number < CALLS.length ? CALLS[number] : undefined;
  k.vm.reclaim.shortage = 0;
  try {
    const result = entry === undefined ? -ENOSYS : invoke(k, p, entry);
    if (typeof result === "number" || result !== UNFINISHED) finish(k, p, result);
    else if (p.state === "sleeping") tellSleep(k, p, entry);
  } catch (thrown) {
    if (thrown instanceof Errno) fail(k, p, entry, thrown);
    else if (thrown === SLEEP) tellSleep(k, p, entry);
    else if (thrown !== INTERRUPTED && thrown !== RETRY) throw thrown;
    // INTERRUPTED, or UNFINISHED without sleep: p.call.interrupted says how delivery.ts ends or restarts the call. RETRY: it is active still.
  }
}

/** The handler threw an error: the call's result, unless frames were short and there are some to be had. */
function fail(k: Kernel, p: Process, entry: SyscallEntry | undefined, error: Errno): void {
  if (error.number !== ENOMEM || k.vm.reclaim.shortage === 0) {
    // A transfer that has moved something before it ran out ends short.
    finish(k, p, error.number === ENOMEM && p.call.progress > 0 ? p.call.progress : -error.number);
    return;
  }
  try {
    waitForMemory(k, p);
  } catch (thrown) {
    if (thrown === SLEEP) tellSleep(k, p, entry);
    else if (thrown !== RETRY) throw thrown;
  }
}

const ENOSYS = errno("ENOSYS").number;
const ENOMEM = errno("ENOMEM").number;

/** Reads the arguments by their kinds. Most calls have few, which need no array. */
function invoke(k: Kernel, p: Process, { handler, decoders }: Call): number | bigint | null | Unfinished {
  const { x32 } = bootHart(k);
  const { a0, a1, a2 } = REGISTER;
  switch (decoders.length) {
    case 0:
      return handler(k, p);
    case 1:
      return handler(k, p, decoders[0](x32, a0));
    case 2:
      return handler(k, p, decoders[0](x32, a0), decoders[1](x32, a1));
    case 3:
      return handler(k, p, decoders[0](x32, a0), decoders[1](x32, a1), decoders[2](x32, a2));
    default:
      return handler(k, p, ...decoders.map((decode, n) => decode(x32, a0 + n)));
  }
}

function finish(k: Kernel, p: Process, result: number | bigint | null): void {
  restoreTemporaryMask(p.signals);
  endCall(k, p, result);
}

function tellSleep(k: Kernel, p: Process, entry: SyscallEntry | undefined): void {
  if (k.listeners.length === 0) return;
  emit(k, { type: "syscall-sleep", pid: p.pid, name: entry?.name ?? null, deadline: p.sleep?.deadline ?? null });
}
