/** What the driver hands to the page, the page to its workers, and what comes back. All of it is plain data. */
import type { EngineName } from "../../../cpu/engines.ts";
import type { SuiteResult, TestResult } from "../../../tools/suite/report/result.ts";

/** Everything that the suites read, embedded: /suite.json. */
export interface SuiteFiles {
  /** Bytes in base64 by path, as the command line would name the file. */
  readonly files: Readonly<Record<string, string>>;
  /** The guest programs, in order. */
  readonly programs: readonly string[];
  /** Paths of what the build made. */
  readonly built: { readonly library: string; readonly rootArchive: string; readonly include: string };
}

/** The two suites. `instructions` are the processor's own tests, a file of them at a time. */
export type SuiteName = "instructions" | "guests";

/** One piece of work: a file of tests, or a guest program. */
export interface Job {
  readonly suite: SuiteName;
  readonly path: string;
}

/** To a worker: first what it is for, then jobs, one after the other. */
export type ToWorker = { readonly engine: EngineName; readonly suite: SuiteFiles } | Job;

/** From a worker: that it is there, then the results of each job. */
export type FromWorker = "ready" | readonly TestResult[];

export interface EngineReport extends Readonly<Record<SuiteName, SuiteResult>> {
  readonly engine: EngineName;
}

/** What the driver gets. */
export interface PageReport {
  /** The browser's own name for itself. */
  readonly browser: string;
  readonly engines: readonly EngineReport[];
}
