/** `quire memory tlb PROGRAM`: one program under several shapes and replacement policies of the TLB. */
import type { ReplacementName } from "../../cpu/replacement.ts";
import { OPTIONS, type TlbShape } from "../../kernel/options.ts";
import { schemesOf } from "../../kernel/schemes/options.ts";
import type { TranslationName } from "../../kernel/vm/shape.ts";
import { MOST_SERIES } from "../chart/chart.ts";
import { svgChart } from "../chart/svg.ts";
import { EXIT, UsageError } from "../errors.ts";
import { compareTlbs, missCurves, POLICY_NAMES, reachOf, type TlbRow, tlbTable } from "../look/tlb-compare.ts";
import { progressLine } from "../progress.ts";
import { chartForOutput } from "./chart-output.ts";
import type { CommandBody } from "./command.ts";
import { momentRun } from "./moment.ts";
import { writeFile } from "./options.ts";

const SHAPES = ["4x4", "16x4", "64x4"].map((text) => OPTIONS.tlb.parse(text));

export const tlb: CommandBody = async ([file, ...args], options) => {
  const scheme = (options.translation as TranslationName | undefined) ?? OPTIONS.translation.default;
  const schemes = schemesOf("tlb") ?? [scheme];
  if (!schemes.includes(scheme))
    throw new UsageError(`memory tlb: with --translation ${scheme} there is no TLB: expected ${schemes.join(" or ")}`);
  const shapes = (options.tlb as TlbShape[] | undefined) ?? SHAPES;
  const policies = (options.tlbReplacement as ReplacementName[] | undefined) ?? POLICY_NAMES;
  const { tlb: _shapes, tlbReplacement: _policies, ...machine } = options;
  return momentRun(file!, args, machine, async (run) => {
    const show = progressLine();
    const rows = await compareTlbs(run, shapes, policies, ({ sets, ways }, policy) =>
      show(`${sets}x${ways}, ${policy}`),
    );
    show("");
    const chart = missCurves(rows, `TLB misses of ${run.name}`);
    const isDrawn = chart.series.length <= MOST_SERIES;
    if (options.svg !== undefined) {
      if (!isDrawn)
        throw new UsageError(`--svg: at most ${MOST_SERIES} curves can be told apart, not ${chart.series.length}`);
      writeFile("--svg", options.svg as string, svgChart(chart));
    }
    if (options.json === true) process.stdout.write(`${JSON.stringify(document(run.name, rows), null, 2)}\n`);
    else {
      process.stdout.write(`${tlbTable(rows).join("\n")}\n`);
      if (isDrawn && shapes.length > 1) process.stdout.write(`\n${chartForOutput(chart)}`);
    }
    return EXIT.ok;
  });
};

/** Version 1: fields may be added, none is renamed or removed. Reach in bytes, by page size. */
function document(program: string, rows: readonly TlbRow[]) {
  const reach = ({ shape }: TlbRow) => ({ "4K": reachOf(shape, 0), "2M": reachOf(shape, 1), "1G": reachOf(shape, 2) });
  return { version: 1, program, rows: rows.map((row) => ({ ...row, reach: reach(row) })) };
}
