/**
 * Waiting for several files: ppoll, pselect6.
 *
 * (1) A call that waits has recorded nothing but its deadline and its temporary signal mask; awake, it looks at every file
 *     again.
 */
import { CONSTANTS, FLAGS, STRUCTURES } from "../abi.ts";
import { errno } from "../errno.ts";
import { readiness } from "../fs/file-operations.ts";
import type { OpenFile } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import { requireUser } from "../prepared.ts";
import type { Process } from "../process.ts";
import { setTemporaryMask } from "../signal-state.ts";
import { type Channel, sleep } from "../sleep.ts";
import type { Handlers } from "../syscall-table.ts";
import { fromTimespec, toTimespec } from "../time.ts";
import { copyIn, copyOut, loadStructure, prepareUser, readField, readSignalSet, storeStructure } from "../usercopy.ts";

const { POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL, POLLRDNORM, POLLRDBAND, POLLWRNORM, POLLWRBAND } =
  FLAGS.poll;
/** Told whether asked for or not: poll(2). */
const ALWAYS = POLLERR | POLLHUP;
const { RLIMIT_NOFILE } = CONSTANTS.rlimit;
const { O_PATH } = FLAGS.open;
const SIGSET_BYTES = 8;
const POINTER_BYTES = 8;
/** What makes a descriptor readable, writable and exceptional to select(2). */
const SELECT_EVENTS = [
  POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
  POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR,
  POLLPRI,
] as const;

/** Takes the call's timeout and mask; both are remembered until the call ends. @throws Errno EINVAL, EFAULT */
function begin(k: Kernel, p: Process, timeout: number, mask: number, maskSize: number): void {
  if (mask !== 0 && maskSize !== SIGSET_BYTES) throw errno("EINVAL");
  const set = mask === 0 ? null : readSignalSet(k, p, mask);
  if (timeout !== 0 && p.call.deadline === null) {
    const { tv_sec, tv_nsec } = loadStructure(k, p, timeout, "timespec");
    p.call.deadline = k.machine.clock.cycles + fromTimespec(tv_sec, tv_nsec);
  }
  if (set !== null) setTemporaryMask(p.signals, set);
}

/** The raw calls write what is left of the timeout back, where they can: select(2), "C library/kernel differences". */
function tellRemaining(k: Kernel, p: Process, timeout: number): void {
  const { deadline } = p.call;
  if (timeout === 0 || deadline === null || !Number.isFinite(deadline)) return;
  if (prepareUser(k, p, timeout, STRUCTURES.timespec.size, "write") < STRUCTURES.timespec.size) return;
  storeStructure(k, p, timeout, "timespec", toTimespec(Math.max(0, deadline - k.machine.clock.cycles)));
}

function isOver(k: Kernel, p: Process): boolean {
  return p.call.deadline !== null && k.machine.clock.cycles >= p.call.deadline;
}

function wait(k: Kernel, p: Process, channels: readonly Channel[]): never {
  const { deadline } = p.call;
  const finite = deadline !== null && Number.isFinite(deadline) ? deadline : undefined;
  // Without a file to wait for, only signals and the deadline end it.
  const list = channels.length > 0 ? [...new Set(channels)] : [p.pauseChannel];
  sleep(k, p, list, { deadline: finite, restart: "restart-unless-handler" });
}

/** The description to look at; undefined: not open (or only as a path). */
function pollable(p: Process, fd: number): OpenFile | undefined {
  const file = p.files?.slots[fd]?.file;
  return file === undefined || file.flags & O_PATH ? undefined : file;
}

/** Fills in revents. @returns how many entries have any */
function lookAt(k: Kernel, p: Process, view: DataView, count: number, channels: Channel[]): number {
  const { fd: at, events, revents } = STRUCTURES.pollfd.fields;
  let ready = 0;
  for (let i = 0; i < count; i++) {
    const entry = i * STRUCTURES.pollfd.size;
    const fd = view.getInt32(entry + at[0], true);
    const file = fd < 0 ? undefined : pollable(p, fd);
    let found = fd < 0 ? 0 : POLLNVAL;
    if (file !== undefined) {
      const now = readiness(k, p, file);
      found = now.events & (view.getUint16(entry + events[0], true) | ALWAYS);
      channels.push(...now.channels);
    }
    view.setUint16(entry + revents[0], found, true);
    if (found !== 0) ready++;
  }
  return ready;
}

function poll(
  k: Kernel,
  p: Process,
  address: number,
  count: number,
  timeout: number,
  mask: number,
  maskSize: number,
): number {
  if (count > p.limits[RLIMIT_NOFILE].soft) throw errno("EINVAL");
  begin(k, p, timeout, mask, maskSize);
  const length = count * STRUCTURES.pollfd.size;
  const bytes = copyIn(k, p, address, length);
  requireUser(k, p, address, length);
  const channels: Channel[] = [];
  const ready = lookAt(k, p, new DataView(bytes.buffer), count, channels);
  if (ready === 0 && !isOver(k, p)) wait(k, p, channels);
  tellRemaining(k, p, timeout);
  copyOut(k, p, address, bytes);
  return ready;
}

/** Bytes of a set for descriptors 0 to n - 1: whole words. */
function setBytes(n: number): number {
  return Math.ceil(n / 64) * 8;
}

const isMember = (set: Uint8Array, fd: number) => ((set[fd >> 3] >> (fd & 7)) & 1) !== 0;

/** Keeps of the three sets what is ready. @returns members kept @throws Errno EBADF */
function selectReady(
  k: Kernel,
  p: Process,
  sets: readonly (Uint8Array | null)[],
  n: number,
  channels: Channel[],
): number {
  let ready = 0;
  for (let fd = 0; fd < n; fd++) {
    if (!sets.some((set) => set !== null && isMember(set, fd))) continue;
    const file = pollable(p, fd);
    if (file === undefined) throw errno("EBADF");
    const now = readiness(k, p, file);
    channels.push(...now.channels);
    for (const [i, set] of sets.entries()) {
      if (set === null || !isMember(set, fd)) continue;
      if (now.events & SELECT_EVENTS[i]) ready++;
      else set[fd >> 3] &= ~(1 << (fd & 7));
    }
  }
  return ready;
}

function select(
  k: Kernel,
  p: Process,
  n: number,
  readSet: number,
  writeSet: number,
  exceptSet: number,
  timeout: number,
  sigmask: number,
): number {
  if (n < 0) throw errno("EINVAL");
  const used = Math.min(n, Math.max(64, p.files!.slots.length));
  const mask = sigmask === 0 ? 0 : readField(k, p, sigmask, "u64");
  const maskSize = sigmask === 0 ? 0 : readField(k, p, sigmask + POINTER_BYTES, "u64");
  begin(k, p, timeout, mask, maskSize);
  const addresses = [readSet, writeSet, exceptSet];
  const sets = addresses.map((address) => (address === 0 ? null : copyIn(k, p, address, setBytes(used))));
  for (const address of addresses) if (address !== 0) requireUser(k, p, address, setBytes(used));
  const channels: Channel[] = [];
  const ready = selectReady(k, p, sets, used, channels);
  if (ready === 0 && !isOver(k, p)) wait(k, p, channels);
  tellRemaining(k, p, timeout);
  for (const [i, set] of sets.entries()) if (set !== null) copyOut(k, p, addresses[i], set);
  return ready;
}

export const pollCalls = { ppoll: poll, pselect6: select } satisfies Handlers;
