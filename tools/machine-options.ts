/** Options of the machine written as on the command line, in places without one. */
import { type HugePages, OPTIONS, type OptionName, type Options } from "../kernel/options.ts";
import { bytesOfOrder } from "../kernel/vm/hugetlb/sizes.ts";
import { UsageError } from "./errors.ts";

/** Reads ["--ram", "16M", "--paging=sv39"]. Throws UsageError. */
export function parseMachineOptions(words: readonly string[]): Partial<Options> {
  const options: Record<string, unknown> = {};
  const rest = words.flatMap((word) => {
    const name = negatedName(word);
    if (name !== null) return [`--${name}`, "off"];
    return word.startsWith("--") && word.includes("=") ? splitOnce(word) : [word];
  });
  for (let i = 0; i < rest.length; i += 2) {
    const [flag, value] = [rest[i]!, rest[i + 1]];
    const name = flag.slice(2) as OptionName;
    if (!flag.startsWith("--") || !Object.hasOwn(OPTIONS, name)) {
      throw new UsageError(
        `'${flag}' is no option of the machine; there are ${Object.keys(OPTIONS)
          .map((n) => `--${n}`)
          .join(", ")}`,
      );
    }
    if (value === undefined) throw new UsageError(`${flag} needs a value: ${OPTIONS[name].help}`);
    options[name] = parsed(name, value);
  }
  return options;
}

/** Takes `--drive FILE` out of the words: files that become further disks. Throws UsageError */
export function splitDrives(words: readonly string[]): { words: string[]; drives: string[] } {
  const rest: string[] = [];
  const drives: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word.startsWith("--drive=")) drives.push(splitOnce(word)[1]!);
    else if (word !== "--drive") rest.push(word);
    else if (++i < words.length) drives.push(words[i]!);
    else throw new UsageError("--drive needs a value: the image of a disk, beside the program");
  }
  return { words: rest, drives };
}

/** `--no-aslr` stands for `--aslr off`. */
function negatedName(word: string): string | null {
  const name = /^--no-(.+)$/.exec(word)?.[1];
  return name !== undefined && Object.hasOwn(OPTIONS, name) && "negatable" in OPTIONS[name as OptionName] ? name : null;
}

const splitOnce = (word: string) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)];

function parsed(name: OptionName, value: string): unknown {
  try {
    return OPTIONS[name].parse(value);
  } catch (error) {
    throw new UsageError(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const formatHugePages = ({ order, count }: HugePages) => `${bytesOfOrder(order) / 2 ** 20}M:${count}`;

/** A parsed value as it is written on the command line. */
export function formatOption(value: Options[OptionName]): string {
  if (Array.isArray(value)) return value.map(formatHugePages).join(",");
  if (typeof value === "object" && "sets" in value) return `${value.sets}x${value.ways}`;
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value);
}
