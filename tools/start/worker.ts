/** A worker thread of the suite, of the build: dist/worker.js. */
import "../v8-flags.ts";
import { loadBundle } from "../bundle.ts";
import type * as Worker from "../suite/worker.ts";

export default loadBundle<typeof Worker>(import.meta.url).exports.default;
