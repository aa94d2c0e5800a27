/** Colour on terminals only; NO_COLOR, FORCE_COLOR and TERM=dumb are honoured. */
import { styleText } from "node:util";

export interface Output {
  readonly isTTY?: boolean;
}

/** Whether colour belongs in what is written to `stream`. */
export function useColor(stream: Output): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  return stream.isTTY === true && TERM !== "dumb";
}

export type Style = Parameters<typeof styleText>[0];

/** Styles `text` for `stream`, or leaves it plain. */
export function paint(stream: Output, style: Style, text: string): string {
  return useColor(stream) ? styleText(style, text, { validateStream: false }) : text;
}
