/** `quire test PATH...`: suites of guest programs. */
import { writeFileSync } from "node:fs";
import { OptionError } from "../../kernel/options.ts";
import { optionsWithoutEffect } from "../../kernel/schemes/options.ts";
import { EXIT, UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { findPrograms } from "../suite/find.ts";
import { humanReport } from "../suite/report/human.ts";
import { jsonReport } from "../suite/report/json.ts";
import { junitReport } from "../suite/report/junit.ts";
import { isBad, type SuiteResult } from "../suite/report/result.ts";
import { tapReport } from "../suite/report/tap.ts";
import { runSuite } from "../suite/run.ts";
import type { CommandBody } from "./command.ts";
import { machineOptions } from "./options.ts";

type Reporter = (suite: SuiteResult, verbose: boolean) => string;

const REPORTERS: Readonly<Record<string, Reporter>> = {
  human: (suite, verbose) => humanReport(suite, process.stdout, verbose),
  tap: tapReport,
  junit: junitReport,
  json: jsonReport,
};

export const run: CommandBody = async (paths, options) => {
  const shard = options.shard as { index: number; count: number } | undefined;
  const filter = (options.filter as string | undefined) ?? "";
  const found = findPrograms(paths).filter((path) => path.includes(filter));
  const programs = shard === undefined ? found : found.filter((_, i) => i % shard.count === shard.index - 1);
  if (found.length === 0) {
    const chosen = filter === "" ? "" : ` whose path contains '${filter}'`;
    throw new UsageError(`no guest programs (*.s with comments \`#: ...\`)${chosen} in ${paths.join(" ")}`);
  }
  const machine = machineOptions(options);
  const [refused] = optionsWithoutEffect(machine);
  if (refused !== undefined) throw new OptionError(refused.text);
  const suite = await runSuite(programs, {
    update: options.update === true,
    machine,
    ...(options.jobs === undefined ? {} : { jobs: options.jobs as number }),
  });
  const report = REPORTERS[(options.reporter as string | undefined) ?? "human"]!(suite, options.verbose === true);
  deliver(report, options.output as string | undefined);
  return suite.results.some((result) => isBad(result.verdict)) ? EXIT.failed : EXIT.ok;
};

function deliver(report: string, file: string | undefined): void {
  if (file === undefined) {
    process.stdout.write(report);
    return;
  }
  try {
    writeFileSync(file, report);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${reason(error)}`);
  }
}
