/**
 * Quire in the browser, by hand:
 *   npm run browser -- [--engine NAME] [--jobs N] [--filter TEXT] [--screenshot FILE]      in Chromium, reported as `quire test` does
 *   npm run browser -- --serve [--port N] [--filter TEXT]                                  served only, for any browser
 * --filter takes the guest programs whose path contains TEXT.
 */
import { parseArgs } from "node:util";
import { ENGINES } from "../../cpu/engines.ts";
import { humanReport } from "../../tools/suite/report/human.ts";
import { isBad } from "../../tools/suite/report/result.ts";
import { buildPage } from "./bundle.ts";
import { drive, findChromium, VARIABLE } from "./driver.ts";
import { serve } from "./server.ts";
import { guestSuite } from "./suites.ts";

const TIMEOUT = 1_800_000;

/** A mistake on the command line. */
function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        serve: { type: "boolean", default: false },
        port: { type: "string", default: "0" },
        engine: { type: "string" },
        jobs: { type: "string" },
        filter: { type: "string", default: "" },
        screenshot: { type: "string" },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const values = readOptions();
const { engine: chosen } = values;
if (chosen !== undefined && !ENGINES.some((name) => name === chosen))
  refuse(`there is no engine '${chosen}'; there are ${ENGINES.join(", ")}`);
const selected = guestSuite(values.filter);
if (selected.programs.length === 0) refuse(`no guest program's path contains '${values.filter}'`);

const server = await serve(await buildPage(selected), Number(values.port));
const url = new URL(server.url);
if (chosen !== undefined) url.searchParams.set("engine", chosen);
if (values.jobs !== undefined) url.searchParams.set("jobs", values.jobs);
const executable = findChromium();

if (values.serve) console.log(`${url}\nCtrl-C ends it.`);
else if (executable === null) {
  server.close();
  console.error(`no Chromium was found: install it (Debian: apt-get install chromium), or name it in ${VARIABLE}`);
  process.exitCode = 2;
} else {
  const screenshot = values.screenshot === undefined ? {} : { screenshot: values.screenshot };
  const { browser, engines } = await drive({ executable, url: url.href, timeout: TIMEOUT, ...screenshot }).finally(() =>
    server.close(),
  );
  console.log(browser);
  for (const { engine, instructions, guests } of engines) {
    for (const [name, suite] of Object.entries({ instructions, guests })) {
      process.stdout.write(`${engine}, ${name}:\n${humanReport(suite, process.stdout, false)}`);
      if (suite.results.some(({ verdict }) => isBad(verdict))) process.exitCode = 1;
    }
  }
}
