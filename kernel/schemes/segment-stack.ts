/** Growth of a segment that grows down: the stack. */
import { SEGMENT_SIZE, segmentOf } from "../../cpu/segments.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { nextVma, resizeVma } from "../vm/address-space.ts";
import { unchargeCommit } from "../vm/commit.ts";
import type { FaultKind } from "../vm/fault-kinds.ts";
import { growStack } from "../vm/stack-growth.ts";
import type { AddressSpace } from "../vm/types.ts";
import { pagesIn, VMA } from "../vm/vma.ts";
import { fitSegment } from "./segment-memory.ts";

/** It grows by so many bytes at once, where the limits allow: a segment in the way of others must be moved whole each time. */
const STEP = 64 * 2 ** 10;

/** A touch below the segment's limit. It grows to there, or it is told why not. */
export function growStackSegment(k: Kernel, p: Process, s: AddressSpace, va: number): FaultKind {
  const n = segmentOf(va);
  const v = nextVma(s, va);
  if (v === null || segmentOf(v.start) !== n || !(v.flags & VMA.growsDown)) return "beyond-limit";
  const { start } = v;
  const far = Math.max(n * SEGMENT_SIZE, va - (va % STEP));
  let refusal = growStack(k, p, s, v, far);
  if (refusal !== null) refusal = growStack(k, p, s, v, va);
  if (refusal !== null) return refusal === "no-mapping" ? "beyond-limit" : refusal;
  if (fitSegment(k, s, n)) return "stack-growth";
  if (v.flags & VMA.accounted) unchargeCommit(k, pagesIn(v.start, start));
  resizeVma(s, v, start, v.end);
  return k.vm.reclaim.shortage > 0 ? "out-of-memory" : "no-room-to-grow";
}
