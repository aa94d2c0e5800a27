/** Whether there is anything to build. npm runs `prepare` for the first `npx quire` of a checkout, too, when all has been built. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { unseal } from "./sealed.ts";

/** What the build is made from, below the root. */
const SOURCES = ["assembler", "cpu", "kernel", "tools", "userland", "package.json", "package-lock.json"];

/** When something at `path` or below it was changed last, in ms. A folder changes when something in it comes or goes. */
function changed(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  const below = stat.isDirectory() ? readdirSync(path).map((name) => changed(join(path, name))) : [];
  return Math.max(stat.mtimeMs, ...below);
}

/** Whether dist/ below `root` is of other sources, or of another executable of Node, or is not there. */
export function isBuildNeeded(root: string): boolean {
  const [start, bundle, cache] = ["js", "cjs", "cache"].map((type) => join(root, "dist", `quire.${type}`));
  if (![start, bundle, cache].every((path) => existsSync(path!))) return true;
  const built = statSync(start!).mtimeMs;
  if (SOURCES.some((name) => changed(join(root, name)) > built)) return true;
  return unseal(readFileSync(cache!), readFileSync(bundle!)) === null;
}
