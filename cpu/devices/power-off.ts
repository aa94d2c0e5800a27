/**
 * Power-off: the SiFive test finisher. One write ends the machine and gives its exit status.
 *
 *   offset  width  register
 *   0x0     4      finish: 0x5555 passed, status 0; 0x3333 failed, status in bits 31:16. Reads as 0.
 *
 * (1) Once off, a machine stays off.
 */

import type { Device } from "./device.ts";

/** Offset of the register and the codes that it takes in its low 16 bits. */
export const POWER_OFF = { finish: 0x0, pass: 0x5555, fail: 0x3333 } as const;

export class PowerOff implements Device {
  /** Exit status 0 to 65535, or null while the machine is on. */
  status: number | null = null;

  read(offset: number, width: number): number | null {
    return this.peek(offset, width);
  }

  write(offset: number, width: number, value: number): boolean {
    if (offset !== POWER_OFF.finish || width !== 4) return false;
    const code = value & 0xffff;
    if (code === POWER_OFF.pass) this.status ??= 0;
    else if (code === POWER_OFF.fail) this.status ??= value >>> 16;
    else return false;
    return true;
  }

  peek(offset: number, width: number): number | null {
    return offset === POWER_OFF.finish && width === 4 ? 0 : null;
  }

  save(): unknown {
    return this.status;
  }

  restore(saved: unknown): void {
    this.status = saved as number | null;
  }
}
