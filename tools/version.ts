/** The version in package.json, which lies one folder above both tools/ and dist/. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DIST } from "./files.ts";

export function version(): string {
  return JSON.parse(readFileSync(join(DIST, "..", "package.json"), "utf8")).version;
}
