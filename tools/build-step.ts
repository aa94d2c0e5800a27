/** Steps of the build in processes of their own: with the flags of V8 that users have, whatever this process was started with. */
import { join } from "node:path";

export const STEP = { cwd: join(import.meta.dirname, ".."), env: { ...process.env, NODE_OPTIONS: "" } };
