/**
 * The frame that a signal handler finds on its stack, struct rt_sigframe of riscv64 Linux, and the way back through
 * rt_sigreturn:
 *
 *   sp + 0     siginfo   128 bytes    a1 of the handler
 *   sp + 128   ucontext  960 bytes    a2: alternate stack, mask, pc, x1 to x31, floating-point state
 *
 * ra of the handler is the trampoline page, whose code is rt_sigreturn(): `li a7, 139; ecall`.
 *
 * (1) rt_sigreturn believes nothing in the frame: it sets the caller's own registers, mask and alternate stack only.
 * (2) The words behind the floating-point state announce extensions: written as zero, refused when not zero. The state
 *     itself is left as it lies there, as Linux does on a hart without one.
 *
 * Source: Linux 6.1 arch/riscv/kernel/signal.c, include/uapi/asm/ucontext.h and ptrace.h.
 */
import type { Ram } from "../cpu/ram.ts";
import { CONSTANTS, FLAGS, STRUCTURES, SYSCALLS } from "./abi.ts";
import { Errno, errno } from "./errno.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { jump, jumpTo, putPc, REGISTER, REGISTERS, registersOf, setNumber, stackPointer } from "./registers.ts";
import { putSignalInfo } from "./signal-info.ts";
import { setOfWords } from "./signal-set.ts";
import type { AlternateStack, PendingSignal, SignalAction, SignalState } from "./signal-state.ts";
import { block } from "./signal-state.ts";
import { copyInto, copyOut, openInPage, prepareUser } from "./usercopy.ts";

const UCONTEXT = STRUCTURES.siginfo.size;
const FRAME_SIZE = UCONTEXT + STRUCTURES.ucontext.size;
const { fields } = STRUCTURES.ucontext;
/** union __riscv_fp_state ends with three reserved words behind 64 doublewords and fcsr. */
const FP_RESERVED = fields.uc_fpregs[0] + 64 * 8 + 4;
const STACK_ALIGNMENT = 16;
const { SS_ONSTACK, SS_DISABLE, SS_AUTODISARM } = FLAGS.sigstack;

/** Where its parts are, in words of 32 bits. */
const STACK_SP = (UCONTEXT + fields.uc_stack_sp[0]) / 4;
const STACK_FLAGS = (UCONTEXT + fields.uc_stack_flags[0]) / 4;
const STACK_SIZE = (UCONTEXT + fields.uc_stack_size[0]) / 4;
const RESERVED = (UCONTEXT + FP_RESERVED) / 4;
const MASK = (UCONTEXT + fields.uc_sigmask[0]) / 4;
/** pc, and behind it x1 to x31. */
const PC = (UCONTEXT + fields.uc_pc[0]) / 4;

/**
 * Mostly a frame lies in one page, and is written and read where it is. These are for one that does not: kept, since nothing
 * else of a signal is as dear as new memory for it. What is in them means nothing afterwards.
 */
const divided = new Uint8Array(FRAME_SIZE);
const dividedMemory = { i32: new Int32Array(divided.buffer), u64: new BigUint64Array(divided.buffer) };

/** Machine code of the trampoline page: addi a7, zero, 139; ecall. Debuggers know a signal frame by these words. */
export const TRAMPOLINE_CODE = new Uint8Array(
  new Uint32Array([(SYSCALLS.rt_sigreturn.nr << 20) | (REGISTER.a7 << 7) | 0x13, 0x73]).buffer,
);

/** Does `sp` lie in the alternate stack? (Linux's on_sig_stack: the end counts, the start does not.) */
function onAlternateStack(s: SignalState, sp: number): boolean {
  const { sp: base, size, flags } = s.alternateStack;
  if ((flags & SS_AUTODISARM) !== 0) return false;
  return sp > base && sp - base <= size;
}

/** ss_flags as sigaltstack(2) shows them. */
export function alternateStackFlags(s: SignalState, sp: number): number {
  if (s.alternateStack.size === 0) return SS_DISABLE;
  return (onAlternateStack(s, sp) ? SS_ONSTACK : 0) | (s.alternateStack.flags & SS_AUTODISARM);
}

/** Where the frame goes, or null when it would run off the end of the alternate stack. */
function framePlace(s: SignalState, sp: number, saFlags: number): number | null {
  const onStack = onAlternateStack(s, sp);
  if (onStack && !onAlternateStack(s, sp - FRAME_SIZE)) return null;
  const { sp: base, size } = s.alternateStack;
  const switches = (saFlags & FLAGS.sigaction.SA_ONSTACK) !== 0 && !onStack && size !== 0;
  const top = switches ? base + size : sp;
  const place = top - FRAME_SIZE;
  return place - (place & (STACK_ALIGNMENT - 1));
}

/** Where a frame goes. */
export interface FramePlace {
  readonly va: number;
  /** Its offset in RAM, of a frame that lies in one page; else null. */
  readonly at: number | null;
}

/**
 * Makes room for a frame. May sleep, having changed nothing.
 * @returns null when there is no room: the process must get SIGSEGV
 */
export function prepareSignalFrame(k: Kernel, p: Process, saFlags: number): FramePlace | null {
  const va = framePlace(p.signals, stackPointer(k, p), saFlags);
  if (va === null || va <= 0 || !Number.isSafeInteger(va)) return null;
  const at = openInPage(k, p, va, FRAME_SIZE, "write");
  if (at === null && prepareUser(k, p, va, FRAME_SIZE, "write") < FRAME_SIZE) return null;
  return { va, at };
}

/** Writes the frame for `signal` at `place`, as prepared, and turns the registers to the handler. */
export function pushSignalFrame(
  k: Kernel,
  p: Process,
  signal: PendingSignal,
  handler: SignalAction["handler"],
  { va, at }: FramePlace,
): void {
  const s = p.signals;
  if (at === null) {
    divided.fill(0);
    encodeFrame(k, p, signal, dividedMemory, 0);
    copyOut(k, p, va, divided);
  } else encodeFrame(k, p, signal, k.machine.ram, at / 4);
  setNumber(k, p, REGISTER.ra, p.space!.layout.trampoline);
  setNumber(k, p, REGISTER.sp, va);
  setNumber(k, p, REGISTER.a0, signal.signo);
  setNumber(k, p, REGISTER.a1, va);
  setNumber(k, p, REGISTER.a2, va + UCONTEXT);
  jump(k, p, handler);
  if ((s.alternateStack.flags & SS_AUTODISARM) !== 0) s.alternateStack = { sp: 0, flags: SS_DISABLE, size: 0 };
}

/** What a frame is written to or read from, where it begins at a multiple of 8 bytes. */
type Memory = Pick<Ram, "i32" | "u64">;

/** Makes the words from `at` on the frame for `signal`. */
function encodeFrame(k: Kernel, p: Process, signal: PendingSignal, { i32: words, u64 }: Memory, at: number): void {
  words.fill(0, at, at + PC);
  // Few words need no fill.
  words[at + RESERVED] = 0;
  words[at + RESERVED + 1] = 0;
  words[at + RESERVED + 2] = 0;
  putSignalInfo(words, at, signal.signo, signal.info);
  const { alternateStack, restoreMask, blocked } = p.signals;
  putNumber(words, at + STACK_SP, alternateStack.sp);
  words[at + STACK_FLAGS] = alternateStack.flags;
  putNumber(words, at + STACK_SIZE, alternateStack.size);
  const { low, high } = restoreMask ?? blocked;
  words[at + MASK] = low;
  words[at + MASK + 1] = high;
  const { x } = registersOf(k, p);
  const first = (at + PC) / 2;
  for (let n = 1; n < REGISTERS; n++) u64[first + n] = x[n];
  putPc(k, p, words, at + PC);
}

function putNumber(words: Int32Array, at: number, value: number): void {
  words[at] = value;
  words[at + 1] = value / 2 ** 32;
}

function getNumber(words: Int32Array, at: number): number {
  return (words[at] >>> 0) + (words[at + 1] >>> 0) * 2 ** 32;
}

/**
 * rt_sigreturn: puts back what the frame at sp says.
 * @throws EFAULT when there is no frame, EINVAL when it is not one
 */
export function popSignalFrame(k: Kernel, p: Process): void {
  const place = stackPointer(k, p);
  const at = place % 8 === 0 ? openInPage(k, p, place, FRAME_SIZE, "read") : null;
  if (at === null) copyInto(k, p, place, divided);
  decodeFrame(k, p, at === null ? dividedMemory : k.machine.ram, at === null ? 0 : at / 4);
}

/** Makes `p` what the frame says. @throws EINVAL */
function decodeFrame(k: Kernel, p: Process, { i32: words, u64 }: Memory, at: number): void {
  const reserved = at + RESERVED;
  if ((words[reserved] | words[reserved + 1] | words[reserved + 2]) !== 0) throw errno("EINVAL");
  block(p.signals, setOfWords(words[at + MASK], words[at + MASK + 1]));
  const { x } = registersOf(k, p);
  const first = (at + PC) / 2;
  for (let n = 1; n < REGISTERS; n++) x[n] = u64[first + n];
  jumpTo(k, p, words[at + PC], words[at + PC + 1]);
  restoreAlternateStack(p.signals, stackPointer(k, p), {
    sp: getNumber(words, at + STACK_SP),
    flags: words[at + STACK_FLAGS] >>> 0,
    size: getNumber(words, at + STACK_SIZE),
  });
}

/** As Linux does, silently leaves the alternate stack alone when the frame's is not one that could be set now. */
function restoreAlternateStack(s: SignalState, sp: number, stack: AlternateStack): void {
  const now = s.alternateStack;
  if (stack.sp === now.sp && stack.flags === now.flags && stack.size === now.size) return;
  try {
    setAlternateStack(s, sp, stack);
  } catch (thrown) {
    // sigaltstack(2) would have failed; rt_sigreturn has nobody to tell.
    if (!(thrown instanceof Errno)) throw thrown;
  }
}

/** sigaltstack(2): EPERM while running on it, EINVAL for unknown flags, ENOMEM when it is too small. */
export function setAlternateStack(s: SignalState, sp: number, stack: AlternateStack): void {
  if (onAlternateStack(s, sp)) throw errno("EPERM");
  const mode = (stack.flags & ~SS_AUTODISARM) >>> 0;
  if (mode !== SS_DISABLE && mode !== SS_ONSTACK && mode !== 0) throw errno("EINVAL");
  if (mode === SS_DISABLE) {
    s.alternateStack = { sp: 0, flags: stack.flags, size: 0 };
    return;
  }
  if (stack.size < CONSTANTS.sigstackSize.MINSIGSTKSZ) throw errno("ENOMEM");
  s.alternateStack = { ...stack };
}
