/**
 * Device: what the bus, the event queue and the snapshot need of a device. Each device's file owns its registers.
 *
 * (1) `peek` changes nothing.
 * (2) Everything a device remembers is in what `save` returns: plain data that structuredClone can copy.
 * (3) A device keeps no closure in its state; what it waits for is an event in the queue that names it.
 */

export interface Device {
  /** The register at `offset`, unsigned; null when there is none of that width there. May have the manual's effects. */
  read(offset: number, width: 1 | 2 | 4): number | null;
  /** Writes the register; false when there is none of that width there. `value` is unsigned and fits `width`. */
  write(offset: number, width: 1 | 2 | 4, value: number): boolean;
  /** As `read`, without effects. */
  peek(offset: number, width: 1 | 2 | 4): number | null;
  /** An event that this device scheduled has come due. */
  onEvent?(argument: number): void;
  save(): unknown;
  /** Takes what `save` returned, possibly through structuredClone. */
  restore(saved: unknown): void;
}

/** An interrupt request line from a device to the interrupt controller. High while the device wants attention. */
export interface InterruptLine {
  set(high: boolean): void;
}
