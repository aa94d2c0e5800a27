/** A worker thread of the suite: one program, from source to verdict, with the files of the host. */
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { workerData } from "node:worker_threads";
import { openDisks } from "../disk/run-disks.ts";
import { readHostFile } from "../files.ts";
import { buildProgram } from "../program.ts";
import { takeTier0 } from "../tier0.ts";
import { runProgram, type SuiteHost, type Task } from "./program.ts";
import type { TestResult } from "./report/result.ts";

// What the thread that started this one has: run.ts. In the main thread there is nothing.
if (workerData !== null) takeTier0(workerData);

const HOST: SuiteHost = {
  read: readHostFile,
  write: writeFileSync,
  dirname,
  basename,
  join,
  build: buildProgram,
  openDisks: (drives, program) => openDisks({ root: null, builtIn: "archive", drives, snapshot: true }, [program]),
};

export default function work(task: Task): TestResult {
  return runProgram(task, HOST);
}
