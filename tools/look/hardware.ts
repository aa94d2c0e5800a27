/**
 * What the processor would do with one access now: TLB, walk, rights. The algorithms of cpu/mmu.ts and cpu/translation/, by
 * reading alone: no A bit is set, nothing is counted, no time passes. One function a translation scheme.
 */
import { COSTS } from "../../cpu/costs.ts";
import { isLeaf, PAGE_SIZE, PAGING, PTE, type VirtualAddress, virtualPage } from "../../cpu/paging.ts";
import { schemeOf, type TranslationScheme } from "../../cpu/satp.ts";
import { SEGMENT_SHIFT, SEGMENTS_LIMIT } from "../../cpu/segments.ts";
import { type TlbEntry, tlbView } from "../../cpu/tlb-view.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Access, AddressSpace } from "../../kernel/vm/types.ts";
import { inSegment, pagedSegment } from "./descriptor.ts";
import type { Field, HardwareEnd, HardwareLook, Step, TlbLook } from "./steps.ts";
import { missingRight, neededBits, reached, walk } from "./walk.ts";

/** Follows one access of a process with the space `s`. @param bits the address, unsigned */
export function lookAtHardware(k: Kernel, s: AddressSpace, bits: bigint, access: Access): HardwareLook {
  return LOOKS[schemeOf(k.vm.mode)](k, s, Number(BigInt.asIntN(64, bits)), access, bits);
}

/** @param va the address as a number, sign-extended: exact where anything could be there @param whole all its bits */
type Look = (k: Kernel, s: AddressSpace, va: VirtualAddress, access: Access, whole: bigint) => HardwareLook;

const LOOKS: Readonly<Record<TranslationScheme, Look>> = {
  paging(k, s, va, access, whole) {
    const { levels, bits } = PAGING[k.vm.paging];
    const fields = pagingFields(whole, levels);
    if (!(va >= -(2 ** (bits - 1)) && va < 2 ** (bits - 1)))
      return refused(
        [fieldOf(whole, "sign", 63, bits), ...fields],
        `bits 63 to ${bits} of the address must equal bit ${bits - 1}`,
      );
    const steps: Step[] = [];
    const walked = walk(k.machine, s.root, levels - 1, va, access, steps);
    return withTlb(k, s, va, access, fields, steps, walked);
  },
  "segmented-paging"(k, s, va, access, whole) {
    const fields = [segmentField(whole), ...pagingFields(whole, 2)];
    if (!isSegmented(va)) return refused([beyondField(whole), ...fields], BEYOND_SEGMENTS);
    const steps: Step[] = [];
    const walked = pagedSegment(k.machine, s.root, va, access, steps);
    return withTlb(k, s, va, access, fields, steps, walked);
  },
  segments(k, s, va, access, whole) {
    const fields = [segmentField(whole), fieldOf(whole, "offset", SEGMENT_SHIFT - 1, 0)];
    if (!isSegmented(va)) return refused([beyondField(whole), ...fields], BEYOND_SEGMENTS);
    const steps: Step[] = [];
    const end = inSegment(k.machine, s.root, va, access, steps);
    return { fields, tlb: null, steps, end, cycles: 0 };
  },
  bare({ machine: { ram } }, _s, va, _access, whole) {
    // Beyond 53 bits a field is no exact number; the upper ones are 0 for everything that there is.
    const fields =
      whole < 2n ** 53n
        ? [fieldOf(whole, "physical address", 63, 0)]
        : [fieldOf(whole, "upper half", 63, 32), fieldOf(whole, "lower half", 31, 0)];
    const isRam = va >= ram.base && va < ram.base + ram.size;
    const place = { address: va as number, frame: Math.floor(va / PAGE_SIZE), pageBytes: 0, sets: [] };
    const end: HardwareEnd = isRam
      ? { kind: "physical", by: "bare", ...place }
      : { kind: "access fault", by: "bare", reason: "there is no RAM at the address (a device may answer)" };
    return { fields, tlb: null, steps: [], end, cycles: 0 };
  },
};

/** Of an address: the number of a segment and an offset. */
const SEGMENT_BITS = 38;
const BEYOND_SEGMENTS = "bits 63 to 38 of the address must be 0";
const isSegmented = (va: VirtualAddress) => va >= 0 && va < SEGMENTS_LIMIT;

function refused(fields: readonly Field[], reason: string): HardwareLook {
  return { fields, tlb: null, steps: [], end: { kind: "page fault", by: "walk", reason }, cycles: 0 };
}

function fieldOf(bits: bigint, name: string, high: number, low: number): Field {
  return { name, high, low, value: Number(BigInt.asUintN(high - low + 1, bits >> BigInt(low))) };
}

function pagingFields(bits: bigint, levels: number): Field[] {
  const indices = Array.from({ length: levels }, (_, i) => {
    const level = levels - 1 - i;
    return fieldOf(bits, `vpn[${level}]`, 20 + 9 * level, 12 + 9 * level);
  });
  return [...indices, fieldOf(bits, "offset", 11, 0)];
}

const segmentField = (bits: bigint): Field => fieldOf(bits, "segment", SEGMENT_BITS - 1, SEGMENT_SHIFT);
const beyondField = (bits: bigint): Field => fieldOf(bits, "beyond", 63, SEGMENT_BITS);

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
