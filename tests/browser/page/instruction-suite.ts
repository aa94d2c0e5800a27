/** The processor's tests in a page: a file of them is loaded, run by vitest's runner, and reported as a suite reports. */
import { type File, type Suite, startTests, type Test, type VitestRunnerConfig } from "@vitest/runner";
import type { TestResult } from "../../../tools/suite/report/result.ts";
import { TEST_FILES } from "./test-files.ts";

/** vitest's own defaults, with the time that a test may take from vitest.config.ts. */
const CONFIG: VitestRunnerConfig = {
  root: "/",
  setupFiles: [],
  name: undefined,
  passWithNoTests: false,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 0, hooks: "stack", setupFiles: "parallel" },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
};

/** Runs a file of tests. Once only: a module is loaded once. */
export async function runTestFile(path: string): Promise<readonly TestResult[]> {
  const [file] = await startTests([{ filepath: path }], { config: CONFIG, importFile: () => TEST_FILES[path]!() });
  const results = testsOf(file!).map((test) => resultOf(path, test));
  const broken = file!.result?.errors?.[0];
  if (broken === undefined) return results;
  return [
    ...results,
    { ...blank(path, "(the file itself)"), verdict: "error", reason: broken.message, detail: broken.stack ?? "" },
  ];
}

function testsOf(suite: Suite | File): Test[] {
  return suite.tasks.flatMap((task) => (task.type === "suite" ? testsOf(task) : [task]));
}

function resultOf(path: string, test: Test): TestResult {
  const name = test.fullTestName;
  if (test.mode !== "run") return { ...blank(path, name), verdict: "skip", reason: test.mode };
  if (test.result?.state === "pass") return blank(path, name);
  const error = test.result?.errors?.[0];
  return {
    ...blank(path, name),
    verdict: "fail",
    reason: error?.message ?? "it was not run",
    detail: error?.diff ?? error?.stack ?? "",
  };
}

const blank = (path: string, name: string): TestResult => ({
  name: `${path} > ${name}`,
  verdict: "pass",
  reason: "",
  detail: "",
  command: `npx vitest run ${path}`,
  stdout: "",
  stderr: "",
  instructions: 0,
  cycles: 0,
});
