/**
 * Snapshot: the machine's memory as plain data, and back. Frames that hold only zeros are left out, so that a snapshot
 * costs what is used and not what is installed.
 *
 * (1) restoreMemory(m, saveMemory(m)) changes nothing.
 * (2) Untouched RAM stays untouched: the host need not commit it.
 */

import { PAGE_SIZE } from "./paging.ts";

export interface MemorySnapshot {
  /** What lies before RAM: clock, registers, CSRs, counters, TLB. */
  readonly state: Uint8Array;
  /** Which frames of RAM are not all zero, counted from its beginning, ascending. */
  readonly frames: Uint32Array;
  /** Their bytes, one after the other. */
  readonly bytes: Uint8Array;
}

/** @param ramAt the offset of RAM, which is the rest of the memory but for `ramBytes` */
export function saveMemory(memory: WebAssembly.Memory, ramAt: number, ramBytes: number): MemorySnapshot {
  const words = new BigInt64Array(memory.buffer, ramAt, ramBytes / 8);
  const frames: number[] = [];
  for (let frame = 0; frame < ramBytes / PAGE_SIZE; frame++) if (!isZero(words, frame)) frames.push(frame);
  const bytes = new Uint8Array(frames.length * PAGE_SIZE);
  for (const [index, frame] of frames.entries()) bytes.set(frameBytes(memory, ramAt, frame), index * PAGE_SIZE);
  return { state: new Uint8Array(memory.buffer, 0, ramAt).slice(), frames: Uint32Array.from(frames), bytes };
}

export function restoreMemory(
  memory: WebAssembly.Memory,
  ramAt: number,
  ramBytes: number,
  saved: MemorySnapshot,
): void {
  new Uint8Array(memory.buffer, 0, ramAt).set(saved.state);
  const words = new BigInt64Array(memory.buffer, ramAt, ramBytes / 8);
  let index = 0;
  for (let frame = 0; frame < ramBytes / PAGE_SIZE; frame++) {
    if (saved.frames[index] === frame) {
      frameBytes(memory, ramAt, frame).set(saved.bytes.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE));
      index++;
    } else if (!isZero(words, frame)) frameBytes(memory, ramAt, frame).fill(0);
  }
}

function frameBytes(memory: WebAssembly.Memory, ramAt: number, frame: number): Uint8Array {
  return new Uint8Array(memory.buffer, ramAt + frame * PAGE_SIZE, PAGE_SIZE);
}

/** Stops at the first word that is not zero: most frames in use begin with one. Words of 64 bits: twice as fast as of 32. */
function isZero(words: BigInt64Array, frame: number): boolean {
  const first = (frame * PAGE_SIZE) / 8;
  for (let word = first; word < first + PAGE_SIZE / 8; word++) if (words[word] !== 0n) return false;
  return true;
}
