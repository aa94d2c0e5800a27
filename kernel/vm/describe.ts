/** A space as text and figures for /proc: proc(5). */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { deviceOf } from "../fs/mounts.ts";
import { describePath } from "../fs/names.ts";
import type { Kernel } from "../kernel.ts";
import { segmentOf } from "../shm.ts";
import { residentPages, sizeOfSpace, vmaList } from "./address-space.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "./prot.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { VMA } from "./vma.ts";

/** Column at which /proc/PID/maps writes the name. */
const NAME_COLUMN = 73;

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

/** "rw-p" */
export function describeRights(v: Vma): string {
  const right = (bit: number, letter: string) => (v.prot & bit ? letter : "-");
  const kind = v.flags & VMA.shared ? "s" : "p";
  return right(PROT_READ, "r") + right(PROT_WRITE, "w") + right(PROT_EXEC, "x") + kind;
}

/** What the last column says. */
export function mappingName(k: Kernel, v: Vma): string {
  if (v.object === null) return v.name;
  if (v.object.segment !== null) return segmentOf(k, v.object).name;
  if (v.object.inode === null && v.object.huge !== null) return v.name;
  return v.object.inode === null ? "/dev/zero (deleted)" : describePath(k, v.object.inode);
}

/** A line in the columns of /proc/PID/maps, with its newline. @param rights "rw-p"; @param device major and minor */
export function describeRange(
  start: number,
  end: number,
  rights: string,
  offset: number,
  device: readonly [number, number],
  inode: number,
  name: string,
): string {
  const place = `${hex(start, 8)}-${hex(end, 8)} ${rights} ${hex(offset, 8)}`;
  const line = `${place} ${hex(device[0], 2)}:${hex(device[1], 2)} ${inode} `;
  return name === "" ? `${line}\n` : `${line.padEnd(NAME_COLUMN)}${name}\n`;
}

/** One line of /proc/PID/maps, with its newline. */
export function describeVma(k: Kernel, v: Vma): string {
  const inode = v.object?.inode ?? null;
  const offset = v.object === null ? 0 : v.offset;
  const unnamed = v.object === null ? 0 : 1;
  const number = inode === null ? unnamed : deviceOf(k, inode);
  const device = [number >> 8, number & 0xff] as const;
  const ino = inode === null ? (v.object?.segment ?? v.object?.id ?? 0) : inode.ino;
  const name = mappingName(k, v).replaceAll("\n", "\\012");
  return describeRange(v.start, v.end, describeRights(v), offset, device, ino, name);
}

/** /proc/PID/maps. */
export function describeMaps(k: Kernel, s: AddressSpace): string {
  return vmaList(s)
    .map((v) => describeVma(k, v))
    .join("");
}

/** The memory lines of /proc/PID/status and the fields of statm, in bytes. */
export function spaceFigures(s: AddressSpace) {
  const { counts, layout } = s;
  const bytes = (pages: number) => pages * PAGE_SIZE;
  const text = Math.ceil(layout.codeEnd / PAGE_SIZE) - Math.floor(layout.codeStart / PAGE_SIZE);
  return {
    VmPeak: bytes(Math.max(counts.peakMapped, counts.peakResident)),
    VmSize: bytes(sizeOfSpace(s)),
    VmLck: bytes(counts.locked),
    VmPin: 0,
    VmHWM: bytes(Math.max(counts.peakResident, residentPages(s))),
    VmRSS: bytes(residentPages(s)),
    RssAnon: bytes(counts.anonymous),
    RssFile: bytes(counts.file),
    RssShmem: bytes(counts.shared),
    VmData: bytes(counts.data),
    VmStk: bytes(counts.stack),
    VmExe: bytes(text),
    VmLib: bytes(Math.max(0, counts.code - text)),
    // The top table is not counted: the space has it in any case.
    VmPTE: bytes(counts.tables - 1),
    VmSwap: bytes(counts.swapped),
    HugetlbPages: bytes(counts.hugetlb),
  };
}
