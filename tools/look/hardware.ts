/**
 * What the processor would do with one access now: TLB, walk, rights. The algorithms of cpu/mmu.ts and cpu/translation/, by
 * reading alone: no A bit is set, nothing is counted, no time passes. One function a translation scheme.
 */
import { COSTS } from "../../cpu/costs.ts";
import { isLeaf, PAGE_SIZE, PAGING, PTE, type VirtualAddress, virtualPage, vpn } from "../../cpu/paging.ts";
import { schemeOf, type TranslationScheme } from "../../cpu/satp.ts";
import { SEGMENT_SHIFT, SEGMENTS_LIMIT, segmentOf, segmentOffset } from "../../cpu/segments.ts";
import { type TlbEntry, tlbView } from "../../cpu/tlb-view.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Access, AddressSpace } from "../../kernel/vm/types.ts";
import { inSegment, pagedSegment } from "./descriptor.ts";
import type { Field, HardwareEnd, HardwareLook, Step, TlbLook } from "./steps.ts";
import { missingRight, neededBits, reached, walk } from "./walk.ts";

/** Follows one access of a process with the space `s`. @param va sign-extended */
export function lookAtHardware(k: Kernel, s: AddressSpace, va: VirtualAddress, access: Access): HardwareLook {
  return LOOKS[schemeOf(k.vm.mode)](k, s, va, access);
}

type Look = (k: Kernel, s: AddressSpace, va: VirtualAddress, access: Access) => HardwareLook;

const LOOKS: Readonly<Record<TranslationScheme, Look>> = {
  paging(k, s, va, access) {
    const { levels, bits } = PAGING[k.vm.paging];
    const fields = pagingFields(va, levels);
    if (!(va >= -(2 ** (bits - 1)) && va < 2 ** (bits - 1)))
      return refused(fields, `bits 63 to ${bits} of the address must equal bit ${bits - 1}`);
    const steps: Step[] = [];
    const walked = walk(k.machine, s.root, levels - 1, va, access, steps);
    return withTlb(k, s, va, access, fields, steps, walked);
  },
  "segmented-paging"(k, s, va, access) {
    const fields = [segmentField(va), ...pagingFields(va, 2)];
    if (!isSegmented(va)) return refused(fields, BEYOND_SEGMENTS);
    const steps: Step[] = [];
    const walked = pagedSegment(k.machine, s.root, va, access, steps);
    return withTlb(k, s, va, access, fields, steps, walked);
  },
  segments(k, s, va, access) {
    const offset = { name: "offset", high: SEGMENT_SHIFT - 1, low: 0, value: segmentOffset(va) };
    const fields = [segmentField(va), offset];
    if (!isSegmented(va)) return refused(fields, BEYOND_SEGMENTS);
    const steps: Step[] = [];
    const end = inSegment(k.machine, s.root, va, access, steps);
    return { fields, tlb: null, steps, end, cycles: 0 };
  },
  bare({ machine: { ram } }, _s, va) {
    const fields = [{ name: "physical address", high: 63, low: 0, value: va }];
    const isRam = va >= ram.base && va < ram.base + ram.size;
    const place = { address: va as number, frame: Math.floor(va / PAGE_SIZE), pageBytes: 0, sets: [] };
    const end: HardwareEnd = isRam
      ? { kind: "physical", by: "bare", ...place }
      : { kind: "access fault", by: "bare", reason: "there is no RAM at the address (a device may answer)" };
    return { fields, tlb: null, steps: [], end, cycles: 0 };
  },
};

const BEYOND_SEGMENTS = "bits 63 to 38 of the address must be 0";
const isSegmented = (va: VirtualAddress) => va >= 0 && va < SEGMENTS_LIMIT;

function refused(fields: readonly Field[], reason: string): HardwareLook {
  return { fields, tlb: null, steps: [], end: { kind: "page fault", by: "walk", reason }, cycles: 0 };
}

function pagingFields(va: VirtualAddress, levels: number): Field[] {
  const indices = Array.from({ length: levels }, (_, i) => {
    const level = levels - 1 - i;
    return { name: `vpn[${level}]`, high: 20 + 9 * level, low: 12 + 9 * level, value: vpn(va, level) };
  });
  return [...indices, { name: "offset", high: 11, low: 0, value: va - virtualPage(va) * PAGE_SIZE }];
}

const segmentField = (va: VirtualAddress): Field => ({
  name: "segment",
  high: 37,
  low: SEGMENT_SHIFT,
  value: segmentOf(va) % 256,
});

/** What the TLB makes of it, before which `walked` is what a walk comes to. */
function withTlb(
  k: Kernel,
  s: AddressSpace,
  va: VirtualAddress,
  access: Access,
  fields: readonly Field[],
  steps: readonly Step[],
  walked: HardwareEnd,
): HardwareLook {
  const tlb = lookAtTlb(k, s, virtualPage(va), steps);
  const fast = tlb.hit === null ? null : byTlb(tlb.hit, va, access);
  if (fast !== null) return { fields, tlb, steps, end: fast, cycles: 0 };
  const updates = walked.kind === "physical" && walked.sets.length > 0 ? COSTS.walkUpdate : 0;
  return { fields, tlb, steps, end: walked, cycles: COSTS.walkLevel * steps.length + updates };
}

function lookAtTlb(k: Kernel, s: AddressSpace, page: number, steps: readonly Step[]): TlbLook {
  const view = tlbView(k.machine);
  const asid = s.asidGeneration === k.vm.asids.generation ? s.asid : null;
  const hit = asid === null ? null : view.find(page, asid);
  const last = steps.at(-1);
  const isPage = last?.kind === "pte" && last.low !== null && (last.low & PTE.V) !== 0 && isLeaf(last.low);
  return { view, asid, hit, set: hit?.set ?? view.setOf(page, isPage ? last.level : 0) };
}

/** What the TLB's answer comes to; null: a store that finds D clear has to walk. */
function byTlb(hit: TlbEntry, va: VirtualAddress, access: Access): HardwareEnd | null {
  const missing = missingRight(hit.flags, access);
  if (missing !== null) return { kind: "page fault", by: "tlb", reason: `the TLB's entry ${missing}` };
  const needed = neededBits(access);
  return (hit.flags & needed) === needed ? reached("tlb", hit.frame, hit.level, va, []) : null;
}
