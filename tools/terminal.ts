/**
 * The interactive console: the host's terminal in raw mode, the emulator's own keys, and idle time paced to the wall
 * clock.
 *
 * (1) The terminal is put back however the emulator ends.
 * (2) Virtual time follows the guest alone while it computes. While it is idle it follows the wall clock, and never
 *     passes the next event; so what the guest sees depends only on the virtual moments at which keys arrived.
 */
import type { Computer } from "../kernel/computer.ts";
import { EXIT } from "./errors.ts";
import { KeyFilter, keysHelp } from "./keys.ts";
import type { SessionEnd } from "./session.ts";

const CYCLES_PER_MILLISECOND = 1e6;
/** Instructions between two looks at the keyboard: some milliseconds of host time. */
const SLICE = 500_000;
/** setTimeout's longest delay is 2^31 - 1 ms; an idle wait is cut into pieces far below it. */
const LONGEST_WAIT = 60_000;

export interface Terminal {
  /** Runs until the machine powers off, the user leaves, or `instructionLimit` is reached. */
  run(instructionLimit: number): Promise<SessionEnd>;
}

/** Takes over the terminal on stdin for `computer`. `statistics` is called for Ctrl-A s. */
export function openTerminal(computer: Computer, statistics: () => string): Terminal {
  const { stdin } = process;
  const keys = new KeyFilter();
  let left = false;
  let wake: (() => void) | null = null;
  const restore = () => void stdin.setRawMode(false);

  const typed = (bytes: Uint8Array) => {
    settle();
    const guest = keys.filter(bytes, (action) => {
      if (action === "exit") left = true;
      else process.stderr.write(action === "help" ? keysHelp() : statistics().replaceAll("\n", "\r\n"));
    });
    if (guest.length > 0) computer.consoleInput(guest);
    wake?.();
  };
  /** Lets virtual time catch up with the wall clock before something arrives in an idle moment. */
  let idleSince: { wall: number; cycles: number; end: number } | null = null;
  const settle = () => {
    if (idleSince === null) return;
    const passed = (performance.now() - idleSince.wall) * CYCLES_PER_MILLISECOND;
    computer.run({ until: Math.floor(Math.min(idleSince.cycles + passed, idleSince.end)), idle: "skip" });
    idleSince = null;
  };
  const idle = (wakeAt: number | null) =>
    new Promise<void>((resolve) => {
      const cycles = computer.machine.clock.cycles;
      const end = wakeAt ?? Number.MAX_SAFE_INTEGER;
      idleSince = { wall: performance.now(), cycles, end };
      const timer = setTimeout(() => done(), Math.min((end - cycles) / CYCLES_PER_MILLISECOND, LONGEST_WAIT));
      const done = () => {
        clearTimeout(timer);
        wake = null;
        settle();
        resolve();
      };
      wake = done;
    });

  return {
    async run(instructionLimit) {
      const resize = () => computer.setWindowSize(process.stdout.rows ?? 24, process.stdout.columns ?? 80);
      const hangUp = () => computer.consoleHangUp();
      stdin.setRawMode(true);
      process.once("exit", restore);
      stdin.on("data", typed).once("end", hangUp).resume();
      process.stdout.on("resize", resize);
      resize();
      try {
        return await loop(instructionLimit);
      } finally {
        restore();
        process.off("exit", restore);
        process.stdout.off("resize", resize);
        stdin.off("data", typed).pause();
      }
    },
  };

  async function loop(instructionLimit: number): Promise<SessionEnd> {
    while (!left) {
      const slice = Math.min(computer.machine.harts[0]!.counters.instret + SLICE, instructionLimit);
      const outcome = computer.run({ instructionLimit: slice, idle: "return" });
      if (outcome.kind === "off") return { kind: "off", status: outcome.status };
      if (outcome.kind === "idle") await idle(outcome.wakeAt);
      else if (slice === instructionLimit) return { kind: "limit" };
      else await new Promise((resolve) => setImmediate(resolve));
    }
    process.stderr.write("\r\n");
    return { kind: "off", status: EXIT.ok };
  }
}
