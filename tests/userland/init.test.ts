import { describe, expect, it } from "vitest";
import { type Computer, createComputer } from "../../kernel/computer.ts";
import { packCpio } from "../../kernel/fs/cpio.ts";
import { BUILT, readBuilt } from "../../tools/files.ts";

/** Runs until only a key can wake the machine, or it is off: then its status; null while it waits. */
function settle(computer: Computer): number | null {
  const outcome = computer.run({ instructionLimit: 50_000_000, idle: "skip" });
  if (outcome.kind === "off") return outcome.status;
  expect(outcome).toEqual({ kind: "idle", wakeAt: null });
  return null;
}

/** Boots the built image to the console, types the lines one after the other, and gives the power-off status. */
function typed(lines: string[], disks: Uint8Array[] = []): number | null {
  const disk = new Uint8Array(Buffer.concat([readBuilt(BUILT.rootArchive), ...disks]));
  const unread = () => {};
  const computer = createComputer({ disks: [disk], sinks: { console: unread, output: unread, error: unread } });
  let status = settle(computer);
  for (const line of lines) {
    computer.consoleInput(new TextEncoder().encode(line));
    status = settle(computer);
  }
  return status;
}

const CTRL_C = "\x03";
const CTRL_D = "\x04";

describe("init, at the console", () => {
  it("powers off with 0 when the shell ends, whatever the status of its last command", () => {
    expect(typed([CTRL_D])).toBe(0);
    expect(typed(["exit 127\r"])).toBe(0);
    expect(typed(["nosuch\r", CTRL_D])).toBe(0);
    expect(typed([CTRL_C, CTRL_D])).toBe(0);
  });

  it("powers off with 128 + n when signal n ends the shell", () => {
    expect(typed(["kill -9 $$\r"])).toBe(137);
  });

  it("powers off with 126 when there is no shell that can be run", () => {
    const data = new TextEncoder().encode("no program\n");
    expect(typed([], [packCpio([{ path: "bin/sh", mode: 0o100755, data }])])).toBe(126);
  });
});
