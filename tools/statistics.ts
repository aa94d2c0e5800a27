/** Statistics of a machine as text. */
import type { ComputerStatistics } from "../kernel/computer.ts";

/** "tlbHits" -> "tlb hits". */
const words = (name: string) => name.replaceAll(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);

/** Name and value of each figure; a group gives its own figures, each behind the group's name. */
function flat(figures: object): [string, number][] {
  return Object.entries(figures).flatMap(([name, value]) => {
    if (typeof value !== "object") return [[words(name), Number(value)]];
    return flat(value).map(([inner, number]): [string, number] => [`${words(name)}: ${inner}`, number]);
  });
}

/** One line a figure, names left, numbers right-aligned with thousands apart. */
export function statisticsText(statistics: ComputerStatistics): string {
  const rows = flat(statistics).map(([name, value]) => [name, value.toLocaleString("en-US")] as const);
  const [left, right] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([name, value]) => `${name.padEnd(left!)}  ${value.padStart(right!)}\n`).join("");
}
