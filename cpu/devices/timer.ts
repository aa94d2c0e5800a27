/**
 * Timer: machine time in 10 MHz ticks, and each hart's next timer interrupt. The layout is the SiFive CLINT's.
 *
 *   offset         width  register
 *   0x4000 + 8*h   8, 4   mtimecmp of hart h; all ones after reset
 *   0xbff8         8, 4   mtime; read only here, since virtual time is not the guest's to set
 *
 * (1) hart h's timer line is high exactly while mtime >= mtimecmp[h] (Volume II, section 3.2.1).
 * (2) While it is low and will rise, one event waits in the queue for that cycle.
 */

import type { MachineClock } from "../clock.ts";
import { CYCLES_PER_TICK } from "../costs.ts";
import type { EventQueue } from "../events.ts";
import type { Device, InterruptLine } from "./device.ts";

/** Offsets of the registers. */
export const TIMER = { mtimecmp: 0x4000, mtime: 0xbff8 } as const;

export class Timer implements Device {
  /** mtimecmp as halves: low of hart h at 2h. */
  private readonly compare: Uint32Array;

  /** @param name the target of this device's events */
  constructor(
    private readonly name: string,
    private readonly clock: MachineClock,
    private readonly events: EventQueue,
    private readonly lines: readonly InterruptLine[],
  ) {
    this.compare = new Uint32Array(2 * lines.length).fill(0xffff_ffff);
  }

  private update(hart: number): void {
    const ticks = this.compare[2 * hart] + this.compare[2 * hart + 1] * 2 ** 32;
    const high = this.clock.ticks >= ticks;
    this.lines[hart].set(high);
    const due = ticks * CYCLES_PER_TICK;
    if (high || due > Number.MAX_SAFE_INTEGER) this.events.cancel(this.name, hart);
    else this.events.schedule(due, this.name, hart);
  }

  onEvent(hart: number): void {
    this.update(hart);
  }

  read(offset: number, width: number): number | null {
    return this.peek(offset, width);
  }

  write(offset: number, width: number, value: number): boolean {
    const half = (offset - TIMER.mtimecmp) / 4;
    if (width !== 4 || !(half >= 0 && half < this.compare.length)) return false;
    this.compare[half] = value;
    this.update(half >> 1);
    return true;
  }

  peek(offset: number, width: number): number | null {
    if (width !== 4) return null;
    if (offset === TIMER.mtime) return this.clock.ticks >>> 0;
    if (offset === TIMER.mtime + 4) return Math.floor(this.clock.ticks / 2 ** 32);
    return this.compare[(offset - TIMER.mtimecmp) / 4] ?? null;
  }

  save(): unknown {
    return this.compare.slice();
  }

  restore(saved: unknown): void {
    this.compare.set(saved as Uint32Array);
  }
}
