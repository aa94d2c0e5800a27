/**
 * Share: a mailbox to a folder of the host. A request in memory goes to the host, its reply comes back to memory, at once.
 * What requests say is between the driver and the host (kernel/fs/hostfs/protocol.ts): to the device they are bytes.
 *
 *   offset  access  register (32 bits each)
 *   0x00    R       identity     0x52414853, "SHAR"
 *   0x04    R       features     bit 0: the folder is for reading only
 *   0x08    RW      headLow      physical address of the first part of both messages
 *   0x0c    RW      headHigh
 *   0x10    RW      tailLow      physical address of the second part
 *   0x14    RW      tailHigh
 *   0x18    RW      requestHead  bytes of the request in the first part
 *   0x1c    RW      requestTail  bytes of it in the second part
 *   0x20    RW      replyHead    room for the reply in the first part
 *   0x24    RW      replyTail    room for the rest of it in the second part
 *   0x28    W       command      1 exchange, 2 begin: the driver knows that the host has forgotten it
 *   0x2c    R       status       bit 0 done, bit 1 error, bit 2 lost
 *   0x30    R       replyLength  bytes of the reply
 *
 * Driver: write parts and lengths, then command, then read status. Two parts let a page of a file go between its frame and
 * the host without a copy, beside the header that is elsewhere. An exchange that reaches outside RAM, or is no command, ends
 * with error and the host has not seen it; a reply for which there is no room is lost, with error.
 *
 * (1) It never interrupts and schedules no event: an exchange is over when the write of `command` is.
 * (2) Only registers are saved. The host's folder, and what it knows of the driver, cannot be put back: after a restore every
 *     exchange is refused with error and lost, until the driver begins anew.
 */

import type { Clock } from "../clock.ts";
import { COSTS } from "../costs.ts";
import type { Ram } from "../ram.ts";
import type { Device } from "./device.ts";

/** Offsets of the registers. */
export const SHARE = {
  identity: 0x00,
  features: 0x04,
  headLow: 0x08,
  headHigh: 0x0c,
  tailLow: 0x10,
  tailHigh: 0x14,
  requestHead: 0x18,
  requestTail: 0x1c,
  replyHead: 0x20,
  replyTail: 0x24,
  command: 0x28,
  status: 0x2c,
  replyLength: 0x30,
} as const;

export const SHARE_IDENTITY = 0x5241_4853;
export const SHARE_FEATURE = { readOnly: 1 } as const;
export const SHARE_COMMAND = { exchange: 1, begin: 2 } as const;
export const SHARE_STATUS = { done: 1, error: 2, lost: 4 } as const;

/** The host's side. */
export interface ShareHost {
  readonly readOnly: boolean;
  /** Answers a request, never throws. Neither array is kept or changed by the other side. */
  exchange(request: Uint8Array): Uint8Array;
}

const BYTES_PER_KILOBYTE = 1024;

export class Share implements Device {
  /** By offset / 4. */
  private registers = new Uint32Array(SHARE.replyLength / 4 + 1);

  constructor(
    private readonly host: ShareHost,
    private readonly ram: Ram,
    private readonly clock: Clock,
  ) {}

  private register(offset: number): number {
    return this.registers[offset / 4];
  }

  /** Index in RAM of a part of `length` bytes; -1: it is not in RAM. */
  private part(low: number, length: number): number {
    const address = this.register(low) + this.register(low + 4) * 2 ** 32;
    if (length === 0) return 0;
    return this.ram.contains(address, length) ? address - this.ram.base : -1;
  }

  /** @returns the new status */
  private exchange(): number {
    if (this.register(SHARE.status) & SHARE_STATUS.lost) return SHARE_STATUS.error | SHARE_STATUS.lost;
    const requestHead = this.register(SHARE.requestHead);
    const requestTail = this.register(SHARE.requestTail);
    const replyHead = this.register(SHARE.replyHead);
    const replyTail = this.register(SHARE.replyTail);
    const head = this.part(SHARE.headLow, Math.max(requestHead, replyHead));
    const tail = this.part(SHARE.tailLow, Math.max(requestTail, replyTail));
    if (head < 0 || tail < 0) return SHARE_STATUS.error;
    const request = new Uint8Array(requestHead + requestTail);
    request.set(this.ram.u8.subarray(head, head + requestHead));
    request.set(this.ram.u8.subarray(tail, tail + requestTail), requestHead);
    const reply = this.host.exchange(request);
    const kilobytes = Math.ceil((request.length + reply.length) / BYTES_PER_KILOBYTE);
    this.clock.charge(COSTS.shareExchange + kilobytes * COSTS.shareKilobyte);
    this.registers[SHARE.replyLength / 4] = reply.length;
    if (reply.length > replyHead + replyTail) return SHARE_STATUS.error;
    this.ram.u8.set(reply.subarray(0, replyHead), head);
    this.ram.u8.set(reply.subarray(replyHead), tail);
    this.ram.wrote(head, replyHead);
    this.ram.wrote(tail, replyTail);
    return SHARE_STATUS.done;
  }

  read(offset: number, width: number): number | null {
    return this.peek(offset, width);
  }

  write(offset: number, width: number, value: number): boolean {
    if (width !== 4 || offset % 4 !== 0) return false;
    if (offset >= SHARE.headLow && offset <= SHARE.replyTail) this.registers[offset / 4] = value;
    else if (offset === SHARE.command) this.registers[SHARE.status / 4] = this.perform(value);
    else return false;
    return true;
  }

  private perform(command: number): number {
    if (command === SHARE_COMMAND.exchange) return this.exchange();
    return command === SHARE_COMMAND.begin ? SHARE_STATUS.done : SHARE_STATUS.error;
  }

  peek(offset: number, width: number): number | null {
    if (width !== 4 || offset % 4 !== 0) return null;
    if (offset === SHARE.identity) return SHARE_IDENTITY;
    if (offset === SHARE.features) return this.host.readOnly ? SHARE_FEATURE.readOnly : 0;
    const readable = offset >= SHARE.headLow && offset <= SHARE.replyLength && offset !== SHARE.command;
    return readable ? this.register(offset) : null;
  }

  save(): unknown {
    return this.registers.slice();
  }

  restore(saved: unknown): void {
    this.registers = (saved as Uint32Array<ArrayBuffer>).slice();
    this.registers[SHARE.status / 4] |= SHARE_STATUS.lost;
  }
}
