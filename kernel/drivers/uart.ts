/**
 * Driver of the serial lines (16550A): uart0 is the console, uart1 the host's standard input and output, uart2 its
 * standard error. Input is left in the device until whoever reads it has room; output is written at once, since the
 * device's transmitter is always empty.
 *
 * Registers: cpu/devices/uart.ts.
 */
import { FCR, IER, LSR, MCR, MSR, UART } from "../../cpu/devices/uart.ts";
import { MEMORY_MAP } from "../../cpu/machine.ts";
import type { Kernel } from "../kernel.ts";
import { enableInterrupt } from "./plic.ts";

/** The rows of the memory map that are serial lines, by number. */
export const UART_ROWS = [MEMORY_MAP.uart0, MEMORY_MAP.uart1, MEMORY_MAP.uart2] as const;

/** FIFOs on, DTR and RTS raised, interrupts for input and for the carrier. */
export function startUart(k: Kernel, number: number): void {
  const { base, irq } = UART_ROWS[number];
  k.machine.bus.write(base + UART.FCR, 1, FCR.enable);
  k.machine.bus.write(base + UART.MCR, 1, MCR.DTR | MCR.RTS | MCR.OUT2);
  listenForInput(k, number, true);
  enableInterrupt(k, irq);
}

/** Whether arriving bytes interrupt. Off while nobody has room for them: the device keeps them. */
export function listenForInput(k: Kernel, number: number, on: boolean): void {
  k.machine.bus.write(UART_ROWS[number].base + UART.IER, 1, IER.modemStatus | (on ? IER.received : 0));
}

/** The next byte that has arrived, or -1. */
export function receiveByte(k: Kernel, number: number): number {
  const { base } = UART_ROWS[number];
  if ((k.machine.bus.read(base + UART.LSR, 1) & LSR.dataReady) === 0) return -1;
  return k.machine.bus.read(base + UART.RBR, 1);
}

/** Is there a byte to receive? */
export function hasInput(k: Kernel, number: number): boolean {
  return (k.machine.bus.read(UART_ROWS[number].base + UART.LSR, 1) & LSR.dataReady) !== 0;
}

/** Has the line been hung up and is all of its input read? Reading MSR ends the modem-status interrupt. */
export function carrierLost(k: Kernel, number: number): boolean {
  return (k.machine.bus.read(UART_ROWS[number].base + UART.MSR, 1) & MSR.DCD) === 0;
}

/** Sends bytes. */
export function transmit(k: Kernel, number: number, bytes: Uint8Array): void {
  const register = UART_ROWS[number].base + UART.THR;
  for (const byte of bytes) k.machine.bus.write(register, 1, byte);
}
