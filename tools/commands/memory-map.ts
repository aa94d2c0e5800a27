/** `quire memory map PROGRAM`: physical memory and address spaces at one moment, as text, SVG or JSON. */
import { EXIT } from "../errors.ts";
import { mapSvg } from "../look/map-svg.ts";
import { CELLS_PER_LINE, mapText } from "../look/map-text.ts";
import { type MemoryMap, mapMemory } from "../look/memory-map.ts";
import { paint } from "../style.ts";
import type { CommandBody } from "./command.ts";
import { atMoment } from "./moment.ts";
import { writeFile } from "./options.ts";
import { outputColumns } from "./output-columns.ts";

/** Lines of the picture of frames that are not all free, at most: the cells are as large as that needs. */
const LINES_MOST = 24;

export const map: CommandBody = async ([file, ...args], options) =>
  atMoment(file!, args, options, ({ computer, at }) => {
    const asked = options.cell as number | undefined;
    let picture: MemoryMap;
    for (let cell = asked ?? 1; ; cell *= 2) {
      picture = mapMemory(computer.kernel, cell);
      if (asked !== undefined || usedLines(picture) <= LINES_MOST) break;
    }
    if (options.frames === true) picture = { ...picture, spaces: [] };
    if (options.svg !== undefined) writeFile("--svg", options.svg as string, mapSvg(picture));
    if (options.json === true) process.stdout.write(`${JSON.stringify(mapJson(picture, at), null, 2)}\n`);
    else if (options.svg === undefined) {
      const lines = mapText(picture, (style, text) => paint(process.stdout, style, text), outputColumns());
      process.stdout.write(`${lines.join("\n")}\n`);
    }
    return EXIT.ok;
  });

function usedLines({ cells }: MemoryMap): number {
  const lines = new Set<number>();
  cells.forEach(({ used }, i) => {
    if (used > 0) lines.add(Math.floor(i / CELLS_PER_LINE));
  });
  return lines.size;
}

/** Version 1: fields may be added, none is renamed or removed. */
function mapJson({ cells, ...rest }: MemoryMap, at: number) {
  return { version: 1, at, ...rest, cells: cells.map((cell) => ({ ...cell, marks: [...cell.marks] })) };
}
