/**
 * Bus: a physical address to RAM or to a device's register.
 * Owns the list of windows; devices own their registers.
 *
 * (1) Windows do not overlap each other or RAM.
 * (2) An access that nothing answers, that crosses a window's end, or that a device refuses throws BusError;
 *     nothing reads as a silent zero.
 * (3) `peek` has no effect on anything, neither device nor time.
 * (4) A device sees accesses of 1, 2 or 4 bytes, naturally aligned. 8 bytes are two of 4, the low half first.
 */

import { COSTS } from "./costs.ts";
import type { Device } from "./devices/device.ts";
import type { PhysicalAddress } from "./paging.ts";
import { panic } from "./panic.ts";
import type { Ram } from "./ram.ts";

/** Bytes of one bus access. */
export type Width = 1 | 2 | 4;

/** See (2). In the guest it becomes an access fault. */
export class BusError extends Error {
  override readonly name = "BusError";
  constructor(
    readonly kind: "read" | "write",
    readonly address: PhysicalAddress,
    width: number,
  ) {
    super(`bus error: ${kind} of ${width} bytes at physical address 0x${address.toString(16)}`);
  }
}

export interface Bus {
  /** Unsigned value. Charges COSTS.deviceAccess when a device answers. */
  read(pa: PhysicalAddress, width: Width): number;
  /** The low `8 * width` bits of `value` are written. */
  write(pa: PhysicalAddress, width: Width, value: number): void;
  read64(pa: PhysicalAddress): bigint;
  write64(pa: PhysicalAddress, value: bigint): void;
  /** As `read` but without effects; null where `read` would throw. */
  peek(pa: PhysicalAddress, width: Width): number | null;
  /** The device whose window holds `pa`, or null. */
  deviceAt(pa: PhysicalAddress): Device | null;
}

/** One row of the memory map: physical addresses base to base + size - 1. */
export interface BusWindow {
  readonly base: PhysicalAddress;
  readonly size: number;
  readonly device: Device;
}

/** Time as the bus needs it: a device access costs, and what fell due before it happens first. */
export interface BusTime {
  charge(cycles: number): void;
  serveDueEvents(): void;
}

export function createBus(ram: Ram, windows: readonly BusWindow[], time: BusTime): Bus {
  return new SystemBus(ram, windows, time);
}

class SystemBus implements Bus {
  constructor(
    private readonly ram: Ram,
    private readonly windows: readonly BusWindow[],
    private readonly time: BusTime,
  ) {
    const sorted = [...windows, ram].sort((a, b) => a.base - b.base);
    for (let i = 1; i < sorted.length; i++) {
      const [low, high] = [sorted[i - 1], sorted[i]];
      if (low.base + low.size > high.base) panic("bus windows do not overlap", { low: low.base, high: high.base });
    }
  }

  private windowAt(pa: PhysicalAddress, width: number): BusWindow | undefined {
    for (const window of this.windows) if (pa >= window.base && pa + width <= window.base + window.size) return window;
    return undefined;
  }

  deviceAt(pa: PhysicalAddress): Device | null {
    return this.windowAt(pa, 1)?.device ?? null;
  }

  read(pa: PhysicalAddress, width: Width): number {
    if (this.ram.contains(pa, width)) return this.ramRead(pa - this.ram.base, width);
    const window = pa % width === 0 ? this.windowAt(pa, width) : undefined;
    if (window === undefined) throw new BusError("read", pa, width);
    this.time.serveDueEvents();
    this.time.charge(COSTS.deviceAccess);
    const value = window.device.read(pa - window.base, width);
    if (value === null) throw new BusError("read", pa, width);
    return value >>> 0;
  }

  write(pa: PhysicalAddress, width: Width, value: number): void {
    if (this.ram.contains(pa, width)) {
      this.ramWrite(pa - this.ram.base, width, value);
      return;
    }
    const window = pa % width === 0 ? this.windowAt(pa, width) : undefined;
    if (window === undefined) throw new BusError("write", pa, width);
    this.time.serveDueEvents();
    this.time.charge(COSTS.deviceAccess);
    const masked = width === 4 ? value >>> 0 : value & (2 ** (8 * width) - 1);
    if (!window.device.write(pa - window.base, width, masked)) throw new BusError("write", pa, width);
  }

  read64(pa: PhysicalAddress): bigint {
    const low = this.read(pa, 4);
    return (BigInt(this.read(pa + 4, 4)) << 32n) | BigInt(low);
  }

  write64(pa: PhysicalAddress, value: bigint): void {
    this.write(pa, 4, Number(value & 0xffff_ffffn));
    this.write(pa + 4, 4, Number((value >> 32n) & 0xffff_ffffn));
  }

  peek(pa: PhysicalAddress, width: Width): number | null {
    if (this.ram.contains(pa, width)) return this.ramRead(pa - this.ram.base, width);
    const window = pa % width === 0 ? this.windowAt(pa, width) : undefined;
    return window?.device.peek(pa - window.base, width) ?? null;
  }

  /** Little-endian, at any alignment. */
  private ramRead(at: number, width: Width): number {
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = value * 256 + this.ram.u8[at + i];
    return value;
  }

  private ramWrite(at: number, width: Width, value: number): void {
    for (let i = 0; i < width; i++) this.ram.u8[at + i] = value >>> (8 * i);
    this.ram.wrote(at, width);
  }
}
