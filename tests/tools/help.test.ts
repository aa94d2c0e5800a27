/** What --help says. */
import { expect, test } from "vitest";
import { COMMANDS } from "../../tools/commands/table.ts";
import { inProcess } from "./in-process.ts";

const paths = COMMANDS.flatMap((row) => [
  [row.name],
  ...("commands" in row ? row.commands.map(({ name }) => [row.name, name]) : []),
]);

test.each([[[]], ...paths.map((path) => [path])])("of %j is at most 80 columns wide, examples too", async (path) => {
  const { status, stdout } = await inProcess(".", [...path, "--help"]);
  expect(status).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(new RegExp(`^Usage: ${["quire", ...path].join(" ")} `));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test("of all names each command once", async () => {
  const { stdout } = await inProcess(".", ["--help"]);
  for (const { name } of COMMANDS) expect(stdout.match(new RegExp(`^  ${name} `, "gm"))).toHaveLength(1);
});
