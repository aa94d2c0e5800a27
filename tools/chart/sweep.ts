/** A curve as the cells of a grid that it crosses, and a grid of braille dots, two by four in each character. */
import type { LineSeries } from "./chart.ts";
import type { Scale } from "./scale.ts";

const BLANK_BRAILLE = 0x2800;
/** The bit of a braille character by row and column of its dots (Unicode 15, 2800-28FF). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Calls `paint` for each column that the curve crosses, with the two heights, 0 to 1, between which it lies there. */
export function sweep(
  { points }: LineSeries,
  steps: boolean,
  x: Scale,
  y: Scale,
  width: number,
  paint: (column: number, low: number, high: number) => void,
): void {
  const places = points.map(([px, py]) => [x.place(px) * (width - 1), y.place(py)] as const);
  for (const [i, [toX, toY]] of places.entries()) {
    const [fromX, fromY] = places[i - 1] ?? [toX, toY];
    const heightAt = (column: number) => {
      if (steps) return fromY;
      return toX === fromX ? toY : fromY + ((toY - fromY) * (Math.min(column, toX) - fromX)) / (toX - fromX);
    };
    for (let column = Math.round(fromX); column < Math.round(toX); column++) {
      const [a, b] = [heightAt(Math.max(column, fromX)), heightAt(column + 1)];
      paint(column, Math.min(a, b), Math.max(a, b));
    }
    if (steps) paint(Math.round(toX), Math.min(fromY, toY), Math.max(fromY, toY));
    else paint(Math.round(toX), toY, toY);
  }
}

/** Rows of a grid so many high that heights from low to high (0 to 1) cross, from the top. */
export function rowsBetween(low: number, high: number, height: number): { first: number; last: number } {
  const row = (value: number) => Math.round((1 - value) * (height - 1));
  return { first: Math.max(0, row(high)), last: Math.min(height - 1, row(low)) };
}

/** A curve in dots. @returns by row and column of characters: one of braille, "" where nothing is */
export function brailleCells(
  series: LineSeries,
  steps: boolean,
  x: Scale,
  y: Scale,
  columns: number,
  rows: number,
): string[][] {
  const bits = Array.from({ length: rows }, () => new Uint8Array(columns));
  sweep(series, steps, x, y, 2 * columns, (column, low, high) => {
    const { first, last } = rowsBetween(low, high, 4 * rows);
    for (let dot = first; dot <= last; dot++) bits[dot >> 2]![column >> 1]! |= DOTS[dot & 3]![column & 1]!;
  });
  return bits.map((row) => Array.from(row, (b) => (b === 0 ? "" : String.fromCharCode(BLANK_BRAILLE + b))));
}
