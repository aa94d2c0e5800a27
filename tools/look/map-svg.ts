/**
 * A picture of memory as SVG: frames as small squares, filled from below as far as they are in use, then a bar for each
 * mapping. The same picture is the same text; colours follow the reader's preference for light or dark ground.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { at, COLOURS, escaped } from "../chart/svg.ts";
import type { Cell, Kind, MappingMap, Mark, MemoryMap, PageState, SpaceMap } from "./memory-map.ts";

const WIDTH = 720;
const LEFT = 92;
const SIDE = 9;
const PITCH = 10;
const PER_LINE = 62;
const ROW = 15;
const BAR = { left: 330, width: 240, height: 9 };

/** By kind: the place in COLOURS, and the words of the legend. */
const FILLS: Readonly<Record<Exclude<Kind, "free">, readonly [colour: number, words: string]>> = {
  kernel: [5, "kernel"],
  table: [3, "page table"],
  anonymous: [0, "anonymous"],
  file: [2, "file"],
  shared: [4, "shared, tmpfs"],
  huge: [1, "pool of huge pages"],
  segment: [0, "segment"],
};

/** What is drawn upon a cell whose corner is x, y. */
const GLYPHS: Readonly<Record<Mark, { readonly path: (x: number, y: number) => string; readonly words: string }>> = {
  transfer: { path: (x, y) => `M${x} ${y}l9 9m0-9l-9 9`, words: "in transfer or pinned" },
  locked: { path: (x, y) => `M${x + 1} ${y + 1}h7v7h-7z`, words: "locked" },
  merged: { path: (x, y) => `M${x + 1} ${y + 5}q2-4 3.5 0t3.5 0`, words: "merged" },
  shared: { path: (x, y) => `M${x + 1} ${y + 3}h7m-7 3h7`, words: "several entries" },
  dirty: { path: (x, y) => `M${x + 4} ${y + 4}h1v1h-1z`, words: "dirty" },
  large: { path: (x, y) => `M${x} ${y + 8.5}h10`, words: "of a huge page" },
};

const STATES: Readonly<Record<Exclude<PageState, "untouched">, readonly [colour: number, words: string]>> = {
  resident: [0, "resident"],
  large: [1, "resident, huge"],
  swapped: [7, "in swap"],
};

const hex = (value: number) => `0x${value.toString(16)}`;
const count = (n: number) => n.toLocaleString("en-US");

/** The whole file. */
export function mapSvg(map: MemoryMap): string {
  const frames = drawFrames(map, 46);
  const key = drawKey(map, frames.bottom + 22);
  const spaces = drawSpaces(map.spaces, key.bottom + 14);
  const height = Math.ceil(spaces.bottom + 12);
  const each = map.framesPerCell === 1 ? "one frame" : `${map.framesPerCell} frames`;
  const title = `Memory: ${(map.frames * PAGE_SIZE) / 2 ** 20} MiB, ${count(map.frames)} frames`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${style()}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="16" y="24">${title}; a square is ${each}</text>`,
    ...frames.parts,
    ...key.parts,
    ...spaces.parts,
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function style(): string {
  const names = [...Object.entries(FILLS), ...Object.entries(STATES)];
  const colours = (side: 0 | 1) => names.map(([name, [colour]]) => `.${name}{fill:${COLOURS[colour]![side]}}`).join("");
  return [
    "text{font:12px system-ui,sans-serif;fill:#222}.small{font:11px ui-monospace,monospace}.title{font-size:15px;font-weight:600}",
    ".ground{fill:#fff}.free{fill:#e4e4e4}.mark{fill:none;stroke:#fff;stroke-width:1.2}",
    `.grid{fill:none;stroke:#fff;stroke-width:${SIDE};stroke-dasharray:1 ${PITCH - 1}}`,
    colours(0),
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.ground{fill:#14171a}.free{fill:#2b3036}.mark{stroke:#000}.grid{stroke:#14171a}",
    `${colours(1)}}`,
  ].join("");
}

interface Drawn {
  readonly parts: readonly string[];
  readonly bottom: number;
}

/** The squares: one path a kind, one a mark. Lines that are all free are told, not drawn. */
function drawFrames({ base, cells, framesPerCell }: MemoryMap, top: number): Drawn {
  const paths = new Map<string, string>();
  const add = (name: string, path: string) => paths.set(name, (paths.get(name) ?? "") + path);
  const labels: string[] = [];
  let grid = "";
  let y = top;
  let skipped = 0;
  const flush = () => {
    if (skipped === 0) return;
    labels.push(`<text class="small" x="${LEFT}" y="${y + 9}">${count(skipped)} frames free</text>`);
    y += ROW;
    skipped = 0;
  };
  for (let first = 0; first < cells.length; first += PER_LINE) {
    const row = cells.slice(first, first + PER_LINE);
    if (row.every(({ used }) => used === 0)) {
      skipped += row.reduce((sum, cell) => sum + cell.frames, 0);
      continue;
    }
    flush();
    const address = hex(base + first * framesPerCell * PAGE_SIZE);
    labels.push(`<text class="small" x="${LEFT - 8}" y="${y + 8}" text-anchor="end">${address}</text>`);
    drawLine(row, y, add);
    grid += `M${LEFT - 1} ${y + SIDE / 2}h${row.length * PITCH + 1}`;
    y += PITCH;
  }
  flush();
  const shapes = [...paths].map(([name, path]) => `<path class="${name}" d="${path}"/>`);
  const order = (shape: string) => Number(shape.includes('class="mark'));
  // Dashes one pixel wide between the squares.
  const lines = `<path class="grid" d="${grid}"/>`;
  return { parts: [...labels, ...shapes.sort((a, b) => order(a) - order(b)), lines], bottom: y };
}

/** Neighbours that look alike are one rectangle. */
function drawLine(row: readonly Cell[], y: number, add: (name: string, path: string) => void): void {
  const heightOf = ({ used, frames }: Cell) => (SIDE * used) / frames;
  for (let i = 0; i < row.length; ) {
    const cell = row[i]!;
    let length = 1;
    while (row[i + length]?.kind === cell.kind && heightOf(row[i + length]!) === heightOf(cell)) length++;
    const [x, width, height] = [LEFT + i * PITCH, length * PITCH - 1, heightOf(cell)];
    if (height < SIDE) add("free", `M${x} ${y}h${width}v${at(SIDE - height)}h-${width}z`);
    if (height > 0) add(cell.kind, `M${x} ${at(y + SIDE - height)}h${width}v${at(height)}h-${width}z`);
    i += length;
  }
  row.forEach(({ marks }, i) => {
    for (const mark of marks) add("mark", GLYPHS[mark].path(LEFT + i * PITCH, y));
  });
}

/** What the colours and glyphs mean, with counts; only what there is. */
function drawKey({ kinds, marks, free }: MemoryMap, top: number): Drawn {
  const items = [
    [`<path class="free" d="M0 0h9v9h-9z"/>`, `free: ${count(kinds.free)}`],
    ...(Object.keys(FILLS) as (keyof typeof FILLS)[])
      .filter((kind) => kinds[kind] > 0)
      .map((kind) => [`<path class="${kind}" d="M0 0h9v9h-9z"/>`, `${FILLS[kind][1]}: ${count(kinds[kind])}`]),
    ...(Object.keys(GLYPHS) as Mark[])
      .filter((mark) => marks[mark] > 0)
      .map((mark) => [
        `<path class="kernel" d="M0 0h9v9h-9z"/><path class="mark" d="${GLYPHS[mark].path(0, 0)}"/>`,
        `${GLYPHS[mark].words}: ${count(marks[mark])}`,
      ]),
  ];
  const columns = 4;
  const width = (WIDTH - 32) / columns;
  const parts = items.map(([shape, words], i) => {
    const [x, y] = [16 + width * (i % columns), top + 18 * Math.floor(i / columns)];
    return `<g transform="translate(${at(x)} ${y})">${shape}<text x="15" y="9">${words}</text></g>`;
  });
  const bottom = top + 18 * Math.ceil(items.length / columns) + 12;
  const runs = `free frames lie in ${count(free.runs)} ${free.runs === 1 ? "run" : "runs"}, the largest of ${count(free.largest)} frames`;
  return { parts: [...parts, `<text x="16" y="${bottom}">${runs}</text>`], bottom };
}

function drawSpaces(spaces: readonly SpaceMap[], top: number): Drawn {
  const parts: string[] = [];
  let y = top;
  for (const { pids, program, mappings, totals } of spaces) {
    y += 20;
    const parted = (Object.keys(totals) as PageState[]).filter((state) => totals[state] > 0);
    const pages = parted.map((state) => `${count(totals[state])} ${state}`).join(", ");
    parts.push(`<text class="title" x="16" y="${y}">${escaped(program)}, pid ${pids.join(", ")}</text>`);
    parts.push(`<text x="${WIDTH - 16}" y="${y}" text-anchor="end">pages: ${pages}</text>`);
    y += 8;
    for (const mapping of mappings) {
      parts.push(...drawMapping(mapping, y));
      y += ROW;
    }
  }
  return { parts, bottom: y };
}

function drawMapping({ start, end, rights, name, runs }: MappingMap, y: number): string[] {
  const pages = (end - start) / PAGE_SIZE;
  const label = `${start.toString(16).padStart(12)}-${end.toString(16).padEnd(12)} ${rights} ${count(pages).padStart(7)}`;
  const shown = name.length > 20 ? `...${name.slice(-17)}` : name;
  const bars: string[] = [];
  let from = 0;
  for (const { state, pages: length } of runs) {
    const [x, width] = [BAR.left + (BAR.width * from) / pages, (BAR.width * length) / pages];
    if (state !== "untouched")
      bars.push(`<path class="${state}" d="M${at(x)} ${y + 2}h${at(width)}v${BAR.height}h-${at(width)}z"/>`);
    from += length;
  }
  return [
    `<text class="small" x="16" y="${y + 10}" xml:space="preserve">${label}</text>`,
    `<path class="free" d="M${BAR.left} ${y + 2}h${BAR.width}v${BAR.height}h-${BAR.width}z"/>`,
    ...bars,
    `<text class="small" x="${BAR.left + BAR.width + 8}" y="${y + 10}">${escaped(shown)}</text>`,
  ];
}
