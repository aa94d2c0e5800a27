/** Arguments and flags of the commands that look at a program at one moment. */
import type { CommandRow, FlagRow } from "./command.ts";

/** Instructions, with `_` or `,` between digits. */
function instructions(text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ""));
  if (!Number.isSafeInteger(value) || value < 1) throw new Error("expected a count of instructions, like 20_000");
  return value;
}

function pid(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error("expected the number of a process, like 2");
  return Number(text);
}

export const PROGRAM: CommandRow["arguments"][number] = [
  "<PROGRAM>",
  "assembly source (.s), an object file (.o) or an executable on the host",
];

/** Files of a run that leaves the host as it is. */
export const FILE_FLAGS: readonly FlagRow[] = [
  {
    flags: "--put <HOST:GUEST>",
    help: "copy a file of the host into the guest before it starts (repeatable)",
    repeatable: true,
  },
  { flags: "--disk <IMAGE>", help: "take the root file system from an image, which is left as it is" },
  { flags: "--drive <IMAGE>", help: "a further disk, left as it is (repeatable)", repeatable: true },
];

export const MOMENT_FLAGS: readonly FlagRow[] = [
  {
    flags: "--at <INSTRUCTIONS>",
    help: "when: after so many instructions since power-on (default: the program's last moment, before it exits)",
    parse: instructions,
  },
  ...FILE_FLAGS,
];

export const PID_FLAG: FlagRow = {
  flags: "--pid <N>",
  help: "in which process (default: the program's first)",
  parse: pid,
};
