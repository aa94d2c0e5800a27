/**
 * Runs a suite over worker threads. The verdicts do not depend on the host: limits are in instructions, and results
 * stand in the order of the programs, whoever ends first.
 */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Piscina } from "piscina";
import type { Options } from "../../kernel/options.ts";
import { DIST } from "../files.ts";
import { progressLine } from "../progress.ts";
import { allTier0 } from "../tier0.ts";
import { optimiseLate } from "../v8-flags.ts";
import type { Task } from "./program.ts";
import type { SuiteResult, TestResult } from "./report/result.ts";

export interface SuiteOptions {
  readonly update: boolean;
  /** Options of the machine for programs whose own expectation does not name them. */
  readonly machine?: Partial<Options>;
  /** Worker threads; the host's processors unless given. */
  readonly jobs?: number;
}

/** A program leaves some 15 MB of garbage. What holds several programs' is looked through less often. */
const YOUNG_MEGABYTES = 192;

export async function runSuite(programs: readonly string[], options: SuiteOptions): Promise<SuiteResult> {
  const workerData = allTier0();
  optimiseLate();
  const threads = Math.max(1, Math.min(options.jobs ?? availableParallelism(), programs.length));
  const pool = new Piscina({
    filename: join(DIST, "worker.js"),
    workerData,
    minThreads: threads,
    maxThreads: threads,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const started = performance.now();
  const progress = counting(programs.length);
  try {
    const results = await Promise.all(
      programs.map(async (path): Promise<TestResult> => {
        const task: Task = { path, update: options.update, machine: options.machine ?? {} };
        const result: TestResult = await pool.run(task).catch((error) => lostResult(path, error));
        progress.done(path);
        return result;
      }),
    );
    return { results, seconds: (performance.now() - started) / 1000 };
  } finally {
    progress.clear();
    await pool.destroy();
  }
}

/** The verdict on a program whose worker thread died, as when the host's memory ran out. The others go on. */
function lostResult(path: string, error: unknown): TestResult {
  return {
    name: path,
    verdict: "error",
    reason: `its worker thread ended: ${error instanceof Error ? error.message : String(error)}`,
    detail: "",
    command: `npx quire test ${path}`,
    stdout: "",
    stderr: "",
    instructions: 0,
    cycles: 0,
  };
}

/** Counts what is done. */
function counting(total: number) {
  const show = progressLine();
  let count = 0;
  return {
    done: (path: string) => show(`${++count}/${total} ${path}`),
    clear: () => show(""),
  };
}
