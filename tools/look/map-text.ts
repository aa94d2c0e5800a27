/** A picture of memory as text, 80 columns wide unless names need more and have it: one character for what a cell is, one for what else there is to say of it. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { Style } from "../style.ts";
import type { Paint } from "./journey-text.ts";
import type { Cell, Kind, MappingMap, Mark, MemoryMap, PageState, SpaceMap } from "./memory-map.ts";

/** Cells of a line. */
export const CELLS_PER_LINE = 32;

/** A letter is a capital where all frames of the cell are in use. */
const LETTERS: Readonly<Record<Kind, { readonly letter: string; readonly style: Style; readonly words: string }>> = {
  free: { letter: ".", style: "dim", words: "free" },
  kernel: { letter: "K", style: "gray", words: "kernel" },
  table: { letter: "T", style: "magenta", words: "page table" },
  anonymous: { letter: "A", style: "blue", words: "anonymous" },
  file: { letter: "F", style: "green", words: "file on a disk" },
  shared: { letter: "S", style: "cyan", words: "shared memory, tmpfs" },
  huge: { letter: "H", style: "red", words: "pool of huge pages" },
  segment: { letter: "G", style: "yellow", words: "segment, or a program without translation" },
};

/** In this order: the first that holds is shown. */
const SIGNS: Readonly<Record<Mark, { readonly sign: string; readonly words: string }>> = {
  transfer: { sign: "!", words: "in transfer or pinned" },
  locked: { sign: "#", words: "locked" },
  merged: { sign: "~", words: "merged" },
  shared: { sign: "=", words: "several entries" },
  dirty: { sign: "*", words: "dirty" },
  large: { sign: "2", words: "of a huge page" },
};

const BAR: Readonly<Record<PageState, string>> = { resident: "#", large: "H", swapped: "s", untouched: "." };
const BAR_MOST = 24;

const hex = (value: number) => `0x${value.toString(16)}`;
const count = (n: number) => n.toLocaleString("en-US");

/** @param columns to which names are shortened; the rest needs 80 at most @returns lines */
export function mapText(map: MemoryMap, paint: Paint, columns = 80): string[] {
  return [
    ...frameLines(map, paint),
    "",
    ...legend(map, paint),
    ...map.spaces.flatMap((s) => ["", ...spaceLines(s, paint, columns)]),
  ];
}

function frameLines(map: MemoryMap, paint: Paint): string[] {
  const { base, cells, framesPerCell, frames } = map;
  const each = framesPerCell === 1 ? "one frame" : `${framesPerCell} frames`;
  const size = `${(frames * PAGE_SIZE) / 2 ** 20} MiB, ${count(frames)} frames; a cell is ${each}`;
  const lines = [`${paint("bold", "Physical memory")}  ${size}`];
  let skipped = 0;
  const flush = () => {
    if (skipped > 0) lines.push(`              ${count(skipped)} frames free`);
    skipped = 0;
  };
  for (let first = 0; first < cells.length; first += CELLS_PER_LINE) {
    const row = cells.slice(first, first + CELLS_PER_LINE);
    if (row.every(({ used }) => used === 0)) {
      skipped += row.reduce((sum, cell) => sum + cell.frames, 0);
      continue;
    }
    flush();
    const address = hex(base + first * framesPerCell * PAGE_SIZE);
    lines.push(`  ${address.padEnd(10)}  ${row.map((cell) => cellText(cell, paint)).join("")}`.trimEnd());
  }
  flush();
  return lines;
}

function cellText({ kind, used, frames, marks }: Cell, paint: Paint): string {
  const { letter, style } = LETTERS[kind];
  const sign = (Object.keys(SIGNS) as Mark[]).find((mark) => marks.has(mark));
  return paint(style, used < frames ? letter.toLowerCase() : letter) + (sign === undefined ? " " : SIGNS[sign].sign);
}

function legend({ kinds, marks, framesPerCell, free }: MemoryMap, paint: Paint): string[] {
  const column = (text: string) => text.padEnd(36);
  const kindCells = (Object.keys(LETTERS) as Kind[])
    .filter((kind) => kinds[kind] > 0)
    .map((kind) => ({ head: LETTERS[kind], text: `${LETTERS[kind].words}: ${count(kinds[kind])}` }));
  const left = kindCells.map(({ head, text }) => ({ painted: paint(head.style, head.letter), text }));
  const right = (Object.keys(SIGNS) as Mark[])
    .filter((mark) => marks[mark] > 0)
    .map((mark) => `${SIGNS[mark].sign} ${SIGNS[mark].words}: ${count(marks[mark])}`);
  const lines = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const cell = left[i];
    const first = cell === undefined ? `  ${column("")}` : `${cell.painted} ${column(cell.text)}`;
    return `  ${first}${right[i] ?? ""}`.trimEnd();
  });
  const part = framesPerCell === 1 ? [] : ["  a small letter: some frames of the cell are free"];
  const runs = `${count(free.runs)} ${free.runs === 1 ? "run" : "runs"}`;
  const largest = `the largest of ${count(free.largest)} (${count((free.largest * PAGE_SIZE) / 1024)} KiB)`;
  return [...lines, ...part, `  free frames lie in ${runs}, ${largest}`];
}

function spaceLines({ pids, program, mappings, totals }: SpaceMap, paint: Paint, columns: number): string[] {
  const who = `${program}, pid ${pids.join(", ")}`;
  const parts = (Object.keys(totals) as PageState[])
    .filter((state) => totals[state] > 0)
    .map((state) => `${count(totals[state])} ${state} ${BAR[state]}`);
  return [paint("bold", who), `  pages: ${parts.join(", ")}`, ...mappingLines(mappings, columns)];
}

/** Each column is as wide as it must be, so that names have room. */
function mappingLines(mappings: readonly MappingMap[], columns: number): string[] {
  const rows = mappings.map((mapping) => {
    const { start, end, rights, name } = mapping;
    const range = `${start.toString(16)}-${end.toString(16)}`;
    return { range, rights, pages: count((end - start) / PAGE_SIZE), bar: barOf(mapping), name };
  });
  const widest = (column: "range" | "pages" | "bar") => Math.max(...rows.map((row) => row[column].length));
  const [range, pages, bar] = [widest("range"), widest("pages"), widest("bar")];
  return rows.map((row) => {
    const line = `  ${row.range.padEnd(range)} ${row.rights} ${row.pages.padStart(pages)} ${row.bar.padEnd(bar)}  `;
    return `${line}${shorten(row.name, columns - line.length)}`.trimEnd();
  });
}

/** The end of a name that is too long says more than its beginning. */
const shorten = (name: string, most: number) =>
  name.length <= most ? name : `...${name.slice(name.length - most + 3)}`;

/** One character a page, or a run of equally many: of what is in the run the first of swapped, large, resident, untouched. */
export function barOf({ start, end, runs }: MappingMap): string {
  const pages = (end - start) / PAGE_SIZE;
  const length = Math.min(pages, BAR_MOST);
  let at = 0;
  const ends = runs.map((run) => {
    at += run.pages;
    return at;
  });
  return Array.from({ length }, (_, i) => {
    const [from, to] = [Math.floor((i * pages) / length), Math.floor(((i + 1) * pages) / length)];
    const here = runs.filter((run, r) => ends[r]! > from && ends[r]! - run.pages < to).map(({ state }) => state);
    return BAR[(["swapped", "large", "resident"] as const).find((state) => here.includes(state)) ?? "untouched"];
  }).join("");
}
