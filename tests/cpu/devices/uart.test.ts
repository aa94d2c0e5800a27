import { describe, expect, test } from "vitest";
import { FCR, IER, IIR, LCR, LSR, MCR, MSR, UART, Uart } from "../../../cpu/devices/uart.ts";

function prepare() {
  const line = {
    high: false,
    set(high: boolean) {
      this.high = high;
    },
  };
  const sent: string[] = [];
  const uart = new Uart(line, (bytes) => sent.push(new TextDecoder().decode(bytes)));
  const write = (register: number, value: number) => expect(uart.write(register, 1, value)).toBe(true);
  const read = (register: number) => uart.read(register, 1);
  const receive = (text: string) => uart.receive(new TextEncoder().encode(text));
  return { uart, line, sent, write, read, receive };
}

describe("output", () => {
  test("goes to the sink in order, at the latest when it is flushed", () => {
    const { uart, sent, write } = prepare();
    for (const byte of new TextEncoder().encode("hello")) write(UART.THR, byte);
    uart.flush();
    expect(sent.join("")).toBe("hello");
    for (let i = 0; i < 5000; i++) write(UART.THR, 0x78);
    uart.flush();
    uart.flush();
    expect(sent.join("").length).toBe(5005);
  });
  test("the transmitter is always empty", () => {
    const { read, write } = prepare();
    write(UART.THR, 1);
    expect(read(UART.LSR)).toBe(LSR.holdingEmpty | LSR.transmitterEmpty);
  });
});

describe("input", () => {
  test("bytes are read in order, data ready shows while there are some, and an empty buffer reads 0", () => {
    const { read, receive, uart } = prepare();
    receive("ab");
    receive("c");
    const bytes: (number | null)[] = [];
    while (read(UART.LSR)! & LSR.dataReady) bytes.push(read(UART.RBR));
    expect(bytes).toEqual([0x61, 0x62, 0x63]);
    expect(read(UART.RBR)).toBe(0);
    expect(uart.unread).toBe(0);
  });
  test("peek takes no byte", () => {
    const { uart, read, receive } = prepare();
    receive("xy");
    expect([uart.peek(UART.RBR, 1), uart.peek(UART.RBR, 1), read(UART.RBR)]).toEqual([0x78, 0x78, 0x78]);
  });
  test("carrier falls only when the line is hung up and all is read", () => {
    const { uart, read, receive } = prepare();
    receive("a");
    uart.hangUp();
    expect(read(UART.MSR)! & MSR.DCD).toBe(MSR.DCD);
    read(UART.RBR);
    expect(read(UART.MSR)).toBe(MSR.CTS | MSR.DSR | MSR.DDCD);
    expect(read(UART.MSR)).toBe(MSR.CTS | MSR.DSR);
    receive("lost");
    expect(uart.unread).toBe(0);
  });
  test("clearing the receiver's FIFO drops what has come", () => {
    const { uart, write, receive } = prepare();
    receive("abc");
    write(UART.FCR, FCR.enable | FCR.clearReceiver);
    expect(uart.unread).toBe(0);
  });
});

describe("interrupts", () => {
  test("none is raised that is not enabled", () => {
    const { line, read, receive, uart } = prepare();
    receive("a");
    uart.hangUp();
    expect(line.high).toBe(false);
    expect(read(UART.IIR)).toBe(IIR.none);
  });
  test("received data: the line falls when the last byte is read", () => {
    const { line, read, write, receive } = prepare();
    write(UART.IER, IER.received);
    receive("ab");
    expect([line.high, read(UART.IIR)]).toEqual([true, IIR.received]);
    read(UART.RBR);
    expect(line.high).toBe(true);
    read(UART.RBR);
    expect(line.high).toBe(false);
  });
  test("below the FIFO's trigger level it is the character timeout", () => {
    const { read, write, receive } = prepare();
    write(UART.IER, IER.received);
    write(UART.FCR, FCR.enable | (2 << FCR.triggerShift));
    receive("1234567");
    expect(read(UART.IIR)).toBe(IIR.timeout | IIR.fifosEnabled);
    receive("8");
    expect(read(UART.IIR)).toBe(IIR.received | IIR.fifosEnabled);
  });
  test("transmitter empty: raised by enabling it and by writing, taken back by reading IIR", () => {
    const { line, read, write } = prepare();
    write(UART.IER, IER.transmitterEmpty);
    expect(read(UART.IIR)).toBe(IIR.transmitterEmpty);
    expect([line.high, read(UART.IIR)]).toEqual([false, IIR.none]);
    write(UART.THR, 0x41);
    expect(line.high).toBe(true);
  });
  test("modem status: raised by the carrier's fall, taken back by reading MSR", () => {
    const { uart, line, read, write } = prepare();
    write(UART.IER, IER.modemStatus);
    uart.hangUp();
    expect([line.high, read(UART.IIR)]).toEqual([true, IIR.modemStatus]);
    read(UART.MSR);
    expect(line.high).toBe(false);
  });
  test("received data comes before transmitter empty", () => {
    const { read, write, receive } = prepare();
    write(UART.IER, IER.received | IER.transmitterEmpty);
    receive("a");
    expect(read(UART.IIR)).toBe(IIR.received);
    read(UART.RBR);
    expect(read(UART.IIR)).toBe(IIR.transmitterEmpty);
  });
});

describe("registers", () => {
  test("DLAB shows the divisor in the place of data and interrupt enable", () => {
    const { read, write, uart, sent } = prepare();
    write(UART.LCR, LCR.DLAB | 3);
    write(UART.DLL, 0x34);
    write(UART.DLM, 0x12);
    expect([read(UART.DLL), read(UART.DLM)]).toEqual([0x34, 0x12]);
    write(UART.LCR, 3);
    expect([read(UART.RBR), read(UART.IER), read(UART.LCR)]).toEqual([0, 0, 3]);
    uart.flush();
    expect(sent).toEqual([]);
  });
  test("the scratch register keeps what is written, IER and MCR only their bits", () => {
    const { read, write } = prepare();
    write(UART.SCR, 0xa5);
    write(UART.IER, 0xf0);
    write(UART.MCR, 0xe3);
    expect([read(UART.SCR), read(UART.IER), read(UART.MCR)]).toEqual([0xa5, 0, 3]);
  });
  test("in loopback what is sent is received, and MCR drives MSR", () => {
    const { read, write, uart, sent } = prepare();
    write(UART.MCR, MCR.loopback | MCR.DTR | MCR.OUT2);
    write(UART.THR, 0x5a);
    expect(read(UART.RBR)).toBe(0x5a);
    expect(read(UART.MSR)! & 0xf0).toBe(MSR.DSR | MSR.DCD);
    uart.flush();
    expect(sent).toEqual([]);
  });
  test("status registers refuse writes, and only bytes are accepted", () => {
    const { uart } = prepare();
    expect([uart.write(UART.LSR, 1, 0), uart.write(UART.MSR, 1, 0), uart.write(8, 1, 0), uart.write(0, 4, 0)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect([uart.read(8, 1), uart.read(0, 4), uart.peek(9, 1)]).toEqual([null, null, null]);
  });
});
