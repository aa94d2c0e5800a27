/**
 * Driver of the interrupt controller (a PLIC): which device wants attention.
 *
 * (1) A claimed source is completed when its device's handler has run, and only then can it interrupt again.
 *
 * Registers: cpu/devices/interrupt-controller.ts.
 */
import { INTERRUPT_CONTROLLER } from "../../cpu/devices/interrupt-controller.ts";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { MEMORY_MAP } from "../../cpu/machine.ts";
import { INTERRUPT } from "../../cpu/trap.ts";
import type { Kernel } from "../kernel.ts";

const { base } = MEMORY_MAP.interruptController;
const BOOT_HART = 0;

/** Lets source `irq` interrupt the boot hart; and the hart take external interrupts at all. */
export function enableInterrupt(k: Kernel, irq: number): void {
  const register = base + INTERRUPT_CONTROLLER.enable + BOOT_HART * INTERRUPT_CONTROLLER.enableStride;
  k.machine.bus.write(register, 4, k.machine.bus.read(register, 4) | (1 << irq));
  k.machine.harts[BOOT_HART].csr[CSR_SLOT.sie] |= 1n << BigInt(INTERRUPT.external);
}

/** The source to serve now, which is thereby taken; 0: none. */
export function claimInterrupt(k: Kernel): number {
  return k.machine.bus.read(base + INTERRUPT_CONTROLLER.claim + BOOT_HART * INTERRUPT_CONTROLLER.contextStride, 4);
}

/** The source has been served. */
export function completeInterrupt(k: Kernel, irq: number): void {
  k.machine.bus.write(base + INTERRUPT_CONTROLLER.claim + BOOT_HART * INTERRUPT_CONTROLLER.contextStride, 4, irq);
}
