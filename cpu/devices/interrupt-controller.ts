/**
 * Interrupt controller: a PLIC. Gathers the devices' request lines into each hart's external interrupt.
 *
 *   offset              width  register
 *   0x00_0000 + 4*irq     4    priority of source irq, 0 (never) to 7; 1 after reset
 *   0x00_1000             4    pending: bit irq; read only
 *   0x00_2000 + 0x80*h    4    enable of hart h: bit irq
 *   0x20_0000 + 0x1000*h  4    threshold of hart h: only a higher priority interrupts
 *   0x20_0004 + 0x1000*h  4    claim (read): the irq to serve, or 0; complete (write): that irq has been served
 *
 * Sources are 1 to 31. Layout: RISC-V Platform-Level Interrupt Controller Specification 1.0.0; a hart's one context is its
 * supervisor mode, and priorities start at 1 so that enabling a source is enough.
 *
 * (1) A source that has been claimed is not pending again until it is completed.
 * (2) hart h's external line is high exactly while an enabled source above the threshold is pending.
 */

import type { Device, InterruptLine } from "./device.ts";

/** Offsets of the registers. */
export const INTERRUPT_CONTROLLER = {
  priority: 0x0,
  pending: 0x1000,
  enable: 0x2000,
  enableStride: 0x80,
  threshold: 0x20_0000,
  claim: 0x20_0004,
  contextStride: 0x1000,
} as const;

const SOURCES = 32;
const MAX_PRIORITY = 7;

interface Saved {
  high: number;
  pending: number;
  claimed: number;
  priority: number[];
  enable: number[];
  threshold: number[];
}

export class InterruptController implements Device {
  private state: Saved;

  /** @param external the external interrupt line of each hart */
  constructor(private readonly external: readonly InterruptLine[]) {
    const harts = external.length;
    this.state = {
      high: 0,
      pending: 0,
      claimed: 0,
      priority: new Array(SOURCES).fill(1),
      enable: new Array(harts).fill(0),
      threshold: new Array(harts).fill(0),
    };
  }

  /** The request line of source `irq`, 1 to 31. */
  line(irq: number): InterruptLine {
    const bit = 1 << irq;
    return {
      set: (high) => {
        this.state.high = high ? this.state.high | bit : this.state.high & ~bit;
        this.latch();
      },
    };
  }

  /** The gateways: a high line becomes pending unless it is being served; a line that falls takes its request back. */
  private latch(): void {
    this.state.pending = this.state.high & ~this.state.claimed;
    for (const [hart, line] of this.external.entries()) line.set(this.best(hart) !== 0);
  }

  /** The source that hart would claim: highest priority, then lowest number; 0 for none. */
  private best(hart: number): number {
    const { pending, enable, priority, threshold } = this.state;
    let best = 0;
    for (let irq = 1; irq < SOURCES; irq++) {
      if ((pending & enable[hart] & (1 << irq)) === 0 || priority[irq] <= threshold[hart]) continue;
      if (best === 0 || priority[irq] > priority[best]) best = irq;
    }
    return best;
  }

  private claim(hart: number): number {
    const irq = this.best(hart);
    if (irq !== 0) this.state.claimed |= 1 << irq;
    this.latch();
    return irq;
  }

  private complete(irq: number): void {
    if (irq < SOURCES) this.state.claimed &= ~(1 << irq);
    this.latch();
  }

  /** The register at `offset` and which source or hart it belongs to. */
  private locate(
    offset: number,
  ): { name: "priority" | "pending" | "enable" | "threshold" | "claim"; index: number } | null {
    const R = INTERRUPT_CONTROLLER;
    if (offset < 4 * SOURCES) return { name: "priority", index: offset / 4 };
    if (offset === R.pending) return { name: "pending", index: 0 };
    for (let hart = 0; hart < this.external.length; hart++) {
      if (offset === R.enable + hart * R.enableStride) return { name: "enable", index: hart };
      if (offset === R.threshold + hart * R.contextStride) return { name: "threshold", index: hart };
      if (offset === R.claim + hart * R.contextStride) return { name: "claim", index: hart };
    }
    return null;
  }

  read(offset: number, width: number): number | null {
    const register = width === 4 ? this.locate(offset) : null;
    return register?.name === "claim" ? this.claim(register.index) : this.peek(offset, width);
  }

  write(offset: number, width: number, value: number): boolean {
    const register = width === 4 ? this.locate(offset) : null;
    if (register === null || register.name === "pending") return false;
    const { name, index } = register;
    if (name === "claim") this.complete(value);
    else if (name === "enable") this.state.enable[index] = value & ~1;
    else this.state[name][index] = name === "priority" && index === 0 ? 0 : value & MAX_PRIORITY;
    this.latch();
    return true;
  }

  peek(offset: number, width: number): number | null {
    const register = width === 4 ? this.locate(offset) : null;
    if (register === null) return null;
    const { name, index } = register;
    if (name === "pending") return this.state.pending;
    return name === "claim" ? this.best(index) : this.state[name][index];
  }

  save(): unknown {
    return structuredClone(this.state);
  }

  restore(saved: unknown): void {
    this.state = structuredClone(saved as Saved);
  }
}
