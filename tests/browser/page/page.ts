/**
 * The page: both suites on each engine, one engine after the other.
 *
 *   /?jobs=N            workers (default: the host's processors)
 *   /?engine=NAME       this engine only
 *
 * (1) `report` is what the driver waits for: every test and program of both suites, or a rejection.
 */
import { ENGINES, type EngineName } from "../../../cpu/engines.ts";
import { isBad } from "../../../tools/suite/report/result.ts";
import { Pool } from "./pool.ts";
import type { EngineReport, Job, PageReport, SuiteFiles, SuiteName } from "./protocol.ts";
import { TEST_FILES } from "./test-files.ts";
import { View } from "./view.ts";

declare global {
  var report: Promise<PageReport>;
}

const parameters = new URLSearchParams(location.search);
const engines = ENGINES.filter((name) => name === (parameters.get("engine") ?? name));
const workers = Number(parameters.get("jobs") ?? navigator.hardwareConcurrency);

async function runEngine(
  engine: EngineName,
  suite: SuiteFiles,
  jobs: readonly Job[],
  view: View,
): Promise<EngineReport> {
  const pool = await Pool.start(engine, suite, workers);
  const run = async (name: SuiteName) => {
    view.say(`running the ${name} on the engine ${engine} …`);
    const own = jobs.filter((job) => job.suite === name);
    const result = await pool.run(own, (job, results) => view.done(engine, job, results));
    view.took(engine, name, result.seconds);
    return result;
  };
  try {
    return { engine, instructions: await run("instructions"), guests: await run("guests") };
  } finally {
    pool.end();
  }
}

async function runAll(): Promise<PageReport> {
  const suite: SuiteFiles = await (await fetch("suite.json")).json();
  const jobs: Job[] = [
    ...Object.keys(TEST_FILES).map((path): Job => ({ suite: "instructions", path })),
    ...suite.programs.map((path): Job => ({ suite: "guests", path })),
  ];
  const view = new View(engines, jobs);
  const reports: EngineReport[] = [];
  for (const engine of engines) reports.push(await runEngine(engine, suite, jobs, view));
  const results = reports.flatMap(({ instructions, guests }) => [...instructions.results, ...guests.results]);
  const bad = results.filter(({ verdict }) => isBad(verdict)).length;
  view.say(
    bad === 0 ? `all ${results.length} passed` : `${bad} of ${results.length} failed`,
    bad === 0 ? "good" : "bad",
  );
  return { browser: navigator.userAgent, engines: reports };
}

globalThis.report = runAll();
globalThis.report.catch((error: unknown) => {
  const state = document.querySelector("#state")!;
  state.textContent = `the suites could not be run: ${error instanceof Error ? error.message : String(error)}`;
  state.className = "bad";
});
