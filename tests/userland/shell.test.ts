/**
 * The shell inside of Quire, as a user runs it: every script of tests/conformance/scripts in an empty directory of its own,
 * all in one boot, must print what dash prints (tests/golden/shell, made by tests/conformance/shell-dash.test.ts).
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
const SCRIPTS = join(import.meta.dirname, "../conformance/scripts");
const GOLDEN = join(import.meta.dirname, "../golden/shell");
const names = readdirSync(SCRIPTS).map((file) => basename(file, ".sh"));
const MARK = "=== ";

/** What somebody at the console would type to run one script. */
function commands(name: string): string {
  return [
    `mkdir /tmp/${name}; cd /tmp/${name}; cat > /tmp/${name}.sh <<'END OF THE SCRIPT'`,
    `${readFileSync(join(SCRIPTS, `${name}.sh`), "utf8")}END OF THE SCRIPT`,
    `echo '${MARK}${name}'; HOME=/ sh /tmp/${name}.sh < /dev/null 2> /dev/null; echo "[status $?]"`,
    "",
  ].join("\n");
}

describe("the shell in Quire", () => {
  const printed = new Map<string, string>();

  beforeAll(() => {
    const input = names.map(commands).join("");
    const { stdout } = spawnSync(process.execPath, [QUIRE], { input, encoding: "latin1", timeout: 100_000 });
    for (const part of stdout.split(MARK).slice(1)) {
      const line = part.indexOf("\n");
      printed.set(part.slice(0, line), part.slice(line + 1));
    }
  }, 120_000);

  it.each(names)("does with the script %s what dash does", (name) => {
    expect(printed.get(name)).toBe(readFileSync(join(GOLDEN, `${name}.txt`), "latin1"));
  });
});
