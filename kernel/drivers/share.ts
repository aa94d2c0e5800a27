/**
 * Driver of the share: one exchange with the host at a time, which is over when the call returns.
 * Registers: cpu/devices/share.ts.
 */
import { SHARE, SHARE_COMMAND, SHARE_FEATURE, SHARE_IDENTITY, SHARE_STATUS } from "../../cpu/devices/share.ts";
import { MEMORY_MAP } from "../../cpu/machine.ts";
import { frameAddress, PAGE_SIZE } from "../../cpu/paging.ts";
import { READ_HEADER_BYTES } from "../fs/hostfs/protocol.ts";
import type { HostfsState } from "../fs/hostfs/types.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";

const { base } = MEMORY_MAP.share;
/** Most bytes of a message: two frames. */
export const SHARE_MESSAGE_BYTES = 2 * PAGE_SIZE;

/** Whether the machine has one, and what it can. */
export function probeShare(k: Kernel): { readonly readOnly: boolean } | null {
  const { bus } = k.machine;
  if (bus.deviceAt(base) === null) return null;
  const identity = bus.read(base + SHARE.identity, 4);
  if (identity !== SHARE_IDENTITY) panic("what the memory map calls a share is one", { identity });
  return { readOnly: (bus.read(base + SHARE.features, 4) & SHARE_FEATURE.readOnly) !== 0 };
}

/** A frame whose bytes go with a message: behind a request's own, or where those behind a reply's header go. */
export interface MessagePage {
  readonly frame: number;
  readonly length: number;
  readonly direction: "send" | "receive";
}

export interface Exchanged {
  /** The reply but for what went to the page; empty when the host has forgotten us (`lost`). */
  readonly reply: Uint8Array;
  /** Bytes that went to the page. */
  readonly received: number;
  readonly lost: boolean;
}

/** Sends a request, at most SHARE_MESSAGE_BYTES, and takes the reply. */
export function exchange(k: Kernel, s: HostfsState, request: Uint8Array, page: MessagePage | null): Exchanged {
  const { ram } = k.machine;
  const headAt = frameAddress(s.head);
  const tailAt = frameAddress(page?.frame ?? s.tail);
  const inHead = Math.min(request.length, PAGE_SIZE);
  const sent = page?.direction === "send" ? page.length : 0;
  const receives = page?.direction === "receive";
  const replyHead = receives ? READ_HEADER_BYTES : PAGE_SIZE;
  const replyTail = receives ? page.length : page === null ? PAGE_SIZE : 0;
  ram.u8.set(request.subarray(0, inHead), headAt - ram.base);
  if (page === null) ram.u8.set(request.subarray(inHead), tailAt - ram.base);
  set(k, SHARE.headLow, headAt % 2 ** 32);
  set(k, SHARE.headHigh, Math.floor(headAt / 2 ** 32));
  set(k, SHARE.tailLow, tailAt % 2 ** 32);
  set(k, SHARE.tailHigh, Math.floor(tailAt / 2 ** 32));
  set(k, SHARE.requestHead, inHead);
  set(k, SHARE.requestTail, request.length - inHead + sent);
  set(k, SHARE.replyHead, replyHead);
  set(k, SHARE.replyTail, replyTail);
  set(k, SHARE.command, SHARE_COMMAND.exchange);
  const status = k.machine.bus.read(base + SHARE.status, 4);
  if (status & SHARE_STATUS.lost) return { reply: new Uint8Array(0), received: 0, lost: true };
  if (status !== SHARE_STATUS.done) return { reply: new Uint8Array(0), received: 0, lost: false };
  const length = k.machine.bus.read(base + SHARE.replyLength, 4);
  const reply = new Uint8Array(receives ? Math.min(length, replyHead) : length);
  const first = Math.min(reply.length, replyHead);
  reply.set(ram.u8.subarray(headAt - ram.base, headAt - ram.base + first));
  reply.set(ram.u8.subarray(tailAt - ram.base, tailAt - ram.base + reply.length - first), first);
  return { reply, received: length - reply.length, lost: false };
}

/** The host has forgotten what was before, and we know. */
export function beginShare(k: Kernel): void {
  set(k, SHARE.command, SHARE_COMMAND.begin);
}

function set(k: Kernel, register: number, value: number): void {
  k.machine.bus.write(base + register, 4, value);
}
