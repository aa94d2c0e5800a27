/**
 * What the processor would do with one access now: TLB, walk, rights. The algorithm of cpu/mmu.ts, by reading alone: no A
 * bit is set, nothing is counted, no time passes.
 *
 * Source: Volume II (privileged) 20211203, section 4.3.2.
 */
import { COSTS } from "../../cpu/costs.ts";
import type { Machine } from "../../cpu/machine.ts";
import {
  type FrameNumber,
  isLeaf,
  PAGE_SIZE,
  PAGING,
  type PhysicalAddress,
  PTE,
  PTE_RESERVED_HIGH,
  PTE_SIZE,
  PTES_PER_TABLE,
  pageSizeAt,
  pteAddress,
  pteFrame,
  type VirtualAddress,
  virtualPage,
  vpn,
} from "../../cpu/paging.ts";
import { type TlbEntry, type TlbView, tlbView } from "../../cpu/tlb-view.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Access, AddressSpace } from "../../kernel/vm/types.ts";

/** A part of the address, bits `high` to `low`. */
export interface Field {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly value: number;
}

/** One entry that the walk reads. */
export interface Step {
  readonly level: number;
  readonly table: FrameNumber;
  readonly index: number;
  /** Physical address of the entry. */
  readonly at: PhysicalAddress;
  /** Its halves; null: there is no memory. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface TlbLook {
  readonly view: TlbView;
  /** Null: no number of the present generation yet, so nothing of the space can be in the TLB. */
  readonly asid: number | null;
  /** The set in which the translation lies, or would be entered. */
  readonly set: number;
  readonly hit: TlbEntry | null;
}

/** How it ends in the processor. */
export type HardwareEnd =
  | {
      readonly kind: "physical";
      readonly by: "tlb" | "walk";
      readonly address: PhysicalAddress;
      /** The frame in which the access lies, and the size of the page that the leaf maps. */
      readonly frame: FrameNumber;
      readonly pageBytes: number;
      /** Bits that the walk sets in the entry. */
      readonly sets: readonly ("A" | "D")[];
    }
  | { readonly kind: "page fault" | "access fault"; readonly by: "tlb" | "walk"; readonly reason: string };

export interface HardwareLook {
  /** Most significant first. */
  readonly fields: readonly Field[];
  readonly tlb: TlbLook | null;
  /** From the root; what a walk reads, also where the TLB makes it needless. */
  readonly steps: readonly Step[];
  readonly end: HardwareEnd;
  /** Cycles of virtual time, the instruction itself not counted. */
  readonly cycles: number;
}

const NEEDS: Readonly<
  Record<Access, { readonly right: "R" | "W" | "X"; readonly sets: number; readonly what: string }>
> = {
  read: { right: "R", sets: PTE.A, what: "loads" },
  write: { right: "W", sets: PTE.A | PTE.D, what: "stores" },
  execute: { right: "X", sets: PTE.A, what: "fetches" },
};

/** Follows one access of a process with the space `s`. @param va sign-extended */
export function lookAtHardware(k: Kernel, s: AddressSpace, va: VirtualAddress, access: Access): HardwareLook {
  const { levels, bits } = PAGING[k.vm.paging];
  const steps: Step[] = [];
  const fields = fieldsOf(va, levels);
  if (!(va >= -(2 ** (bits - 1)) && va < 2 ** (bits - 1))) {
    const reason = `bits 63 to ${bits} of the address must equal bit ${bits - 1}`;
    return { fields, tlb: null, steps, end: { kind: "page fault", by: "walk", reason }, cycles: 0 };
  }
  const walked = walk(k.machine, s.root, levels, va, access, steps);
  const tlb = lookAtTlb(k, s, virtualPage(va), steps);
  const walkCycles = COSTS.walkLevel * steps.length;
  const updates = walked.kind === "physical" && walked.sets.length > 0 ? COSTS.walkUpdate : 0;
  const fast = tlb.hit === null ? null : byTlb(tlb.hit, va, access);
  return fast === null
    ? { fields, tlb, steps, end: walked, cycles: walkCycles + updates }
    : { fields, tlb, steps, end: fast, cycles: 0 };
}

function fieldsOf(va: VirtualAddress, levels: number): Field[] {
  const indices = Array.from({ length: levels }, (_, i) => {
    const level = levels - 1 - i;
    return { name: `vpn[${level}]`, high: 20 + 9 * level, low: 12 + 9 * level, value: vpn(va, level) };
  });
  return [...indices, { name: "offset", high: 11, low: 0, value: va - virtualPage(va) * PAGE_SIZE }];
}

function lookAtTlb(k: Kernel, s: AddressSpace, page: number, steps: readonly Step[]): TlbLook {
  const view = tlbView(k.machine);
  const asid = s.asidGeneration === k.vm.asids.generation ? s.asid : null;
  const hit = asid === null ? null : view.find(page, asid);
  const last = steps.at(-1);
  const leaf = last !== undefined && last.low !== null && last.low & PTE.V && isLeaf(last.low) ? last.level : 0;
  return { view, asid, hit, set: hit?.set ?? view.setOf(page, leaf) };
}

/** What the TLB's answer comes to; null: a store that finds D clear has to walk. */
function byTlb(hit: TlbEntry, va: VirtualAddress, access: Access): HardwareEnd | null {
  const missing = missingRight(hit.flags, access);
  if (missing !== null) return { kind: "page fault", by: "tlb", reason: `the TLB's entry ${missing}` };
  const { sets } = NEEDS[access];
  if ((hit.flags & sets) !== sets) return null;
  return reached("tlb", hit.frame, hit.level, va, []);
}

/** "has W = 0: no stores"; null where the access is allowed. */
function missingRight(flags: number, access: Access): string | null {
  const { right, what } = NEEDS[access];
  if (!(flags & PTE[right])) return `has ${right} = 0: no ${what}`;
  return flags & PTE.U ? null : "has U = 0: the page is the supervisor's";
}

function reached(
  by: "tlb" | "walk",
  leafFrame: FrameNumber,
  level: number,
  va: VirtualAddress,
  sets: readonly ("A" | "D")[],
): HardwareEnd {
  const page = virtualPage(va);
  const frame = leafFrame + (page & (PTES_PER_TABLE ** level - 1));
  const address = frame * PAGE_SIZE + (va - page * PAGE_SIZE);
  return { kind: "physical", by, address, frame, pageBytes: pageSizeAt(level), sets };
}

/** Section 4.3.2, steps 1 to 8; adds what it reads to `steps`. */
function walk(
  machine: Machine,
  root: FrameNumber,
  levels: number,
  va: VirtualAddress,
  access: Access,
  steps: Step[],
): HardwareEnd {
  let table = root;
  for (let level = levels - 1; ; level--) {
    const at = pteAddress(table, va, level);
    const [low, high] = [peek(machine, at), peek(machine, at + PTE_SIZE / 2)];
    steps.push({ level, table, index: vpn(va, level), at, low, high });
    if (low === null || high === null)
      return { kind: "access fault", by: "walk", reason: `the table of level ${level} is not in RAM` };
    const wrong = whyInvalid(low, high, level);
    if (wrong !== null) return { kind: "page fault", by: "walk", reason: `the entry of level ${level} ${wrong}` };
    if (isLeaf(low)) return atLeaf(low, pteFrame(low, high), level, va, access);
    table = pteFrame(low, high);
  }
}

/** A word of RAM; null outside it. */
function peek({ ram }: Machine, at: PhysicalAddress): number | null {
  const offset = at - ram.base;
  return offset >= 0 && offset < ram.size ? ram.u32[offset / 4]! : null;
}

/** Steps 3 and 4. */
function whyInvalid(low: number, high: number, level: number): string | null {
  if (!(low & PTE.V)) return "has V = 0";
  if ((low & (PTE.R | PTE.W)) === PTE.W) return "has W without R, which is reserved";
  if (high & PTE_RESERVED_HIGH) return "has a reserved bit in its upper half";
  if (isLeaf(low)) return null;
  if (low & (PTE.U | PTE.A | PTE.D)) return "has U, A or D, which a pointer must not have";
  return level === 0 ? "is a pointer (R = X = 0), and there is no table below" : null;
}

/** Steps 5 to 8. */
function atLeaf(low: number, frame: FrameNumber, level: number, va: VirtualAddress, access: Access): HardwareEnd {
  const missing = missingRight(low, access);
  if (missing !== null) return { kind: "page fault", by: "walk", reason: `the entry of level ${level} ${missing}` };
  if (frame % PTES_PER_TABLE ** level !== 0)
    return {
      kind: "page fault",
      by: "walk",
      reason: `the superpage of level ${level} begins at no multiple of its size`,
    };
  const bits = (["A", "D"] as const).filter((bit) => NEEDS[access].sets & PTE[bit] && !(low & PTE[bit]));
  return reached("walk", frame, level, va, bits);
}
