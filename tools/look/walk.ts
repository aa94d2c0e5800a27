/**
 * The walk of the page tables for one access, by reading alone: the algorithm of cpu/translation/page-walk.ts.
 *
 * Source: Volume II (privileged) 20211203, section 4.3.2.
 */
import type { Machine } from "../../cpu/machine.ts";
import {
  type FrameNumber,
  isLeaf,
  PAGE_SIZE,
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
import type { Access } from "../../kernel/vm/types.ts";
import type { By, HardwareEnd, Step } from "./steps.ts";

const NEEDS: Readonly<
  Record<Access, { readonly right: "R" | "W" | "X"; readonly sets: number; readonly what: string }>
> = {
  read: { right: "R", sets: PTE.A, what: "loads" },
  write: { right: "W", sets: PTE.A | PTE.D, what: "stores" },
  execute: { right: "X", sets: PTE.A, what: "fetches" },
};

/** The bits that the access needs set in an entry, or sets: A, and D for stores. */
export const neededBits = (access: Access): number => NEEDS[access].sets;

/** "has W = 0: no stores"; null where the access is allowed. */
export function missingRight(flags: number, access: Access): string | null {
  const { right, what } = NEEDS[access];
  if (!(flags & PTE[right])) return `has ${right} = 0: no ${what}`;
  return flags & PTE.U ? null : "has U = 0: the page is the supervisor's";
}

/** An access to a page of `level` that begins at `leafFrame`. @param sets what a walk sets in the entry */
export function reached(
  by: By,
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

/** Section 4.3.2, steps 1 to 8, from the table in frame `root` of level `top`; adds what it reads to `steps`. */
export function walk(
  machine: Machine,
  root: FrameNumber,
  top: number,
  va: VirtualAddress,
  access: Access,
  steps: Step[],
): HardwareEnd {
  let table = root;
  for (let level = top; ; level--) {
    const at = pteAddress(table, va, level);
    const [low, high] = [peek(machine, at), peek(machine, at + PTE_SIZE / 2)];
    steps.push({ kind: "pte", level, table, index: vpn(va, level), at, low, high, limit: null });
    if (low === null || high === null)
      return { kind: "access fault", by: "walk", reason: `the table of level ${level} is not in RAM` };
    const wrong = whyInvalid(low, high, level);
    if (wrong !== null) return { kind: "page fault", by: "walk", reason: `the entry of level ${level} ${wrong}` };
    if (isLeaf(low)) return atLeaf(low, pteFrame(low, high), level, va, access);
    table = pteFrame(low, high);
  }
}

/** A word of RAM; null outside it. */
export function peek({ ram }: Machine, at: PhysicalAddress): number | null {
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
