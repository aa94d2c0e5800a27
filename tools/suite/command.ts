/** How a user repeats what the suite did. */
import type { Options } from "../../kernel/options.ts";
import { formatOption, splitDrives } from "../machine-options.ts";
import type { Expectation } from "./expectation.ts";

/** What a program writes to its drives is dropped: each run finds them as they were. */
function driveWords({ machine }: Expectation, beside: (name: string) => string): string[] {
  const drives = splitDrives(machine).drives.map((drive) => `--drive ${quote(beside(drive))}`);
  return drives.length === 0 ? [] : ["--snapshot", ...drives];
}

const quote = (word: string) => (/^[\w./=:,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/**
 * The command line that runs this program alone, as the suite does.
 * @param beside the path of a file in the program's folder
 */
export function command(
  path: string,
  machine: Partial<Options>,
  expectation: Expectation | undefined,
  beside: (name: string) => string,
): string {
  const options = Object.entries(machine).map(([name, value]) => `--${name} ${quote(formatOption(value))}`);
  if (expectation === undefined || expectation.with.length > 0)
    return ["npx quire test", ...options, quote(path)].join(" ");
  const words = [
    "npx quire run",
    ...options,
    ...(expectation.pie ? ["--pie"] : []),
    ...(expectation.at === null ? [] : [`--text-base 0x${expectation.at.toString(16)}`]),
    ...splitDrives(expectation.machine).words,
    ...driveWords(expectation, beside),
    `--limit ${expectation.limit}`,
    quote(path),
    ...expectation.args.map(quote),
  ];
  const stdin = expectation.stdin === "" ? "" : `printf %s ${quote(expectation.stdin)} | `;
  return stdin + words.join(" ");
}
