/**
 * RAM: the guest's physical memory, as typed arrays over exactly its bytes.
 *
 * (1) Index 0 of `u8` is physical address `base`; every other view covers the same bytes.
 * (2) The views stay valid for the machine's life: the memory never grows.
 * (3) Who changes bytes that a hart may execute, other than by that hart's own stores, says so by `wrote`: it is the
 *     FENCE.I of the supervisor and of devices. Before a hart executes what it has not said, anything may happen.
 */

import { type FrameNumber, PAGE_SHIFT, PAGE_SIZE, type PhysicalAddress } from "./paging.ts";
import { panic } from "./panic.ts";

/** An engine that has taken code from RAM and must hear when it changes. */
export interface CodeWatch {
  /** For each frame, not 0 when the engine has taken something from it. */
  readonly taken: Uint32Array;
  /** Bytes at, at + 1... of RAM have changed or are about to; some of them lie in frames that are taken. */
  changed(at: number, length: number): void;
}

/** Where RAM begins in every machine's memory map. */
export const RAM_BASE: PhysicalAddress = 0x8000_0000;

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
  /** Null while no engine needs to know; set by the engine. */
  watch: CodeWatch | null;
  /** Bytes from offset `at` on have changed: see (3). Costs next to nothing where no code was taken from. */
  wrote(at: number, length: number): void;
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
    watch: null,
    wrote(at, length) {
      const { watch } = this;
      if (watch === null) return;
      const last = Math.min((at + length - 1) >>> PAGE_SHIFT, watch.taken.length - 1);
      for (let frame = at >>> PAGE_SHIFT; frame <= last; frame++)
        if (watch.taken[frame] !== 0) {
          watch.changed(at, length);
          return;
        }
    },
  };
}
