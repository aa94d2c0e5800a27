/** Helpers for the files of /proc: columns, numbers, processes as proc(5) shows them. */
import { CYCLES_PER_SECOND } from "../../../cpu/costs.ts";
import type { Process } from "../../process.ts";
import type { ByteString } from "../types.ts";

/** USER_HZ: the clock ticks of /proc. */
const TICKS_PER_SECOND = 100;

export function ticks(cycles: number): number {
  return Math.floor(cycles / (CYCLES_PER_SECOND / TICKS_PER_SECOND));
}

/** "12.34": seconds with two digits, rounded down. */
export function hundredths(cycles: number): string {
  const n = ticks(cycles);
  return `${Math.floor(n / TICKS_PER_SECOND)}.${String(n % TICKS_PER_SECOND).padStart(2, "0")}`;
}

/** Bytes as a whole number of KiB. */
export const kibibytes = (bytes: number) => Math.floor(bytes / 1024);

/** The bytes of a text of which each character is a byte. */
export function bytesOf(text: ByteString): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Bytes as a text of which each character is a byte. */
export const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** The letter of /proc/PID/stat and ps, and its name in status. */
export function stateOf(p: Process): { letter: string; name: string } {
  switch (p.state) {
    case "sleeping":
      return p.sleep?.interruptible === false ? { letter: "D", name: "disk sleep" } : { letter: "S", name: "sleeping" };
    case "stopped":
      return { letter: "T", name: "stopped" };
    case "zombie":
      return { letter: "Z", name: "zombie" };
    case "reaped":
      return { letter: "X", name: "dead" };
    default:
      return { letter: "R", name: "running" };
  }
}
