/** `quire memory working-set FILE`: the working set of each process of a recorded run, over time or by window. */
import type { LineChart } from "../chart/chart.ts";
import { MOST_SERIES } from "../chart/chart.ts";
import { svgChart } from "../chart/svg.ts";
import { terminalChart } from "../chart/terminal.ts";
import { EXIT, UsageError } from "../errors.ts";
import { readHostFile } from "../files.ts";
import { type ProcessReferences, referencesByProcess } from "../memory/process-references.ts";
import { ReferenceFileError, readReferenceFile } from "../memory/reference-file.ts";
import { averageSizes, type WorkingSetCurve, windowsFor, workingSetCurve } from "../memory/working-set.ts";
import type { CommandBody } from "./command.ts";
import { writeFile } from "./options.ts";

const WINDOW = 1000;
/** Points of a curve. */
const STRETCHES = 200;

interface Measured extends ProcessReferences {
  readonly name: string;
  readonly curve: WorkingSetCurve;
  readonly byWindow: readonly (readonly [window: number, average: number])[];
}

export const workingSetCommand: CommandBody = async ([file], options) => {
  const window = (options.window as number | undefined) ?? WINDOW;
  const processes = chosen(file!, options.pid as number | undefined).map((process) => measure(process, window));
  const chart = options.byWindow === true ? chartByWindow(processes) : chartOverTime(processes, window);
  if (options.svg !== undefined) writeFile("--svg", options.svg as string, svgChart(chart));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ window, processes: processes.map(document) }, null, 2)}\n`);
    return EXIT.ok;
  }
  process.stdout.write(`${table(processes, window)}\n${terminalChart(chart)}`);
  return EXIT.ok;
};

/** @throws UsageError the file is none, or has no such process */
function chosen(file: string, pid: number | undefined): ProcessReferences[] {
  const all = referencesByProcess(read(file));
  const found = pid === undefined ? all : all.filter((process) => process.pid === pid);
  if (found.length > 0) return found;
  if (all.length === 0) throw new UsageError(`${file}: no process has referenced a page`);
  const known = [...new Set(all.map((process) => process.pid))].join(", ");
  throw new UsageError(`--pid ${pid}: no such process in ${file}, which has ${known}`);
}

function read(file: string): ReturnType<typeof readReferenceFile> {
  try {
    return readReferenceFile(Buffer.from(readHostFile(file)));
  } catch (error) {
    if (!(error instanceof ReferenceFileError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

function measure(process: ProcessReferences, window: number): Measured {
  const { references, pid, space } = process;
  const windows = windowsFor(references.length);
  const averages = averageSizes(references, windows);
  return {
    ...process,
    name: `process ${pid}, space ${space}`,
    curve: workingSetCurve(references, window, STRETCHES),
    byWindow: windows.map((each, i) => [each, averages[i]!]),
  };
}

/** Those with the most references, as many as can be told apart. */
function largest(processes: readonly Measured[]): Measured[] {
  const byLength = [...processes].sort((a, b) => b.references.length - a.references.length);
  const shown = new Set(byLength.slice(0, MOST_SERIES));
  return processes.filter((process) => shown.has(process));
}

function chartOverTime(processes: readonly Measured[], window: number): LineChart {
  return {
    kind: "lines",
    title: `Working sets, window of ${window} references`,
    x: { title: "references of the process" },
    y: { title: "pages", from: 0 },
    series: largest(processes).map(({ name, curve }) => ({ name, points: curve.points })),
    steps: true,
  };
}

function chartByWindow(processes: readonly Measured[]): LineChart {
  return {
    kind: "lines",
    title: "Mean size of the working set by window",
    x: { title: "window (references)", scale: "log" },
    y: { title: "pages", from: 0 },
    series: largest(processes).map(({ name, byWindow }) => ({ name, points: byWindow })),
  };
}

function table(processes: readonly Measured[], window: number): string {
  const column = (value: number | string, width: number) => String(value).padStart(width);
  const head = `  pid  space  references   pages  mean and peak with a window of ${window}`;
  const rows = processes.map(({ pid, space, references, pages, curve }) => {
    const sizes = `${column(curve.average.toFixed(1), 8)} ${column(curve.peak, 6)}`;
    return `${column(pid, 5)}  ${column(space, 5)}  ${column(references.length, 10)}  ${column(pages, 6)}  ${sizes}`;
  });
  return `${[head, ...rows].join("\n")}\n`;
}

function document({ pid, space, references, pages, curve, byWindow }: Measured): object {
  const { average, peak, points } = curve;
  return { pid, space, references: references.length, pages, average, peak, points, byWindow };
}
