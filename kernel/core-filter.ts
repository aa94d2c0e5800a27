/**
 * Which mappings a core file has the contents of: core(5), "Controlling which mappings are written to the core dump".
 *
 * Source: Linux 6.1 fs/coredump.c, vma_dump_size.
 */
import { PAGE_SIZE } from "../cpu/paging.ts";
import type { DumpedVma } from "./core-types.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { copyIn, prepareUser } from "./usercopy.ts";
import { vmaList } from "./vm/address-space.ts";
import { isZeroFrame } from "./vm/huge-page.ts";
import { forEachPte } from "./vm/page-table.ts";
import { PROT_READ } from "./vm/prot.ts";
import { isResident, pteFrameOf } from "./vm/pte.ts";
import type { AddressSpace, Vma } from "./vm/types.ts";
import { VMA } from "./vm/vma.ts";

/** Bits of /proc/PID/coredump_filter; 7 and 8 are for kinds of pages that do not exist here. */
const DUMP = {
  anonymousPrivate: 1,
  anonymousShared: 2,
  mappedPrivate: 4,
  mappedShared: 8,
  elfHeaders: 16,
  hugePrivate: 32,
  hugeShared: 64,
};
export const DEFAULT_FILTER = 0x33;
const ANY_EXECUTE = 0o111;
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/** All mappings of the process, and how much of each is written. May sleep: the beginning of a file may be on disk. */
export function chooseVmas(k: Kernel, p: Process): DumpedVma[] {
  return vmaList(p.space!).map((vma) => ({ vma, bytes: dumpSize(k, p, vma) }));
}

function dumpSize(k: Kernel, p: Process, v: Vma): number {
  const whole = v.end - v.start;
  const wants = (bit: number) => (p.dumpFilter & bit) !== 0;
  if (v.special !== 0) return whole;
  if (v.flags & VMA.dontDump) return 0;
  if (v.flags & VMA.hugetlb) return wants(v.flags & VMA.shared ? DUMP.hugeShared : DUMP.hugePrivate) ? whole : 0;
  if (v.flags & VMA.shared) {
    const nameless = v.object === null || v.object.inode === null || v.object.inode.nlink === 0;
    return wants(nameless ? DUMP.anonymousShared : DUMP.mappedShared) ? whole : 0;
  }
  if (wants(DUMP.anonymousPrivate) && hasOwnPages(k, p.space!, v)) return whole;
  if (v.object === null) return 0;
  if (wants(DUMP.mappedPrivate)) return whole;
  return wants(DUMP.elfHeaders) && beginsProgram(k, p, v) ? PAGE_SIZE : 0;
}

/** Linux's anon_vma: has anything been written there? */
function hasOwnPages(k: Kernel, s: AddressSpace, v: Vma): boolean {
  if (v.object !== null) return (v.flags & VMA.copied) !== 0;
  if (k.vm.levels === 0) return true;
  return !forEachPte(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE, (at) => {
    const low = k.machine.ram.u32[at];
    return isResident(low) && isZeroFrame(k, pteFrameOf(low));
  });
}

/** The start of a file that can be executed, or that is an ELF file: debuggers look at its first page. */
function beginsProgram(k: Kernel, p: Process, v: Vma): boolean {
  if (v.offset !== 0 || !(v.prot & PROT_READ) || v.object?.inode == null) return false;
  if (v.object.inode.mode & ANY_EXECUTE) return true;
  if (v.object.inode.size < ELF_MAGIC.length) return false;
  if (prepareUser(k, p, v.start, ELF_MAGIC.length, "read") < ELF_MAGIC.length) return false;
  const bytes = copyIn(k, p, v.start, ELF_MAGIC.length);
  return ELF_MAGIC.every((byte, i) => bytes[i] === byte);
}
