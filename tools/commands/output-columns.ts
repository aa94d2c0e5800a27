/** How wide tables and pictures on standard output are: as the terminal, or as usual where it is none. */

const USUAL = 80;
/** Wider ones are no better to read. */
const WIDEST = 120;

export function outputColumns(): number {
  const { stdout } = process;
  return stdout.isTTY ? Math.min(stdout.columns ?? USUAL, WIDEST) : USUAL;
}
