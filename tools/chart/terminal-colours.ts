/** Colours of curves on a terminal: those of its own palette, so that they suit its ground. */
import type { Style } from "../style.ts";

/** Styles a piece of text, or leaves it plain. */
export type PaintText = (style: Style, text: string) => string;

export const PLAIN: PaintText = (_, text) => text;

const COLOURS = ["cyan", "yellow", "magenta", "green", "red", "blue"] as const;

/** Of the curve with this number. */
export const colourOf = (series: number): Style => COLOURS[series % COLOURS.length]!;
