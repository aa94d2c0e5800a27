/** Workers that share the jobs of one engine. Results stand in the order of the jobs, whoever ends first. */
import type { EngineName } from "../../../cpu/engines.ts";
import type { SuiteResult, TestResult } from "../../../tools/suite/report/result.ts";
import type { FromWorker, Job, SuiteFiles, ToWorker } from "./protocol.ts";

export class Pool {
  readonly #workers: Worker[];

  private constructor(workers: Worker[]) {
    this.#workers = workers;
  }

  static async start(engine: EngineName, suite: SuiteFiles, size: number): Promise<Pool> {
    const workers = Array.from({ length: size }, () => new Worker("worker.js", { type: "module" }));
    await Promise.all(workers.map((worker) => ask(worker, { engine, suite })));
    return new Pool(workers);
  }

  /** Does all jobs; `done` hears of each. The time is of no meaning beside what else the machine does. */
  async run(jobs: readonly Job[], done: (job: Job, results: readonly TestResult[]) => void): Promise<SuiteResult> {
    const started = performance.now();
    const results: (readonly TestResult[])[] = [];
    let next = 0;
    const serve = async (worker: Worker): Promise<void> => {
      while (next < jobs.length) {
        const at = next++;
        const job = jobs[at]!;
        const answer = await ask(worker, job).catch((error: Error) => [lost(job, error)]);
        results[at] = answer as readonly TestResult[];
        done(job, results[at]);
      }
    };
    await Promise.all(this.#workers.map(serve));
    return { results: results.flat(), seconds: (performance.now() - started) / 1000 };
  }

  end(): void {
    for (const worker of this.#workers) worker.terminate();
  }
}

/** A worker's answer. Rejects with what it threw, which is a fault of the emulator or of the bundle. */
function ask(worker: Worker, message: ToWorker): Promise<FromWorker> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message || "the worker could not be loaded"));
    };
    worker.postMessage(message);
  });
}

const lost = ({ path }: Job, error: Error): TestResult => ({
  name: path,
  verdict: "error",
  reason: `its worker ended: ${error.message}`,
  detail: "",
  command: "",
  stdout: "",
  stderr: "",
  instructions: 0,
  cycles: 0,
});
