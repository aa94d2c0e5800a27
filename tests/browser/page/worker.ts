/**
 * One worker of the page: serves one engine, since tests keep machines in their modules and modules are loaded once.
 * The computer runs here and not in the page itself, which stays usable; and only here a browser compiles WebAssembly
 * modules of any size at once.
 */
import { guestRunner, type RunGuest } from "./guest-suite.ts";
import { runTestFile } from "./instruction-suite.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

let runGuest: RunGuest;

const answer = (message: FromWorker) => postMessage(message);

addEventListener("message", async ({ data }: MessageEvent<ToWorker>) => {
  if ("engine" in data) {
    globalThis.QUIRE_ENGINE = data.engine;
    runGuest = guestRunner(data.suite, data.engine);
    answer("ready");
  } else answer(data.suite === "guests" ? [runGuest(data.path)] : await runTestFile(data.path));
});
