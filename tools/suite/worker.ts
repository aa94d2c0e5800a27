/** A worker thread of the suite: one program, from source to verdict. */
import { runProgram } from "./program.ts";
import type { TestResult } from "./report/result.ts";
import type { Task } from "./run.ts";

export default function work(task: Task): TestResult {
  return runProgram(task);
}
