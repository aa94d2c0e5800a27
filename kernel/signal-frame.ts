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
 * (2) The words behind the floating-point state announce extensions: written as zero, refused when not zero.
 *
 * Source: Linux 6.1 arch/riscv/kernel/signal.c, include/uapi/asm/ucontext.h and ptrace.h.
 */
import { CONSTANTS, FLAGS, STRUCTURES, SYSCALLS } from "./abi.ts";
import { Errno, errno } from "./errno.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { exactPc, jump, REGISTER, REGISTERS, registersOf, setNumber, stackPointer } from "./registers.ts";
import { putSignalInfo } from "./signal-info.ts";
import type { AlternateStack, PendingSignal, SignalState } from "./signal-state.ts";
import { BLOCKABLE, updateAttention } from "./signal-state.ts";
import { copyInto, copyOut, prepareUser } from "./usercopy.ts";

const UCONTEXT = STRUCTURES.siginfo.size;
const FRAME_SIZE = UCONTEXT + STRUCTURES.ucontext.size;
const { fields } = STRUCTURES.ucontext;
/** union __riscv_fp_state ends with three reserved words behind 64 doublewords and fcsr. */
const FP_RESERVED = fields.uc_fpregs[0] + 64 * 8 + 4;
const STACK_ALIGNMENT = 16;
const { SS_ONSTACK, SS_DISABLE, SS_AUTODISARM } = FLAGS.sigstack;

/** A frame's bytes, and its ucontext as halves and whole words by index. */
function newFrame() {
  const bytes = new Uint8Array(FRAME_SIZE);
  const { buffer } = bytes;
  return {
    bytes,
    halves: new Uint32Array(buffer, UCONTEXT),
    words: new BigUint64Array(buffer, UCONTEXT),
    /** x1 to x31; the place of x0 is pc's. */
    x: new BigInt64Array(buffer, UCONTEXT + fields.uc_pc[0], REGISTERS),
  };
}

/**
 * The frames that are written and read now. Kept, since nothing else of a signal is as dear as new memory for them. Of the written one
 * only siginfo and the words below are ever touched, so all else in it is 0; what was read means nothing afterwards.
 */
const written = newFrame();
const writtenInfo = new DataView(written.bytes.buffer, 0, UCONTEXT);
const read = newFrame();

/** Indexes in `halves`, and in `words`. */
const STACK_SP = fields.uc_stack_sp[0] / 4;
const STACK_FLAGS = fields.uc_stack_flags[0] / 4;
const STACK_SIZE = fields.uc_stack_size[0] / 4;
const RESERVED = FP_RESERVED / 4;
const MASK = fields.uc_sigmask[0] / 8;
const PC = fields.uc_pc[0] / 8;

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

/**
 * Makes room for a frame. May sleep, having changed nothing.
 * @returns its address, or null when there is no room: the process must get SIGSEGV
 */
export function prepareSignalFrame(k: Kernel, p: Process, saFlags: number): number | null {
  const place = framePlace(p.signals, stackPointer(k, p), saFlags);
  if (place === null || place <= 0 || !Number.isSafeInteger(place)) return null;
  return prepareUser(k, p, place, FRAME_SIZE, "write") < FRAME_SIZE ? null : place;
}

/** Writes the frame for `signal` at `place`, which is prepared, and turns the registers to the handler. */
export function pushSignalFrame(k: Kernel, p: Process, signal: PendingSignal, handler: bigint, place: number): void {
  const s = p.signals;
  encodeFrame(k, p, signal);
  copyOut(k, p, place, written.bytes);
  setNumber(k, p, REGISTER.ra, p.space!.layout.trampoline);
  setNumber(k, p, REGISTER.sp, place);
  setNumber(k, p, REGISTER.a0, signal.signo);
  setNumber(k, p, REGISTER.a1, place);
  setNumber(k, p, REGISTER.a2, place + UCONTEXT);
  jump(k, p, handler);
  if ((s.alternateStack.flags & SS_AUTODISARM) !== 0) s.alternateStack = { sp: 0, flags: SS_DISABLE, size: 0 };
}

function encodeFrame(k: Kernel, p: Process, signal: PendingSignal): void {
  const { bytes, halves, words, x } = written;
  bytes.fill(0, 0, UCONTEXT);
  putSignalInfo(writtenInfo, signal.signo, signal.info);
  const { alternateStack, restoreMask, blocked } = p.signals;
  putNumber(halves, STACK_SP, alternateStack.sp);
  halves[STACK_FLAGS] = alternateStack.flags;
  putNumber(halves, STACK_SIZE, alternateStack.size);
  words[MASK] = restoreMask ?? blocked;
  x.set(registersOf(k, p).x);
  words[PC] = exactPc(k, p);
}

function putNumber(halves: Uint32Array, at: number, value: number): void {
  halves[at] = value;
  halves[at + 1] = value / 2 ** 32;
}

function getNumber(halves: Uint32Array, at: number): number {
  return halves[at] + halves[at + 1] * 2 ** 32;
}

/**
 * rt_sigreturn: puts back what the frame at sp says.
 * @throws EFAULT when there is no frame, EINVAL when it is not one
 */
export function popSignalFrame(k: Kernel, p: Process): void {
  const { bytes, halves, words, x } = read;
  copyInto(k, p, stackPointer(k, p), bytes);
  if ((halves[RESERVED] | halves[RESERVED + 1] | halves[RESERVED + 2]) !== 0) throw errno("EINVAL");
  p.signals.blocked = words[MASK] & BLOCKABLE;
  updateAttention(p.signals);
  jump(k, p, words[PC]);
  x[0] = 0n;
  registersOf(k, p).x.set(x);
  restoreAlternateStack(p.signals, stackPointer(k, p), {
    sp: getNumber(halves, STACK_SP),
    flags: halves[STACK_FLAGS],
    size: getNumber(halves, STACK_SIZE),
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
