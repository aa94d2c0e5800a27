/**
 * Memory in pieces as text: /proc/PID/segments, the segment table of a process, and /proc/segments, what is free and what has been
 * done about it. Under schemes with pages there is neither.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { DESCRIPTOR, SEGMENT_SIZE } from "../../cpu/segments.ts";
import type { Kernel } from "../kernel.ts";
import { vmaList } from "../vm/address-space.ts";
import { contiguousState, holeFigures } from "../vm/runs.ts";
import type { AddressSpace } from "../vm/types.ts";
import { pagesIn } from "../vm/vma.ts";
import { forEachSegment, type Segment } from "./segment-table.ts";

const KIB_PER_PAGE = PAGE_SIZE / 1024;
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

function rights({ flags, growsDown }: Pick<Segment, "flags" | "growsDown">): string {
  const letter = (bit: number, name: string) => (flags & bit ? name : "-");
  return letter(DESCRIPTOR.R, "r") + letter(DESCRIPTOR.W, "w") + letter(DESCRIPTOR.X, "x") + (growsDown ? "d" : "u");
}

/** A line: number, rights and direction, first offset, limit, physical address of its first byte, KiB. */
function line(k: Kernel, n: number, segment: Segment): string {
  const { index, pages, growsDown } = segment;
  const bytes = pages * PAGE_SIZE;
  const first = growsDown ? SEGMENT_SIZE - bytes : 0;
  const place = hex((index + k.vm.frames.first) * PAGE_SIZE, 10);
  return `${String(n).padStart(3)} ${rights(segment)} ${hex(first, 8)} ${hex(first + bytes, 8)} ${place} ${pages * KIB_PER_PAGE}\n`;
}

/** /proc/PID/segments: the table; without translation the places of the program's mappings, with number 0. */
export function describeSpace(k: Kernel, s: AddressSpace): string {
  let text = "  n perm first    limit    physical   KiB\n";
  if (k.vm.translation === "segments")
    forEachSegment(k, s, (n, segment) => {
      text += line(k, n, segment);
    });
  else
    for (const v of vmaList(s)) {
      const KiB = pagesIn(v.start, v.end) * KIB_PER_PAGE;
      text += `  0 rwxu ${hex(0, 8)} ${hex(v.end - v.start, 8)} ${hex(v.start, 10)} ${KiB}\n`;
    }
  return text;
}

/** /proc/segments. "fragmentation" is the share of what is free that is not in the largest hole, in percent. */
export function describeHoles(k: Kernel): string {
  const { fit, compaction, figures } = contiguousState(k);
  const { holes, largest, free } = holeFigures(k);
  const rows: [string, number | string][] = [
    ["fit", fit],
    ["compaction", compaction && k.vm.translation === "segments" ? "on" : "off"],
    ["free_kib", free * KIB_PER_PAGE],
    ["holes", holes],
    ["largest_hole_kib", largest * KIB_PER_PAGE],
    ["fragmentation_percent", free === 0 ? 0 : Math.round(100 * (1 - largest / free))],
    ["grown_in_place", figures.grown],
    ["moved_to_grow", figures.moved],
    ["requests_fragmented", figures.fragmented],
    ["compactions", figures.compactions],
    ["runs_moved", figures.runsMoved],
    ["pages_moved", figures.pagesMoved],
    ["collisions", figures.collisions],
  ];
  return rows.map(([name, value]) => `${name} ${value}\n`).join("");
}
