/**
 * Dispatch: the body of every call, and running one. The rows are in abi.ts, the bodies in syscalls/, and the compiler
 * insists on both.
 *
 * (1) A call ends exactly once: with a result, an error, EINTR, or by its process going away. Until then it is
 *     `p.call.active` and runs again from its start.
 */
import type { SyscallName } from "./abi.ts";
import { endCall } from "./call.ts";
import { Errno, errno } from "./errno.ts";
import { emit } from "./events.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { bootHart, getRegister, REGISTER } from "./registers.ts";
import { restoreTemporaryMask } from "./signal-state.ts";
import { INTERRUPTED, SLEEP } from "./sleep.ts";
import { type Handler, SYSCALL_ENTRIES, type SyscallEntry } from "./syscall-table.ts";
import { attributeCalls } from "./syscalls/attributes.ts";
import { credentialCalls } from "./syscalls/credentials.ts";
import { descriptorCalls } from "./syscalls/descriptor.ts";
import { directoryCalls } from "./syscalls/directory.ts";
import { fileCalls } from "./syscalls/file.ts";
import { futexCalls } from "./syscalls/futex.ts";
import { logCalls } from "./syscalls/log.ts";
import { memoryCalls } from "./syscalls/memory.ts";
import { openCalls } from "./syscalls/open.ts";
import { pollCalls } from "./syscalls/poll.ts";
import { processCalls } from "./syscalls/process.ts";
import { processMemoryCalls } from "./syscalls/process-memory.ts";
import { sharedMemoryCalls } from "./syscalls/shared-memory.ts";
import { signalCalls } from "./syscalls/signal.ts";
import { systemCalls } from "./syscalls/system.ts";
import { timeCalls } from "./syscalls/time.ts";

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
  ...pollCalls,
  ...memoryCalls,
  ...sharedMemoryCalls,
  ...processMemoryCalls,
};

/** Runs the call that `p` is inside of: the first time, or again after a sleep. Throws SLEEP when it must wait. */
export function runCall(k: Kernel, p: Process): void {
  const entry = SYSCALL_ENTRIES.get(Number(getRegister(k, p, REGISTER.a7)));
  try {
    const result = entry === undefined ? -ENOSYS : invoke(k, p, entry);
    finish(k, p, result);
  } catch (thrown) {
    if (thrown instanceof Errno) finish(k, p, -thrown.number);
    else if (thrown === SLEEP) {
      if (k.listeners.length > 0) tellSleep(k, p, entry);
      throw thrown;
    } else if (thrown !== INTERRUPTED) throw thrown;
    // INTERRUPTED: p.call.interrupted says how delivery.ts ends or restarts the call.
  }
}

const ENOSYS = errno("ENOSYS").number;

function invoke(k: Kernel, p: Process, { name, decoders }: SyscallEntry): number | bigint | null {
  const { x32 } = bootHart(k);
  const args = decoders.map((decode, n) => decode(x32, REGISTER.a0 + n));
  return handlers[name](k, p, ...args);
}

function finish(k: Kernel, p: Process, result: number | bigint | null): void {
  restoreTemporaryMask(p.signals);
  endCall(k, p, result);
}

function tellSleep(k: Kernel, p: Process, entry: SyscallEntry | undefined): void {
  emit(k, { type: "syscall-sleep", pid: p.pid, name: entry?.name ?? null, deadline: p.sleep?.deadline ?? null });
}
