/**
 * UART: a 16550A at infinite speed: a byte written is sent, a byte given by the host has arrived. Registers are bytes.
 *
 *   offset  read                       write                      with LCR.DLAB
 *   0       RBR receive buffer         THR transmit holding       DLL divisor, low
 *   1       IER interrupt enable       IER                        DLM divisor, high
 *   2       IIR interrupt identity     FCR FIFO control
 *   3       LCR line control           LCR
 *   4       MCR modem control          MCR
 *   5       LSR line status            refused
 *   6       MSR modem status           refused
 *   7       SCR scratch                SCR
 *
 * The other end of the line is the host: `receive` and `hangUp` on one side, the sink on the other.
 *
 * (1) DCD (carrier) is high until the line has been hung up and every received byte has been read: low means end of input.
 * (2) The interrupt line is high exactly while IIR shows a source.
 *
 * Source: PC16550D data sheet, section 8.
 */

import type { Device, InterruptLine } from "./device.ts";

/** Offsets of the registers. */
export const UART = {
  RBR: 0,
  THR: 0,
  DLL: 0,
  IER: 1,
  DLM: 1,
  IIR: 2,
  FCR: 2,
  LCR: 3,
  MCR: 4,
  LSR: 5,
  MSR: 6,
  SCR: 7,
} as const;

/** Bits of the registers. */
export const IER = { received: 1, transmitterEmpty: 2, lineStatus: 4, modemStatus: 8 } as const;
export const IIR = {
  none: 0x01,
  modemStatus: 0x00,
  transmitterEmpty: 0x02,
  received: 0x04,
  timeout: 0x0c,
  fifosEnabled: 0xc0,
} as const;
export const FCR = { enable: 0x01, clearReceiver: 0x02, clearTransmitter: 0x04, triggerShift: 6 } as const;
export const LCR = { DLAB: 0x80 } as const;
export const MCR = { DTR: 0x01, RTS: 0x02, OUT1: 0x04, OUT2: 0x08, loopback: 0x10 } as const;
export const LSR = { dataReady: 0x01, holdingEmpty: 0x20, transmitterEmpty: 0x40 } as const;
export const MSR = {
  DCTS: 0x01,
  DDSR: 0x02,
  TERI: 0x04,
  DDCD: 0x08,
  CTS: 0x10,
  DSR: 0x20,
  RI: 0x40,
  DCD: 0x80,
} as const;

/** Bytes in the receiver at which it interrupts, by FCR bits 7:6. */
const TRIGGER_LEVELS = [1, 4, 8, 14] as const;

/** Bytes that are collected before the sink is called; `flush` sends what there is. */
const OUTPUT_BYTES = 1024;

interface Saved {
  ier: number;
  fcr: number;
  lcr: number;
  mcr: number;
  scr: number;
  divisor: number;
  /** MSR as last read or computed, its delta bits included. */
  msr: number;
  /** The transmitter-empty interrupt waits: THR has become empty, or its enabling bit was set. */
  emptyPending: boolean;
  hungUp: boolean;
  /** Received bytes not yet read are input[inputAt..]. */
  input: Uint8Array;
  inputAt: number;
}

export class Uart implements Device {
  private state: Saved = {
    ier: 0,
    fcr: 0,
    lcr: 0,
    mcr: 0,
    scr: 0,
    divisor: 0,
    msr: MSR.DCD | MSR.DSR | MSR.CTS,
    emptyPending: false,
    hungUp: false,
    input: new Uint8Array(0),
    inputAt: 0,
  };
  private readonly output = new Uint8Array(OUTPUT_BYTES);
  private outputLength = 0;

  /** @param sink takes what the guest sends; the array is its to keep */
  constructor(
    private readonly line: InterruptLine,
    private readonly sink: (bytes: Uint8Array) => void,
  ) {}

  /** Bytes arrive on the line. Those that come after `hangUp` are lost. */
  receive(bytes: Uint8Array): void {
    const s = this.state;
    if (s.hungUp || bytes.length === 0) return;
    const waiting = s.input.subarray(s.inputAt);
    const joined = new Uint8Array(waiting.length + bytes.length);
    joined.set(waiting);
    joined.set(bytes, waiting.length);
    s.input = joined;
    s.inputAt = 0;
    this.update();
  }

  /** No more bytes will come. DCD falls once what has come is read. */
  hangUp(): void {
    this.state.hungUp = true;
    this.update();
  }

  /** Received bytes that the guest has not read. */
  get unread(): number {
    return this.state.input.length - this.state.inputAt;
  }

  /** Bytes that `flush` would hand on. */
  get collected(): number {
    return this.outputLength;
  }

  /** Hands the collected output to the sink. */
  flush(): void {
    if (this.outputLength === 0) return;
    const bytes = this.output.slice(0, this.outputLength);
    this.outputLength = 0;
    this.sink(bytes);
  }

  /** Modem lines as they are: from the host, or in loopback from MCR (data sheet, section 8.7). */
  private modemLines(): number {
    const { mcr, hungUp } = this.state;
    if ((mcr & MCR.loopback) === 0) return MSR.CTS | MSR.DSR | (hungUp && this.unread === 0 ? 0 : MSR.DCD);
    const pairs = [
      [MCR.RTS, MSR.CTS],
      [MCR.DTR, MSR.DSR],
      [MCR.OUT1, MSR.RI],
      [MCR.OUT2, MSR.DCD],
    ] as const;
    return pairs.reduce((lines, [control, status]) => lines | (mcr & control ? status : 0), 0);
  }

  /** Brings MSR's lines and delta bits and the interrupt line up to date; called after every change. */
  private update(): void {
    const s = this.state;
    const lines = this.modemLines();
    const changed = (s.msr ^ lines) & 0xf0;
    const ringEnded = s.msr & ~lines & MSR.RI ? MSR.TERI : 0;
    s.msr = lines | (s.msr & 0x0f) | ((changed >> 4) & (MSR.DCTS | MSR.DDSR | MSR.DDCD)) | ringEnded;
    this.line.set(this.interruptIdentity() !== IIR.none);
  }

  /** The source of highest priority, without the FIFO bits (data sheet, table IV). */
  private interruptIdentity(): number {
    const { ier, fcr, msr, emptyPending } = this.state;
    if (ier & IER.received && this.unread > 0) {
      const trigger = fcr & FCR.enable ? TRIGGER_LEVELS[fcr >> FCR.triggerShift] : 1;
      // Below the trigger level the character timeout is what interrupts; at infinite speed it is at once.
      return this.unread >= trigger ? IIR.received : IIR.timeout;
    }
    if (ier & IER.transmitterEmpty && emptyPending) return IIR.transmitterEmpty;
    if (ier & IER.modemStatus && msr & 0x0f) return IIR.modemStatus;
    return IIR.none;
  }

  private transmit(byte: number): void {
    this.state.emptyPending = true;
    if (this.state.mcr & MCR.loopback) {
      this.state.input = Uint8Array.of(...this.state.input.subarray(this.state.inputAt), byte);
      this.state.inputAt = 0;
      return;
    }
    this.output[this.outputLength++] = byte;
    if (this.outputLength === OUTPUT_BYTES) this.flush();
  }

  read(offset: number, width: number): number | null {
    const value = this.peek(offset, width);
    const s = this.state;
    if (value === null) return null;
    if (offset === UART.RBR && !(s.lcr & LCR.DLAB) && this.unread > 0) s.inputAt++;
    if (offset === UART.IIR && this.interruptIdentity() === IIR.transmitterEmpty) s.emptyPending = false;
    if (offset === UART.MSR) s.msr &= 0xf0;
    this.update();
    return value;
  }

  write(offset: number, width: number, value: number): boolean {
    if (width !== 1 || offset < 0 || offset > UART.SCR || offset === UART.LSR || offset === UART.MSR) return false;
    const s = this.state;
    const divisor = (s.lcr & LCR.DLAB) !== 0;
    if (offset === UART.DLL && divisor) s.divisor = (s.divisor & 0xff00) | value;
    else if (offset === UART.DLM && divisor) s.divisor = (s.divisor & 0x00ff) | (value << 8);
    else if (offset === UART.THR) this.transmit(value);
    else if (offset === UART.IER) this.enableInterrupts(value & 0x0f);
    else if (offset === UART.FCR) this.controlFifos(value);
    else if (offset === UART.LCR) s.lcr = value;
    else if (offset === UART.MCR) s.mcr = value & 0x1f;
    else s.scr = value;
    this.update();
    return true;
  }

  private enableInterrupts(ier: number): void {
    // The transmitter is always empty, so enabling its interrupt raises it (as QEMU's and real parts do).
    if (ier & ~this.state.ier & IER.transmitterEmpty) this.state.emptyPending = true;
    this.state.ier = ier;
  }

  private controlFifos(fcr: number): void {
    // Changing the enabling bit clears both FIFOs (data sheet, section 8.5).
    const cleared = fcr & FCR.clearReceiver || (fcr ^ this.state.fcr) & FCR.enable;
    if (cleared) this.state.inputAt = this.state.input.length;
    this.state.fcr = fcr & FCR.enable ? fcr & ~(FCR.clearReceiver | FCR.clearTransmitter) : 0;
  }

  peek(offset: number, width: number): number | null {
    if (width !== 1) return null;
    const s = this.state;
    const divisor = (s.lcr & LCR.DLAB) !== 0;
    switch (offset) {
      case UART.RBR:
        return divisor ? s.divisor & 0xff : (s.input[s.inputAt] ?? 0);
      case UART.IER:
        return divisor ? s.divisor >> 8 : s.ier;
      case UART.IIR:
        return this.interruptIdentity() | (s.fcr & FCR.enable ? IIR.fifosEnabled : 0);
      case UART.LCR:
        return s.lcr;
      case UART.MCR:
        return s.mcr;
      case UART.LSR:
        return LSR.holdingEmpty | LSR.transmitterEmpty | (this.unread > 0 ? LSR.dataReady : 0);
      case UART.MSR:
        return s.msr;
      case UART.SCR:
        return s.scr;
      default:
        return null;
    }
  }

  save(): unknown {
    return structuredClone(this.state);
  }

  restore(saved: unknown): void {
    this.state = structuredClone(saved as Saved);
    this.outputLength = 0;
  }
}
