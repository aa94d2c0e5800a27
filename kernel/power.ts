/**
 * Power-off: the kernel's last write.
 */

import { POWER_OFF } from "../cpu/devices/power-off.ts";
import { MEMORY_MAP } from "../cpu/machine.ts";
import { emit } from "./events.ts";
import type { Kernel } from "./kernel.ts";

/** Ends the computer with an exit status, 0 to 255, for whoever started it. Nothing runs afterwards. */
export function powerOff(k: Kernel, status: number, message: string): void {
  k.stopping = message;
  if (k.listeners.length > 0) emit(k, { type: "power-off", status, message });
  const register = MEMORY_MAP.powerOff.base + POWER_OFF.finish;
  k.machine.bus.write(register, 4, status === 0 ? POWER_OFF.pass : POWER_OFF.fail | ((status & 0xff) << 16));
}
