/** What a person sees: a table with a row for each folder or file of a suite and columns for each engine, and failures. */
import type { EngineName } from "../../../cpu/engines.ts";
import { isBad, type TestResult } from "../../../tools/suite/report/result.ts";
import { dirname } from "./paths.ts";
import type { Job, SuiteName } from "./protocol.ts";

const TITLES: Readonly<Record<SuiteName, string>> = {
  instructions: "Instruction suite: the processor's tests",
  guests: "Guest suite: programs that state what they expect",
};

interface Cell {
  /** Jobs that there are and that are done; tests that they held, and how many of them went wrong. */
  jobs: number;
  done: number;
  tests: number;
  bad: number;
  readonly element: HTMLTableCellElement;
}

/** Guest programs are shown by folder, tests by file. */
const groupOf = ({ suite, path }: Job) => (suite === "guests" ? dirname(path) : path);

function grouped(jobs: readonly Job[]): Map<string, Job[]> {
  const groups = new Map<string, Job[]>();
  for (const job of jobs) groups.set(groupOf(job), [...(groups.get(groupOf(job)) ?? []), job]);
  return groups;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text: string,
  className: string,
  parent: Element,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== "") made.className = className;
  return parent.appendChild(made);
}

export class View {
  readonly #cells = new Map<string, Cell>();
  readonly #failures = document.querySelector("#failures")!;
  readonly #state = document.querySelector("#state")!;

  constructor(
    private readonly engines: readonly EngineName[],
    jobs: readonly Job[],
  ) {
    const table = document.querySelector("#progress")!;
    for (const suite of ["instructions", "guests"] as const) {
      const own = jobs.filter((job) => job.suite === suite);
      const body = element("tbody", "", "", table);
      this.#addRow(body, `${suite}`, TITLES[suite], "suite", own.length);
      const groups = grouped(own);
      for (const [group, members] of groups) this.#addRow(body, `${suite} ${group}`, group, "", members.length);
    }
    const head = document.querySelector("#engines")!;
    for (const engine of engines) element("th", engine, "", head);
  }

  #addRow(body: Element, key: string, title: string, className: string, jobs: number): void {
    const row = element("tr", "", className, body);
    element("th", title, "", row);
    for (const engine of this.engines) {
      const cell = { jobs, done: 0, tests: 0, bad: 0, element: element("td", "", "waits", row) };
      this.#cells.set(`${engine} ${key}`, cell);
      show(cell);
    }
  }

  say(text: string, className = ""): void {
    this.#state.textContent = text;
    this.#state.className = className;
  }

  /** A suite of an engine has come to its end. */
  took(engine: EngineName, suite: SuiteName, seconds: number): void {
    const cell = this.#cells.get(`${engine} ${suite}`)!;
    element("span", `${seconds.toFixed(1)} s`, "time", cell.element);
  }

  done(engine: EngineName, job: Job, results: readonly TestResult[]): void {
    const bad = results.filter(({ verdict }) => isBad(verdict));
    for (const key of [job.suite, `${job.suite} ${groupOf(job)}`]) {
      const cell = this.#cells.get(`${engine} ${key}`)!;
      cell.done++;
      cell.tests += results.length;
      cell.bad += bad.length;
      show(cell);
    }
    for (const result of bad) this.#addFailure(engine, result);
  }

  #addFailure(engine: EngineName, { name, reason, detail, command }: TestResult): void {
    const shown = element("details", "", "", this.#failures);
    element("summary", `${engine}: ${name}: ${reason}`, "", shown);
    element("pre", [detail, `run it alone: ${command}`].filter(Boolean).join("\n"), "", shown);
  }
}

function show({ jobs, done, tests, bad, element: cell }: Cell): void {
  const passed = `${tests - bad} passed`;
  const counts = bad === 0 ? passed : `${bad} failed, ${passed}`;
  cell.textContent = done === 0 ? "" : counts;
  cell.className = bad > 0 ? "bad" : done === jobs ? "good" : done > 0 ? "runs" : "waits";
  cell.style.setProperty("--done", done === jobs ? "0" : `${(100 * done) / jobs}%`);
}
