import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CONSTANTS, FLAGS } from "../../../kernel/abi.ts";
import { Errno } from "../../../kernel/errno.ts";
import { changeMode, isCanonical, receive } from "../../../kernel/fs/line-discipline.ts";
import { makeFile } from "../../../kernel/fs/open.ts";
import { ttyOperations } from "../../../kernel/fs/tty.ts";
import { writeOutput } from "../../../kernel/fs/tty-output.ts";
import type { Tty } from "../../../kernel/fs/types.ts";
import { kernelBuffer } from "../../../kernel/fs/user-buffer.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { bootFiles, bytes, golden, text } from "./computers.ts";

interface Settings {
  readonly on?: string[];
  readonly off?: string[];
  readonly cc?: Record<string, number>;
}
type Step = ["type" | "write", string, string] | ["set", Settings, string] | ["read", number, string | null];
interface Case {
  readonly title: string;
  readonly settings: Settings;
  readonly steps: Step[];
}

const cases = JSON.parse(readFileSync(golden("terminal.json"), "utf8")) as Case[];
const T = CONSTANTS.termios as Readonly<Record<string, number>>;
/** First letters of the flags of each word of termios; E and N and T are local flags. */
const WORDS = [
  ["iflag", /^I(CRNL|NLCR|GNCR|STRIP|X|UTF8|MAXBEL)/],
  ["oflag", /^O/],
  ["lflag", /^(ISIG|ICANON|IEXTEN|E|N)/],
] as const;

function set(k: Kernel, tty: Tty, { on = [], off = [], cc = {} }: Settings): void {
  const before = isCanonical(tty);
  for (const name of [...on, ...off]) {
    const [word] = WORDS.find(([, pattern]) => pattern.test(name))!;
    if (on.includes(name)) tty.termios[word] |= T[name];
    else tty.termios[word] &= ~T[name];
  }
  for (const [name, value] of Object.entries(cc)) tty.termios.cc[T[name]] = value;
  if (before !== isCanonical(tty)) changeMode(k, tty, isCanonical(tty));
}

/** One case on a fresh computer's console: what it shows after each step, and what reads give. */
function perform({ settings, steps }: Case): Step[] {
  const { computer, console } = bootFiles([]);
  const k = computer.kernel;
  const p = k.processes.get(1)!;
  const tty = k.fs.ttys[0];
  const file = makeFile(k.fs.root!, "tty", FLAGS.open.O_RDWR | FLAGS.open.O_NONBLOCK, 0);
  let shown = 0;
  const echo = () => {
    computer.machine.flush();
    const fresh = console().slice(shown);
    shown += fresh.length;
    return fresh;
  };
  const read = (most: number): string | null => {
    const buffer = new Uint8Array(most);
    try {
      return text(buffer.subarray(0, ttyOperations.read!(k, p, file, kernelBuffer(buffer), 0) as number));
    } catch (failure) {
      if (failure instanceof Errno && failure.name === "EAGAIN") return null;
      throw failure;
    }
  };
  set(k, tty, settings);
  return steps.map((step): Step => {
    if (step[0] === "read") return ["read", step[1], read(step[1])];
    if (step[0] === "set") set(k, tty, step[1]);
    else if (step[0] === "write") writeOutput(k, tty, bytes(step[1]));
    else for (const byte of bytes(step[1])) receive(k, tty, byte);
    return [step[0], step[1], echo()] as Step;
  });
}

describe("the terminal does what a Linux terminal does", () => {
  for (const one of cases) it(one.title, () => expect(JSON.stringify(perform(one))).toBe(JSON.stringify(one.steps)));
});
