/**
 * execve(2): a process becomes another program.
 *
 * (1) The new address space is built beside the old one. Until it is complete nothing has changed, so a failure (or a
 *     sleep for the disk) leaves the old program as it was; after it nothing can fail.
 * (2) What survives: pid, relations, working directory, descriptors without close-on-exec, mask and pending signals,
 *     ignored signals, timers, limits. What does not: memory, handlers, the alternate stack.
 */
import type { Random } from "../cpu/random.ts";
import { CONSTANTS } from "./abi.ts";
import { errno } from "./errno.ts";
import { emitDeath, hearsOfDeaths } from "./events.ts";
import { findProgram } from "./exec-file.ts";
import { loadImage, readImage } from "./exec-image.ts";
import { argumentBytes, type BuiltStack, buildStack } from "./exec-stack.ts";
import { releaseSpace } from "./exit.ts";
import { startExecuting, stopExecuting } from "./fs/inode.ts";
import { forbidsSetId } from "./fs/mount-flags.ts";
import { describePath } from "./fs/names.ts";
import { effectiveActor, mayAccess, R_OK } from "./fs/permissions.ts";
import type { ByteString, Inode } from "./fs/types.ts";
import { prepareChildTid } from "./futex.ts";
import type { Kernel } from "./kernel.ts";
import { executedPersonality, wantsNoChance, wantsOldLayout } from "./personality.ts";
import type { Credentials, Process } from "./process.ts";
import { closeOnExec } from "./process-files.ts";
import { bootHart, REGISTER, setRegisters } from "./registers.ts";
import { newSignalState, SIG_IGN, type SignalState, signalNumber } from "./signal-state.ts";
import { copyInStrings, copyOut, prepareUser } from "./usercopy.ts";
import { activate, destroyAddressSpace, newAddressSpace } from "./vm/address-space.ts";
import { drawDisplacements, type LayoutChoice } from "./vm/layout.ts";
import { populateEagerly } from "./vm/populate.ts";
import type { AddressSpace } from "./vm/types.ts";

const { RLIMIT_STACK } = CONSTANTS.rlimit;
const { S_ISUID, S_ISGID } = CONSTANTS.fileType;
/** execve(2), "Limits on size of arguments and environment": a quarter of the stack, at least 128 KiB, at most 6 MiB. */
const LEAST_ARGUMENTS = 128 * 2 ** 10;
const MOST_ARGUMENTS = 6 * 2 ** 20;
/** MAX_ARG_STRLEN: one string with its NUL. */
const MOST_STRING = 128 * 2 ** 10;
/** What a new stack has beyond its contents without growing: Linux's setup_arg_pages. */
const STACK_ROOM = 128 * 2 ** 10;
const GROUP_EXECUTE = 0o010;
/** TASK_COMM_LEN less its NUL. */
const NAME_BYTES = 15;

interface NewProgram {
  readonly space: AddressSpace;
  readonly stack: BuiltStack;
  readonly entry: number;
  readonly bias: number;
  readonly inode: Inode;
  readonly credentials: Credentials;
  readonly personality: number;
  /** The machine's generator as it stands after this program's draws. */
  readonly random: Random;
  readonly argv: readonly ByteString[];
  readonly environment: readonly ByteString[];
  readonly path: ByteString;
}

/** execve(2) for the running process. @throws Errno as execve(2); may sleep */
export function execute(k: Kernel, p: Process, path: ByteString, argvAddress: number, envpAddress: number): void {
  prepareChildTid(k, p);
  const most = argumentLimit(p);
  const given = copyInVector(k, p, argvAddress, most);
  const environment = copyInVector(k, p, envpAddress, most);
  // Linux 5.18: a program always has an argv[0].
  const program = findProgram(k, p, path, given.length > 0 ? given : [""]);
  const argv = program.arguments;
  if (argumentBytes(argv, environment) + path.length + 1 > most) throw errno("E2BIG");
  const space = newAddressSpace(k);
  space.hugeDisabled = p.space!.hugeDisabled;
  try {
    const prepared = prepareProgram(k, p, space, program.inode, { argv, environment, path });
    startExecuting(program.inode);
    commit(k, p, prepared);
  } catch (thrown) {
    // An error, or SLEEP: in both cases the call has done nothing.
    if (p.space !== space) destroyAddressSpace(k, space);
    throw thrown;
  }
}

function argumentLimit(p: Process): number {
  return Math.min(Math.max(p.limits[RLIMIT_STACK].soft / 4, LEAST_ARGUMENTS), MOST_ARGUMENTS);
}

/** Linux takes a NULL vector for an empty one. */
function copyInVector(k: Kernel, p: Process, address: number, most: number): ByteString[] {
  if (address === 0) return [];
  return copyInStrings(k, p, address, most).map((bytes) => {
    if (bytes.length >= MOST_STRING) throw errno("E2BIG");
    let string = "";
    for (const byte of bytes) string += String.fromCharCode(byte);
    return string;
  });
}

type Names = Pick<NewProgram, "argv" | "environment" | "path">;

function prepareProgram(k: Kernel, p: Process, space: AddressSpace, inode: Inode, names: Names): NewProgram {
  const image = readImage(k, p, inode);
  const credentials = newCredentials(k, p, inode);
  const personality = executedPersonality(p.personality, setsId(k, inode));
  const limit = p.limits[RLIMIT_STACK].soft;
  // The draws count once the program is complete: what follows may sleep, and then nothing may have changed.
  const random = k.machine.random.copy();
  const choice = chooseHow(k, random, personality, limit);
  space.layout = k.scheme.layout(k, space, choice);
  const loaded = loadImage(k, p, space, image, { ...choice, personality });
  const { uid, euid, gid, egid } = credentials;
  const secure = uid !== euid || gid !== egid;
  const contents = { ...names, random: random.bytes(16), image: loaded, credentials, secure };
  const room = () => buildStack(0, contents).bytes.length + STACK_ROOM;
  space.layout.stackTop = k.scheme.placeStack(k, space, room);
  const stack = buildStack(space.layout.stackTop, contents);
  if (stack.bytes.length > limit) throw errno("E2BIG");
  const bytes = Math.min(stack.bytes.length + STACK_ROOM, limit);
  k.scheme.mapStack(k, space, { bytes, executable: loaded.executableStack, limits: p.limits });
  // The only thing that the new stack can lack is frames.
  if (prepareUser(k, p, stack.sp, stack.bytes.length, "write", space) < stack.bytes.length) throw errno("ENOMEM");
  copyOut(k, p, stack.sp, stack.bytes, space);
  populateEagerly(k, p, space, 0, k.vm.userLimit);
  const { entry, bias } = loaded;
  return { space, stack, entry, bias, inode, credentials, personality, random, ...names };
}

/** What the layout is to be: Linux's settings, the process's wishes, and chance. */
function chooseHow(k: Kernel, random: Random, personality: number, stackBytes: number): LayoutChoice {
  const randomize = wantsNoChance(personality) ? 0 : k.vm.settings.randomizeVaSpace;
  const displacements = drawDisplacements(random, randomize);
  return { randomize, displacements, stackBytes, compatible: wantsOldLayout(personality) };
}

const setsUser = (k: Kernel, inode: Inode) => (inode.mode & S_ISUID) !== 0 && !forbidsSetId(k, inode);
const setsGroup = (k: Kernel, inode: Inode) =>
  (inode.mode & (S_ISGID | GROUP_EXECUTE)) === (S_ISGID | GROUP_EXECUTE) && !forbidsSetId(k, inode);
const setsId = (k: Kernel, inode: Inode) => setsUser(k, inode) || setsGroup(k, inode);

/** execve(2): set-user-ID and set-group-ID bits; the saved ids become the effective ones. */
function newCredentials(k: Kernel, p: Process, inode: Inode): Credentials {
  const c = structuredClone(p.credentials);
  if (setsUser(k, inode)) c.euid = inode.uid;
  if (setsGroup(k, inode)) c.egid = inode.gid;
  c.suid = c.euid;
  c.sgid = c.egid;
  return c;
}

/** The point of no return: nothing from here on sleeps or fails. */
function commit(k: Kernel, p: Process, program: NewProgram): void {
  const { space, stack, inode, path } = program;
  releaseSpace(k, p);
  p.space = space;
  activate(k, space, bootHart(k));
  placeStack(space, stack);
  if (p.program.inode !== null) stopExecuting(k, p.program.inode);
  p.program = {
    path: describePath(k, inode),
    inode,
    arguments: stack.bytes.slice(stack.argumentsStart - stack.sp, stack.argumentsEnd - stack.sp),
    environment: stack.bytes.slice(stack.argumentsEnd - stack.sp, stack.environmentEnd - stack.sp),
    auxiliary: stack.auxiliary,
  };
  p.name = path.slice(path.lastIndexOf("/") + 1).slice(0, NAME_BYTES);
  p.dumpable = isDumpable(p, program);
  p.credentials = program.credentials;
  p.personality = program.personality;
  k.machine.random.state.set(program.random.state);
  closeOnExec(k, p);
  resetSignals(p.signals);
  p.executed = true;
  p.clearChildTid = 0;
  p.exitSignal = signalNumber("SIGCHLD");
  const x = new BigInt64Array(32);
  x[REGISTER.sp] = BigInt(stack.sp);
  setRegisters(k, p, { x, pc: BigInt(program.entry) });
  if (hearsOfDeaths(k)) {
    const { argv, bias } = program;
    emitDeath(k, { type: "exec", pid: p.pid, path: p.program.path, argv, bias });
  }
}

/** prctl(2), PR_SET_DUMPABLE: not a program that got or has other ids, nor one that the caller could not read. */
function isDumpable({ credentials: before }: Process, { credentials, inode }: NewProgram): boolean {
  const { uid, euid, gid, egid } = credentials;
  const keepsIds = before.euid === euid && before.egid === egid;
  return keepsIds && uid === euid && gid === egid && mayAccess(effectiveActor(before), inode, R_OK);
}

function placeStack({ layout }: AddressSpace, stack: BuiltStack): void {
  layout.stackStart = stack.sp;
  layout.argumentsStart = stack.argumentsStart;
  layout.argumentsEnd = stack.argumentsEnd;
  layout.environmentStart = stack.argumentsEnd;
  layout.environmentEnd = stack.environmentEnd;
}

/** Handlers are gone with the code they were in; ignored signals stay ignored. */
function resetSignals(s: SignalState): void {
  const fresh = newSignalState();
  s.actions = s.actions.map((action, signo) =>
    action.handler === SIG_IGN ? { ...fresh.actions[signo], handler: SIG_IGN } : fresh.actions[signo],
  );
  s.alternateStack = fresh.alternateStack;
}
