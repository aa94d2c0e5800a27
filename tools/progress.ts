/** Progress: a line on standard error that says what runs, on a terminal only. */

/** Shows a text in place of the last one; "" removes it. What is written elsewhere meanwhile should find it removed. */
export type Progress = (text: string) => void;

export function progressLine(): Progress {
  const shown = process.stderr.isTTY === true && process.env.TERM !== "dumb";
  return (text) => {
    if (shown) process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  };
}
