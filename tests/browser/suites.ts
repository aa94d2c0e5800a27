/** The guest suite as page and Node both run it. */
import { join, relative } from "node:path";
import { findPrograms } from "../../tools/suite/find.ts";
import { readSuite } from "./bundle.ts";
import type { SuiteFiles } from "./page/protocol.ts";

const ROOT = relative(process.cwd(), join(import.meta.dirname, "../.."));
const FOLDERS = [join(ROOT, "tests/guest"), join(ROOT, "userland/demos")];

/** Names of files are part of what a program is built from, so page and Node use the same. */
export function guestSuite(filter = ""): SuiteFiles {
  return readSuite(
    findPrograms(FOLDERS).filter((path) => path.includes(filter)),
    FOLDERS,
  );
}
