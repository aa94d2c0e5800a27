/**
 * The journey of one access, as data: what the processor does, what the kernel would do, what it knows of the page.
 *
 * (1) Looking changes nothing: the computer's snapshot before and after is the same.
 */
import { isLeaf, PTE, PTES_PER_TABLE, pteFrame, type VirtualAddress, virtualPage } from "../../cpu/paging.ts";
import { DESCRIPTOR, descriptorBase } from "../../cpu/segments.ts";
import type { Computer } from "../../kernel/computer.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { FaultKind } from "../../kernel/vm/fault-kinds.ts";
import { isResident, isSwapped, NO_ACCESS, swapAreaOf, swapSlotOf, WAS_SHARED } from "../../kernel/vm/pte.ts";
import type { Access } from "../../kernel/vm/types.ts";
import { lookAtHardware } from "./hardware.ts";
import {
  type FrameLook,
  lookAtFrame,
  lookAtMapping,
  lookAtSlot,
  type MappingLook,
  neighbours,
  type SlotLook,
  vmaAt,
} from "./mapping.ts";
import type { HardwareLook, Step } from "./steps.ts";
import { tryFault } from "./trial.ts";

export interface Journey {
  readonly pid: number;
  readonly access: Access;
  /** All 64 bits, and as the processor holds it: sign-extended. */
  readonly bits: bigint;
  readonly va: VirtualAddress;
  readonly hardware: HardwareLook;
  /** What the walk's entries say, one a step. */
  readonly meanings: readonly string[];
  /** Null where the processor lets the access through, or the address is not user space's shape. */
  readonly decision: Decision | null;
  readonly mapping: MappingLook | null;
  /** Where there is no mapping: the nearest ones. */
  readonly near: { readonly below: MappingLook | null; readonly above: MappingLook | null } | null;
  /** The frame that the access reaches, or that the entry names. */
  readonly frame: FrameLook | null;
  /** Where the entry says that the page is in swap. */
  readonly slot: SlotLook | null;
}

/** What the kernel would decide. */
export interface Decision {
  /** A row of FAULTS; null: it would wait for what never comes, or be killed first. */
  readonly kind: FaultKind | null;
  readonly sentence: string;
  /** Signal number; null: the access is made again. */
  readonly signal: number | null;
  readonly major: boolean;
  readonly cycles: number;
  readonly waits: number;
  readonly frames: number;
  readonly zeroed: number;
  readonly copied: number;
  /** The access made again. */
  readonly after: { readonly hardware: HardwareLook; readonly frame: FrameLook | null };
}

/** Follows one access. @param bits the address, 64 bits unsigned; the process has a space */
export function journeyOf(computer: Computer, pid: number, bits: bigint, access: Access): Journey {
  const { kernel: k } = computer;
  const va = Number(BigInt.asIntN(64, bits));
  const { space } = k.processes.get(pid)!;
  const s = space!;
  const hardware = lookAtHardware(k, s, bits, access);
  const vma = vmaAt(s, va);
  const around = vma === null ? neighbours(s, va) : null;
  const describe = (v: ReturnType<typeof vmaAt>) => (v === null ? null : lookAtMapping(k, v, v.start));
  const last = hardware.steps.at(-1);
  const low = last?.kind === "pte" && last.level === 0 ? (last.low ?? 0) : 0;
  const seen = {
    mapping: vma === null ? null : lookAtMapping(k, vma, va),
    near: around === null ? null : { below: describe(around.below), above: describe(around.above) },
    frame: frameSeen(k, va, hardware),
    slot: isSwapped(low) ? lookAtSlot(k, low) : null,
  };
  const meanings = hardware.steps.map(meaningOf);
  // Last: the kernel's state is another copy of itself afterwards.
  const decision = hardware.end.kind === "page fault" ? decisionAbout(computer, pid, va, access) : null;
  return { pid, access, bits, va, hardware, meanings, decision, ...seen };
}

/** The frame that the access reaches; else the one that the leaf names though it denies the access. */
function frameSeen(k: Kernel, va: VirtualAddress, { end, steps }: HardwareLook): FrameLook | null {
  if (end.kind === "physical") return lookAtFrame(k, end.frame);
  const last = steps.at(-1);
  if (last?.kind !== "pte" || last.low === null || last.high === null || !isResident(last.low)) return null;
  const isLeafEntry = last.level === 0 || isLeaf(last.low) || (last.low & NO_ACCESS) !== 0;
  return isLeafEntry
    ? lookAtFrame(k, pteFrame(last.low, last.high) + (virtualPage(va) % PTES_PER_TABLE ** last.level))
    : null;
}

function decisionAbout(computer: Computer, pid: number, va: VirtualAddress, access: Access): Decision {
  const { kernel: k } = computer;
  const look = () => {
    const hardware = lookAtHardware(k, k.processes.get(pid)!.space!, BigInt.asUintN(64, BigInt(va)), access);
    return { hardware, frame: frameSeen(k, va, hardware) };
  };
  const { fault, ...trial } = tryFault(computer, pid, va, access, look);
  if (fault === null)
    return { ...trial, kind: null, sentence: "the process would wait without end", signal: null, major: false };
  const { kind, sentence, signal, major } = fault;
  return { ...trial, kind, sentence, signal: signal?.signo ?? null, major };
}

/** What an entry says, in the kernel's words. */
function meaningOf({ kind, level, low, high, limit }: Step): string {
  if (low === null || high === null) return "no RAM there";
  if (kind === "descriptor") return descriptorMeaning(low, high, limit!);
  if (low === 0 && high === 0) return level === 0 ? "empty: never touched, or gone" : "empty: no table below";
  if (isSwapped(low)) return `in swap: area ${swapAreaOf(low)}, slot ${swapSlotOf(low)}`;
  const frame = `0x${pteFrame(low, high).toString(16)}`;
  if (!(low & PTE.V)) return low & NO_ACCESS ? `resident in frame ${frame}, under PROT_NONE` : "not valid";
  if (!isLeaf(low)) return `the next table is frame ${frame}`;
  const shared = low & WAS_SHARED ? "; fork took W away" : "";
  const size = ["4 KiB", "2 MiB", "1 GiB", "512 GiB"][level];
  return `a page of ${size}, frame ${frame}${shared}`;
}

function descriptorMeaning(low: number, high: number, limit: number): string {
  if (!(low & DESCRIPTOR.V)) return "no segment";
  const down = low & DESCRIPTOR.D ? ", grows down" : "";
  return `base frame or table 0x${descriptorBase(low, high).toString(16)}, limit 0x${limit.toString(16)}${down}`;
}
