/**
 * Terminal attributes: struct termios as the kernel keeps it, as it lies in user memory, and as a terminal begins.
 * termios(3), Linux's asm-generic/termbits.h.
 */
import { CONSTANTS, STRUCTURES } from "../abi.ts";
import type { Termios } from "./types.ts";

const T = CONSTANTS.termios;
const { size, fields } = STRUCTURES.termios;
/** NCCS. */
const CONTROL_CHARACTERS = 19;

const control = (letter: string) => letter.charCodeAt(0) & 0x1f;
const DELETE = 0x7f;

/** As a Linux serial console begins, UTF-8. CLOCAL: the end of input is no hang-up. */
export function initialTermios(): Termios {
  const cc = new Uint8Array(CONTROL_CHARACTERS);
  cc[T.VINTR] = control("C");
  cc[T.VQUIT] = control("\\");
  cc[T.VERASE] = DELETE;
  cc[T.VKILL] = control("U");
  cc[T.VEOF] = control("D");
  cc[T.VMIN] = 1;
  cc[T.VSTART] = control("Q");
  cc[T.VSTOP] = control("S");
  cc[T.VSUSP] = control("Z");
  cc[T.VREPRINT] = control("R");
  cc[T.VWERASE] = control("W");
  cc[T.VLNEXT] = control("V");
  return {
    iflag: T.ICRNL | T.IXON | T.IUTF8,
    oflag: T.OPOST | T.ONLCR,
    cflag: T.B38400 | T.CS8 | T.CREAD | T.HUPCL | T.CLOCAL,
    lflag: T.ISIG | T.ICANON | T.ECHO | T.ECHOE | T.ECHOK | T.ECHOCTL | T.ECHOKE | T.IEXTEN,
    line: 0,
    cc,
  };
}

/** The bytes of struct termios. */
export function encodeTermios(termios: Termios): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(fields.c_iflag[0], termios.iflag, true);
  view.setUint32(fields.c_oflag[0], termios.oflag, true);
  view.setUint32(fields.c_cflag[0], termios.cflag, true);
  view.setUint32(fields.c_lflag[0], termios.lflag, true);
  view.setUint8(fields.c_line[0], termios.line);
  bytes.set(termios.cc, fields.c_cc[0]);
  return bytes;
}

export function decodeTermios(bytes: Uint8Array): Termios {
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  return {
    iflag: view.getUint32(fields.c_iflag[0], true),
    oflag: view.getUint32(fields.c_oflag[0], true),
    cflag: view.getUint32(fields.c_cflag[0], true),
    lflag: view.getUint32(fields.c_lflag[0], true),
    line: view.getUint8(fields.c_line[0]),
    cc: bytes.slice(fields.c_cc[0], fields.c_cc[0] + CONTROL_CHARACTERS),
  };
}

/** Is `byte` the control character with this V... index? 0 disables one (_POSIX_VDISABLE). */
export function isControl(termios: Termios, index: number, byte: number): boolean {
  return byte !== 0 && termios.cc[index] === byte;
}
