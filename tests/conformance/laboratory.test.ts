/**
 * kernel/vm/LABORATORY.md is true: each of its commands prints what stands below it, and the pictures that they make are those
 * that it shows, byte for byte. QUIRE_UPDATE=1 writes the pictures anew; the text is for people to change.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = new URL("../..", import.meta.url).pathname;
const PICTURES = "kernel/vm/pictures";
const TIMEOUT_MS = 120_000;

interface Step {
  readonly command: string;
  /** Lines; "..." stands for any number of them. */
  readonly shown: readonly string[];
}

/** The commands of a page, behind "$ " in its examples, in their order. */
function stepsOf(page: string): Step[] {
  return [...page.matchAll(/^```\n(\$ [\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block!
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const lines = part.trimEnd().split("\n");
        const length = lines.findIndex((line) => !line.endsWith("\\")) + 1;
        return { command: lines.slice(0, length).join("\n"), shown: lines.slice(length) };
      }),
  );
}

/** With little memory (--ram) how much of it the system itself takes changes the figures, so they are not compared. */
const comparable = (command: string, line: string) =>
  command.includes("--ram") ? line.trimEnd().replace(/\d+/g, "0").replace(/ +/g, " ") : line.trimEnd();

/** All of the output, as the step shows it. */
function patternOf({ command, shown }: Step): RegExp {
  const lines = shown.map((line) =>
    line === "..." ? "(.*\\n)*" : `${comparable(command, line).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\n`,
  );
  return new RegExp(`^${lines.join("")}$`);
}

const steps = stepsOf(readFileSync(join(ROOT, "kernel/vm/LABORATORY.md"), "utf8"));
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-laboratory-"));
  for (const part of ["userland", "tests"]) symlinkSync(join(ROOT, part), join(folder, part));
  mkdirSync(join(folder, PICTURES), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the laboratory", () => {
  test.each(steps)(
    "says what comes of: $command",
    (step) => {
      const script = `quire() { node '${ROOT}dist/quire.js' "$@"; }\nexec 2>&1\n${step.command}`;
      const { stdout } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" });
      const lines = stdout === "" ? [] : stdout.trimEnd().split("\n");
      const output = lines.map((line) => `${comparable(step.command, line)}\n`).join("");
      expect(output, stdout).toMatch(patternOf(step));
    },
    TIMEOUT_MS,
  );

  test("has a command for every picture, which makes it", () => {
    const made = readdirSync(join(folder, PICTURES)).sort();
    expect(made).toEqual(readdirSync(join(ROOT, PICTURES)).sort());
    const changed = made.filter((name) => {
      const [now, before] = [folder, ROOT].map((top) => readFileSync(join(top, PICTURES, name), "utf8"));
      if (now !== before && process.env.QUIRE_UPDATE === "1") writeFileSync(join(ROOT, PICTURES, name), now!);
      return now !== before;
    });
    expect(changed).toEqual([]);
  });
});
