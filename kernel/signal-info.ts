/**
 * siginfo_t: 128 bytes, of which the fields depend on how the signal came about. sigaction(2).
 */
import { CONSTANTS, STRUCTURES } from "./abi.ts";
import { type SignalInfo, signalNumber } from "./signal-state.ts";

const { size, fields } = STRUCTURES.siginfo;
const SIGCHLD = signalNumber("SIGCHLD");

/** The bytes of siginfo_t for a signal. */
export function encodeSignalInfo(signo: number, info: SignalInfo): Uint8Array {
  const bytes = new Uint8Array(size);
  putSignalInfo(new DataView(bytes.buffer), signo, info);
  return bytes;
}

/** Puts the siginfo_t for a signal at the start of `view`, whose bytes there are 0. */
export function putSignalInfo(view: DataView, signo: number, info: SignalInfo): void {
  if (info.raw) new Uint8Array(view.buffer, view.byteOffset).set(info.raw);
  view.setInt32(fields.si_signo[0], signo, true);
  if (info.raw) return;
  view.setInt32(fields.si_code[0], info.code, true);
  if (info.address !== undefined) {
    view.setBigUint64(fields.si_addr[0], BigInt.asUintN(64, info.address), true);
    return;
  }
  view.setInt32(fields.si_pid[0], info.pid ?? 0, true);
  view.setUint32(fields.si_uid[0], info.uid ?? 0, true);
  if (signo === SIGCHLD && info.status !== undefined) {
    view.setInt32(fields.si_status[0], info.status, true);
    view.setBigInt64(fields.si_utime[0], BigInt(info.utime ?? 0), true);
    view.setBigInt64(fields.si_stime[0], BigInt(info.stime ?? 0), true);
  }
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
