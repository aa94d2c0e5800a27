/** How every campaign answers --help, and a mistake in its words: with what its own head says, never with a stack trace. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";

/** The comment with which a file begins, without its marks. */
function headOf(file: string): string {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  return comment.replace(/^ \* ?/gm, "").trim();
}

/** Ends the campaign with its help, when that is asked for. @param file import.meta.filename */
export function answerHelp(file: string): void {
  if (!process.argv.slice(2).some((word) => word === "--help" || word === "-h")) return;
  process.stdout.write(`${headOf(file)}\n`);
  process.exit(0);
}

/** Ends it with one sentence, and status 2. */
export function mistake(file: string, sentence: string): never {
  process.stderr.write(`${sentence}; see npx tsx ${relative(process.cwd(), file)} --help\n`);
  process.exit(2);
}

/** The words of a campaign whose words are whole numbers. */
export function numberWords(file: string, words: readonly string[] = process.argv.slice(2)): number[] {
  answerHelp(file);
  return words.map((word) => {
    if (!/^\d[\d_]*$/.test(word)) mistake(file, `'${word}' is no whole number`);
    return Number(word.replaceAll("_", ""));
  });
}
