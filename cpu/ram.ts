/**
 * RAM: the guest's physical memory, as typed arrays over exactly its bytes.
 *
 * (1) Index 0 of `u8` is physical address `base`; every other view covers the same bytes.
 * (2) The views stay valid for the machine's life: the memory never grows.
 */

import { type FrameNumber, PAGE_SIZE, type PhysicalAddress } from "./paging.ts";
import { panic } from "./panic.ts";

export interface Ram {
  readonly base: PhysicalAddress;
  /** Bytes; a multiple of PAGE_SIZE. */
  readonly size: number;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u64: BigUint64Array;
  /** Whether all of [pa, pa + length) is RAM. */
  contains(pa: PhysicalAddress, length: number): boolean;
  /** The bytes of one frame, as a view. Panics when the frame is not RAM. */
  frame(frame: FrameNumber): Uint8Array;
}

/** @param at the offset of RAM in `memory`; @param size bytes, a multiple of PAGE_SIZE */
export function createRam(memory: WebAssembly.Memory, at: number, base: PhysicalAddress, size: number): Ram {
  if (size % PAGE_SIZE !== 0) panic("RAM is whole pages", { size });
  const { buffer } = memory;
  const u8 = new Uint8Array(buffer, at, size);
  const contains = (pa: PhysicalAddress, length: number) => pa >= base && pa + length <= base + size;
  return {
    base,
    size,
    u8,
    u16: new Uint16Array(buffer, at, size / 2),
    u32: new Uint32Array(buffer, at, size / 4),
    i32: new Int32Array(buffer, at, size / 4),
    u64: new BigUint64Array(buffer, at, size / 8),
    contains,
    frame(frame) {
      const pa = frame * PAGE_SIZE;
      if (!contains(pa, PAGE_SIZE)) panic("a frame lies in RAM", { frame });
      return u8.subarray(pa - base, pa - base + PAGE_SIZE);
    },
  };
}
