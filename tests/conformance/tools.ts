/** Whether tools of the machine exist, for tests that use them and are skipped, by name, where they are absent. */

import { spawnSync } from "node:child_process";
import { test } from "vitest";

function exists(tool: string): boolean {
  return spawnSync(tool, ["--version"]).error === undefined;
}

/** `test`, or a skipped test whose name says which tool is missing. */
export function testWith(tools: readonly string[], name: string, body: () => void | Promise<void>): void {
  const missing = tools.filter((tool) => !exists(tool));
  if (missing.length > 0) test.skip(`${name} (MISSING: ${missing.join(", ")})`, () => {});
  else test(name, body);
}

/** A tool's standard output. @throws with its messages when it fails */
export function outputOf(tool: string, args: readonly string[]): Uint8Array {
  const { status, stdout, stderr } = spawnSync(tool, args, { maxBuffer: 1 << 28, timeout: 120_000 });
  if (status !== 0) throw new Error(`${tool} ${args.join(" ")} gave ${status}: ${stderr}`);
  return stdout;
}
