/**
 * The host's standard streams, for a program that runs without a terminal: /dev/hostin, /dev/hostout and /dev/hosterr on
 * uart1 and uart2. Bytes go through as they are.
 *
 * (1) Input stays in the device until it is read. The device interrupts for input only while somebody waits for it.
 */
import { FLAGS } from "../abi.ts";
import { carrierLost, hasInput, listenForInput, receiveByte, transmit } from "../drivers/uart.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { sleep, wakeup } from "../sleep.ts";
import type { FileOperations, Readiness } from "./file-kind.ts";
import type { OpenFile } from "./types.ts";
import { byPages, prepare, put, take, type UserBuffer } from "./user-buffer.ts";

/** The serial lines. */
export const STREAM_UART = 1;
const ERROR_UART = 2;
/** Most that one read takes: a page, as a pipe's reader would see. */
const READ_MOST = 65536;
const { O_NONBLOCK } = FLAGS.open;
const { POLLIN, POLLOUT, POLLHUP, POLLRDNORM, POLLWRNORM } = FLAGS.poll;

/** uart1 interrupts: whoever waits looks again. */
export function streamInterrupt(k: Kernel): void {
  listenForInput(k, STREAM_UART, false);
  noticeEnd(k);
  wakeup(k, k.fs.stream.readable);
}

function noticeEnd(k: Kernel): void {
  if (!hasInput(k, STREAM_UART) && carrierLost(k, STREAM_UART)) k.fs.stream.ended = true;
}

function read(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number {
  if (buffer.length === 0) return 0;
  if (!hasInput(k, STREAM_UART)) {
    noticeEnd(k);
    if (k.fs.stream.ended) return 0;
    if (file.flags & O_NONBLOCK) throw errno("EAGAIN");
    listenForInput(k, STREAM_UART, true);
    sleep(k, p, k.fs.stream.readable);
  }
  const usable = prepare(k, p, buffer, 0, Math.min(buffer.length, READ_MOST), "write");
  const bytes: number[] = [];
  while (bytes.length < usable) {
    const byte = receiveByte(k, STREAM_UART);
    if (byte < 0) break;
    bytes.push(byte);
  }
  put(k, p, buffer, 0, Uint8Array.from(bytes));
  return bytes.length;
}

function writeTo(uart: number): NonNullable<FileOperations["write"]> {
  return (k, p, _file, buffer) =>
    byPages(p, 0, buffer.length, (_at, done, most) => {
      const usable = prepare(k, p, buffer, done, most, "read");
      transmit(k, uart, take(k, p, buffer, done, usable));
      return usable;
    });
}

function pollInput(k: Kernel): Readiness {
  const ready = hasInput(k, STREAM_UART);
  noticeEnd(k);
  if (!ready) listenForInput(k, STREAM_UART, true);
  const events = (ready || k.fs.stream.ended ? POLLIN | POLLRDNORM : 0) | (k.fs.stream.ended ? POLLHUP : 0);
  return { events, channels: [k.fs.stream.readable] };
}

const pollOutput = (): Readiness => ({ events: POLLOUT | POLLWRNORM, channels: [] });

export const hostInputOperations: FileOperations = { read, seek: "none", poll: pollInput };
export const hostOutputOperations: FileOperations = { write: writeTo(STREAM_UART), seek: "none", poll: pollOutput };
export const hostErrorOperations: FileOperations = { write: writeTo(ERROR_UART), seek: "none", poll: pollOutput };
