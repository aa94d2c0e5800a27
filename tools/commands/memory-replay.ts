/** `quire memory replay`: policies compared over one reference string. */
import { basename } from "node:path";
import { svgChart } from "../chart/svg.ts";
import { EXIT, UsageError } from "../errors.ts";
import { readHostFile } from "../files.ts";
import {
  comparePolicies,
  faultCurves,
  faultTable,
  POLICIES,
  type PolicyFaults,
  type PolicyName,
} from "../memory/compare.ts";
import { ReferenceFileError, readReferenceFile } from "../memory/reference-file.ts";
import { type ReferenceString, referencesIn } from "../memory/reference-string.ts";
import { MOST_STEP_FRAMES, MOST_STEPS, stepTable } from "../memory/steps.ts";
import { type TypedString, typedString } from "../memory/typed-string.ts";
import { progressLine } from "../progress.ts";
import { chartForOutput } from "./chart-output.ts";
import type { CommandBody } from "./command.ts";
import { writeFile } from "./options.ts";

/** Sizes that are compared unless said: so many at most. */
const DEFAULT_SIZES = 60;
const LEAST_RECORDED = 3;
/** Longer tables are replaced by the chart. */
const TABLE_ROWS = 100;

interface Subject {
  readonly name: string;
  readonly string: ReferenceString;
  /** Typed by hand, so that it can be shown step by step. */
  readonly typed: TypedString | null;
}

export const replayCommand: CommandBody = async ([file], options) => {
  const subject = subjectOf(file, options.string as string | undefined);
  const policies = (options.policy as PolicyName[] | undefined) ?? POLICIES;
  const sizes = (options.frames as number[] | undefined) ?? defaultSizes(subject);
  const show = progressLine();
  const results = comparePolicies(subject.string, policies, sizes, (policy, frames) =>
    show(`${policy}, ${frames} frames`),
  );
  show("");
  const chart = faultCurves(results, sizes, `Page faults of ${subject.name}`);
  if (options.svg !== undefined) writeFile("--svg", options.svg as string, svgChart(chart));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(document(subject, sizes, results), null, 2)}\n`);
    return EXIT.ok;
  }
  const lines = [...headline(subject), "", ...steps(subject, policies, sizes)];
  if (sizes.length <= TABLE_ROWS) lines.push(...faultTable(results, sizes));
  process.stdout.write(`${lines.join("\n")}\n`);
  if (sizes.length > 2) process.stdout.write(`\n${chartForOutput(chart)}`);
  return EXIT.ok;
};

function subjectOf(file: string | undefined, text: string | undefined): Subject {
  if (file !== undefined && text !== undefined)
    throw new UsageError("memory replay: expected a file of references or --string, not both");
  if (file === undefined && text === undefined)
    throw new UsageError("memory replay: expected a file of references, or --string with page numbers");
  if (text !== undefined) return fromText("the string", text, "--string");
  const bytes = Buffer.from(readHostFile(file!));
  if (/^[\d\s,]+$/.test(bytes.toString("latin1", 0, 4096)))
    return fromText(basename(file!), bytes.toString("latin1"), file!);
  try {
    const string = readReferenceFile(bytes);
    if (string.codes.length === 0 || string.kinds.length === 0)
      throw new ReferenceFileError("there is no reference in it");
    return { name: basename(file!), string, typed: null };
  } catch (error) {
    if (error instanceof ReferenceFileError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

function fromText(name: string, text: string, what: string): Subject {
  const typed = typedString(text, what);
  return { name, string: typed.string, typed };
}

/** From the least to one frame a page, with equal steps. */
function defaultSizes({ string, typed }: Subject): number[] {
  const least = typed === null ? LEAST_RECORDED : 1;
  const most = Math.max(least, string.kinds.length);
  const step = Math.max(1, Math.ceil((most - least) / DEFAULT_SIZES));
  return Array.from({ length: Math.floor((most - least) / step) + 1 }, (_, i) => least + i * step);
}

function headline({ name, string }: Subject): string[] {
  const { resident, replacement } = string.origin;
  const count = (n: number, what: string) => `${n.toLocaleString("en-US")} ${what}${n === 1 ? "" : "s"}`;
  const recorded =
    replacement === "" ? "" : `, recorded under ${replacement}${resident > 0 ? ` with --resident ${resident}` : ""}`;
  return [`${name}: ${count(referencesIn(string), "reference")} to ${count(string.kinds.length, "page")}${recorded}`];
}

/** Step by step, where the string is short, and the policies and sizes were few. */
function steps({ typed }: Subject, policies: readonly PolicyName[], sizes: readonly number[]): string[] {
  const few = policies.length * sizes.length <= 6 && Math.max(...sizes) <= MOST_STEP_FRAMES;
  if (typed === null || typed.string.codes.length > MOST_STEPS || !few) return [];
  return policies.flatMap((policy) => sizes.flatMap((size) => [...stepTable(typed, policy, size), ""]));
}

/** Version 1: fields may be added, none is renamed or removed. */
function document({ name, string }: Subject, sizes: readonly number[], results: readonly PolicyFaults[]) {
  return {
    version: 1,
    name,
    origin: string.origin,
    references: referencesIn(string),
    pages: string.kinds.length,
    frames: sizes,
    faults: Object.fromEntries(results.map(({ policy, faults }) => [policy, faults])),
  };
}
