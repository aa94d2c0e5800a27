/** `quire memory working-set FILE`: the working set of each process of a recorded run, over time or by window. */
import type { LineChart } from "../chart/chart.ts";
import { MOST_SERIES } from "../chart/chart.ts";
import { svgChart } from "../chart/svg.ts";
import { durationText, unitFor } from "../duration.ts";
import { EXIT, UsageError } from "../errors.ts";
import { readHostFile } from "../files.ts";
import { type ProcessReferences, referencesByProcess } from "../memory/process-references.ts";
import { PRECISION } from "../memory/recorder.ts";
import { ReferenceFileError, readReferenceFile } from "../memory/reference-file.ts";
import type { Window } from "../memory/window.ts";
import { averageSizes, byReference, type WorkingSetCurve, windowsFor, workingSetCurve } from "../memory/working-set.ts";
import { chartForOutput } from "./chart-output.ts";
import type { CommandBody } from "./command.ts";
import { writeFile } from "./options.ts";

const WINDOW: Window = { unit: "cycles", length: 1_000_000 };
/** Points of a curve. */
const STRETCHES = 200;

interface Measured extends ProcessReferences {
  readonly name: string;
  readonly curve: WorkingSetCurve;
  readonly byWindow: readonly (readonly [window: number, average: number])[];
}

export const workingSetCommand: CommandBody = async ([file], options) => {
  const window = (options.window as Window | undefined) ?? WINDOW;
  const processes = chosen(file!, options.pid as number | undefined).map((process) => measure(process, window));
  const chart = options.byWindow === true ? chartByWindow(processes, window) : chartOverTime(processes, window);
  if (options.svg !== undefined) writeFile("--svg", options.svg as string, svgChart(chart));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(document(window, processes), null, 2)}\n`);
    return EXIT.ok;
  }
  process.stdout.write(`${table(processes, window)}\n${chartForOutput(chart)}`);
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
    return readReferenceFile(Buffer.from(readHostFile(file)), true);
  } catch (error) {
    if (!(error instanceof ReferenceFileError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

function measure(process: ProcessReferences, { unit, length }: Window): Measured {
  const { references: pages, times, pid, space } = process;
  const references = unit === "cycles" ? { pages, times } : byReference(pages);
  const windows = windowsFor(references, unit === "cycles" ? PRECISION : 1);
  const averages = averageSizes(references, windows);
  return {
    ...process,
    name: `process ${pid}, space ${space}`,
    curve: workingSetCurve(references, length, STRETCHES),
    byWindow: windows.map((each, i) => [each, averages[i]!]),
  };
}

/** Those with the most references, as many as can be told apart. */
function largest(processes: readonly Measured[]): Measured[] {
  const byLength = [...processes].sort((a, b) => b.references.length - a.references.length);
  const shown = new Set(byLength.slice(0, MOST_SERIES));
  return processes.filter((process) => shown.has(process));
}

const windowText = ({ unit, length }: Window) => (unit === "cycles" ? durationText(length) : `${length} references`);

function chartOverTime(processes: readonly Measured[], window: Window): LineChart {
  const shown = largest(processes);
  const end = Math.max(...shown.flatMap(({ curve }) => curve.points.map(([t]) => t)));
  const { name: unit, cycles } = unitFor(end, 10);
  const isTime = window.unit === "cycles";
  return {
    kind: "lines",
    title: `Working sets, window of ${windowText(window)}`,
    x: { title: isTime ? `virtual time of the process (${unit})` : "references of the process" },
    y: { title: "pages", from: 0 },
    series: shown.map(({ name, curve }) => ({
      name,
      points: isTime ? curve.points.map(([t, size]) => [t / cycles, size] as const) : curve.points,
    })),
    steps: true,
  };
}

function chartByWindow(processes: readonly Measured[], window: Window): LineChart {
  const isTime = window.unit === "cycles";
  const unit = isTime ? PRECISION : 1;
  return {
    kind: "lines",
    title: "Mean size of the working set by window",
    x: { title: isTime ? "window (us of virtual time)" : "window (references)", scale: "log" },
    y: { title: "pages", from: 0 },
    series: largest(processes.filter(({ byWindow }) => byWindow.length > 0)).map(({ name, byWindow }) => ({
      name,
      points: byWindow.map(([length, size]) => [length / unit, size] as const),
    })),
  };
}

function table(processes: readonly Measured[], window: Window): string {
  const column = (value: number | string, width: number) => String(value).padStart(width);
  // Short enough for 80 columns.
  const length = window.unit === "cycles" ? durationText(window.length) : `${window.length} refs`;
  const head = `  pid  space  references        time   pages  mean and peak, window of ${length}`;
  const rows = processes.map(({ pid, space, references, times, pages, curve }) => {
    const sizes = `${column(curve.average.toFixed(1), 8)} ${column(curve.peak, 6)}`;
    const cells = [column(pid, 5), column(space, 5), column(references.length, 10)];
    return `${[...cells, column(durationText(times.at(-1)!), 10), column(pages, 6)].join("  ")}  ${sizes}`;
  });
  return `${[head, ...rows].join("\n")}\n`;
}

/** Version 1: fields may be added, none is renamed or removed. Times and windows are in the unit of the window. */
function document(window: Window, processes: readonly Measured[]): object {
  return {
    version: 1,
    window: window.length,
    unit: window.unit,
    processes: processes.map(({ pid, space, references, times, pages, curve, byWindow }) => {
      const { average, peak, points } = curve;
      return {
        pid,
        space,
        references: references.length,
        cycles: times.at(-1),
        pages,
        average,
        peak,
        points,
        byWindow,
      };
    }),
  };
}
