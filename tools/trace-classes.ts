/** What `--trace` can be asked for. Apart from trace.ts, which is loaded only when a trace is wanted. */
import type { KernelEvent } from "../kernel/events.ts";

export type EventType = KernelEvent["type"];

/** What can be asked for, and the events that each name stands for. */
export const TRACE_CLASSES = {
  syscalls: ["syscall-enter", "syscall-exit"],
  faults: ["fault"],
  traps: ["trap"],
  signals: ["signal", "death-by-signal", "stop", "continue"],
  processes: ["fork", "exec", "exit"],
  switches: ["switch", "wakeup", "syscall-sleep"],
  tlb: ["tlb-flush"],
  disk: ["disk"],
  segments: ["segment", "fragmented", "compaction", "collision"],
  memory: ["swap-out", "swap-in", "thrashing", "huge-page"],
} as const satisfies Record<string, readonly EventType[]>;

export type TraceClass = keyof typeof TRACE_CLASSES;

/** Reads "syscalls,faults" or "all". Throws an Error that lists what there is. */
export function parseTraceClasses(text: string): TraceClass[] {
  const known = Object.keys(TRACE_CLASSES) as TraceClass[];
  if (text === "all") return known;
  return text.split(",").map((name) => {
    const found = known.find((k) => k === name);
    if (found === undefined) throw new Error(`'${name}' is not one of: ${known.join(", ")}, all`);
    return found;
  });
}
