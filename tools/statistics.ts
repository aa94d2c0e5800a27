/** Statistics of a machine as text. */
import type { ComputerStatistics } from "../kernel/computer.ts";

/** "tlbHits" -> "tlb hits". */
const words = (name: string) => name.replaceAll(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);

/** One line a figure, names left, numbers right-aligned with thousands apart. */
export function statisticsText(statistics: ComputerStatistics): string {
  const rows = Object.entries(statistics).map(
    ([name, value]) => [words(name), Number(value).toLocaleString("en-US")] as const,
  );
  const [left, right] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([name, value]) => `${name.padEnd(left!)}  ${value.padStart(right!)}\n`).join("");
}
