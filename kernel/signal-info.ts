/**
 * siginfo_t: 128 bytes, of which the fields depend on how the signal came about. sigaction(2).
 */
import { CONSTANTS, STRUCTURES } from "./abi.ts";
import { type SignalInfo, signalNumber } from "./signal-state.ts";

const { size, fields } = STRUCTURES.siginfo;
const SIGCHLD = signalNumber("SIGCHLD");

/** The bytes of siginfo_t for a signal. */
export function encodeSignalInfo(signo: number, info: SignalInfo): Uint8Array {
  const words = new Int32Array(size / 4);
  putSignalInfo(words, 0, signo, info);
  return new Uint8Array(words.buffer);
}

/** Puts the siginfo_t for a signal into `words` from `at` on, which are 0. */
export function putSignalInfo(words: Int32Array, at: number, signo: number, info: SignalInfo): void {
  if (info.raw) words.set(new Int32Array(info.raw.buffer, info.raw.byteOffset, size / 4), at);
  words[at + fields.si_signo[0] / 4] = signo;
  if (info.raw) return;
  words[at + fields.si_code[0] / 4] = info.code;
  if (info.address !== undefined) {
    putExact(words, at + fields.si_addr[0] / 4, info.address);
    return;
  }
  words[at + fields.si_pid[0] / 4] = info.pid ?? 0;
  words[at + fields.si_uid[0] / 4] = info.uid ?? 0;
  if (signo === SIGCHLD && info.status !== undefined) {
    words[at + fields.si_status[0] / 4] = info.status;
    putExact(words, at + fields.si_utime[0] / 4, BigInt(info.utime ?? 0));
    putExact(words, at + fields.si_stime[0] / 4, BigInt(info.stime ?? 0));
  }
}

function putExact(words: Int32Array, at: number, value: bigint): void {
  words[at] = Number(BigInt.asIntN(32, value));
  words[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

/** The kernel's own view of a siginfo_t that rt_sigqueueinfo(2) brings: the bytes are passed on as they are. */
export function decodeSignalInfo(bytes: Uint8Array): SignalInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const at = (name: "si_code" | "si_pid") => view.getInt32(fields[name][0], true);
  return { code: at("si_code"), pid: at("si_pid"), uid: view.getUint32(fields.si_uid[0], true), raw: bytes.slice() };
}

/** Does the code say that the kernel itself sent it? Programs may not claim that to others. */
export function claimsKernel(code: number): boolean {
  return code >= 0 || code === CONSTANTS.signalCode.SI_TKILL;
}
