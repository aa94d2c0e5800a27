/**
 * Replacement: which page leaves RAM when a frame is needed. One interface (replacement-memory.ts), a row a policy, chosen
 * by --replacement. What may leave at all, and how, is reclaim.ts'; the lists are page-lists.ts'.
 *
 *   fifo         whoever came first
 *   random       anyone: from the machine's seed
 *   ageing       least recently used, nearly: a shift register of the A bits of the last intervals
 *   clock        second chance: whoever came first and has not been used since it was last asked
 *   two-lists    inactive and active pages, of files and anonymous, in balance: as Linux does it
 *   generations  up to four generations, of files and anonymous: Linux's multi-generational LRU
 *   wsclock      a clock that leaves working sets alone, and begins to write what it will want
 *
 * (1) victim() returns a page of the lists, and leaves it there; to ask about a page may clear its A bits.
 * (2) Between two evictions victim() does not return the same page again once it was spared, while there are others.
 * (3) Policies know the time of the last moment that noteMoment has told, no other.
 */
import type { FrameNumber } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { cleanFrame, isFrameDirty } from "./clean-frame.ts";
import { FRAME } from "./frames.ts";
import { isPolicys } from "./page-lists.ts";
import { isMappedCode, takeAccessed, takeReferenced } from "./page-references.ts";
import { drawOf } from "./policy-chance.ts";
import { type PolicyMemory, type ReplacementPolicy, TICK } from "./replacement-memory.ts";
import { REPLACEMENT_POLICIES } from "./replacement-policies.ts";
import { swapTotals } from "./swap-area.ts";

/** More processes than there are, by so many, may be remembered. */
const SPARE_CLOCKS = 64;

/** The policy of this computer. */
export function replacement(k: Kernel): ReplacementPolicy {
  return REPLACEMENT_POLICIES[k.vm.policies.replacement];
}

/** The running kernel as policies see it. */
export class KernelMemory implements PolicyMemory {
  readonly vm: Kernel["vm"];

  constructor(protected readonly k: Kernel) {
    this.vm = k.vm;
  }

  takeAccessed(page: number): number {
    return takeAccessed(this.k, page);
  }

  takeReferenced(page: number): boolean {
    return takeReferenced(this.k, page);
  }

  isMappedCode(page: number): boolean {
    return isMappedCode(this.k, page);
  }

  isDisposable(page: number): boolean {
    return (this.vm.frames.flags[page] & FRAME.lazyFree) !== 0;
  }

  isDirty(page: number): boolean {
    return isFrameDirty(this.k, page);
  }

  clean(page: number): boolean {
    const begun = cleanFrame(this.k, page);
    if (begun) this.k.references?.cleaned(page);
    return begun;
  }

  virtualTime(page: number): number {
    const { virtual, usedBy } = this.vm.reclaim;
    return virtual.get(usedBy[page]) ?? 0;
  }

  hasSwap(): boolean {
    const { reclaim } = this.vm;
    return reclaim.resident > 0 ? reclaim.room : swapTotals(this.k).free > 0;
  }

  chance(below: number): number {
    const { reclaim } = this.vm;
    // Under a limit chance is the policy's own, so that nothing else moves it: resident-limit.ts.
    return reclaim.resident > 0 ? drawOf(reclaim, below) : this.k.machine.random.below(below);
  }

  charge(cycles: number): void {
    this.k.machine.clock.charge(cycles);
  }
}

/** Tells policies, and whoever records the run, which time it is, and whose. */
export function noteMoment(k: Kernel): void {
  const { reclaim } = k.vm;
  reclaim.now = k.machine.clock.cycles;
  const p = k.current;
  reclaim.running = p?.pid ?? 0;
  if (p !== null) reclaim.virtual.set(p.pid, p.times.user + p.times.system);
  k.references?.moment(reclaim.now, reclaim.running, reclaim.virtual.get(reclaim.running) ?? 0);
}

function forgetClock(k: Kernel, pid: number): void {
  k.vm.reclaim.virtual.delete(pid);
  k.references?.clockEnded(pid);
}

/** What time brings to the policy: once in a tick. */
export function tendReplacement(k: Kernel): void {
  const { reclaim } = k.vm;
  const now = k.machine.clock.cycles;
  if (now < reclaim.nextTick) return;
  reclaim.nextTick = (Math.floor(now / TICK) + 1) * TICK;
  noteMoment(k);
  if (reclaim.virtual.size > k.processes.size + SPARE_CLOCKS)
    for (const pid of reclaim.virtual.keys()) if (!k.processes.has(pid)) forgetClock(k, pid);
  k.references?.tick();
  const policy = replacement(k);
  if (policy.sample !== undefined) policy.sample(new KernelMemory(k));
}

/** read(2) or write(2) has used a page of a file: what programs use through mappings is in the A bits. */
export function noteUse(k: Kernel, frame: FrameNumber): void {
  const { flags, first } = k.vm.frames;
  const index = frame - first;
  k.references?.usedByCall(index);
  if (flags[index] & FRAME.referenced) usedAgain(k, index);
  flags[index] |= FRAME.referenced;
}

function usedAgain(k: Kernel, index: number): void {
  const policy = replacement(k);
  if (policy.usedAgain !== undefined && isPolicys(k.vm.frames.list[index]))
    policy.usedAgain(new KernelMemory(k), index);
}
