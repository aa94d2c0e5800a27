/**
 * Segments for one access, by reading alone: the algorithms of cpu/translation/segments.ts and segmented-paging.ts. The table
 * is read in RAM, where the kernel keeps it; the hart's copy is the same whenever a process runs.
 */
import type { Machine } from "../../cpu/machine.ts";
import { type FrameNumber, PAGE_SIZE, pageSizeAt, type VirtualAddress } from "../../cpu/paging.ts";
import {
  DESCRIPTOR_SIZE,
  decodeDescriptor,
  isWellFormed,
  offsetsOf,
  type SegmentMode,
  segmentFrame,
  segmentOf,
  segmentOffset,
} from "../../cpu/segments.ts";
import type { Access } from "../../kernel/vm/types.ts";
import type { HardwareEnd, Step } from "./steps.ts";
import { missingRight, peek, reached, walk } from "./walk.ts";

/** The access in a scheme of segments alone. */
export function inSegment(
  machine: Machine,
  root: FrameNumber,
  va: VirtualAddress,
  access: Access,
  steps: Step[],
): HardwareEnd {
  const found = descriptorAt("segments", machine, root, va, access, steps);
  if ("reason" in found) return { kind: "page fault", by: "segment", reason: found.reason };
  const frame = segmentFrame(found.base, segmentOffset(va));
  const address = frame * PAGE_SIZE + (va % PAGE_SIZE);
  return { kind: "physical", by: "segment", address, frame, pageBytes: 0, sets: [] };
}

/** The access in a scheme of segments whose memory is paged. */
export function pagedSegment(
  machine: Machine,
  root: FrameNumber,
  va: VirtualAddress,
  access: Access,
  steps: Step[],
): HardwareEnd {
  const found = descriptorAt("segmented-paging", machine, root, va, access, steps);
  if ("reason" in found) return { kind: "page fault", by: "walk", reason: found.reason };
  const end = walk(machine, found.base, 1, va, access, steps);
  if (end.kind !== "physical" || end.pageBytes === PAGE_SIZE) return end;
  // Of a large page that the limit cuts, one small page is entered.
  const size = pageSizeAt(1);
  const first = Math.floor(segmentOffset(va) / size) * size;
  const isWhole = first >= found.from && first + size <= found.to;
  return isWhole ? end : reached("walk", end.frame, 0, va, end.sets);
}

type Found = { readonly base: FrameNumber; readonly from: number; readonly to: number } | { readonly reason: string };

/** Reads the descriptor of the address, and asks it. */
function descriptorAt(
  mode: SegmentMode,
  machine: Machine,
  root: FrameNumber,
  va: VirtualAddress,
  access: Access,
  steps: Step[],
): Found {
  const index = segmentOf(va);
  const at = root * PAGE_SIZE + index * DESCRIPTOR_SIZE;
  const words = [0, 4, 8, 12].map((byte) => peek(machine, at + byte) ?? 0);
  const { flags, base, limit } = decodeDescriptor(words, 0);
  steps.push({ kind: "descriptor", level: 2, table: root, index, at, low: words[0]!, high: words[1]!, limit });
  const of = `the descriptor of segment ${index}`;
  if (!(flags & 1)) return { reason: `${of} has V = 0` };
  if (!isWellFormed(mode, words, 0)) return { reason: `${of} has a reserved bit, W without R, or no possible limit` };
  const missing = missingRight(flags, access);
  if (missing !== null) return { reason: `${of} ${missing}` };
  const { from, to } = offsetsOf(flags, limit);
  const offset = segmentOffset(va);
  if (offset < from || offset >= to)
    return { reason: `${of} has offsets from 0x${from.toString(16)} to below 0x${to.toString(16)}` };
  return { base, from, to };
}
