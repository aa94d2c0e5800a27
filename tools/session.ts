/**
 * Runs a computer to its end without a terminal: idle time is skipped, and input is taken from the host at the moment
 * the guest waits for it. The same image, arguments and input give the same result to the bit.
 */
import type { Computer } from "../kernel/computer.ts";
import type { InputSource } from "./host-input.ts";

export type SessionEnd =
  /** The machine powered off; `status` is what init reported: an exit status, or 128 + n for signal n. */
  | { readonly kind: "off"; readonly status: number }
  | { readonly kind: "limit" }
  /** Every process sleeps, and nothing can wake one. */
  | { readonly kind: "stuck" };

/** Cycles after which a guest that never idles is asked whether somebody waits for input. */
const LOOK = 1_000_000;

/** Runs until power-off, until `instructionLimit` instructions have retired, or until nothing can happen any more. */
export function runToEnd(computer: Computer, stdin: InputSource, instructionLimit: number): SessionEnd {
  for (let ended = false; ; ) {
    const until = ended ? Number.POSITIVE_INFINITY : computer.machine.clock.cycles + LOOK;
    const outcome = computer.run({ instructionLimit, until, idle: "return" });
    switch (outcome.kind) {
      case "off":
        return { kind: "off", status: outcome.status };
      case "limit":
        return { kind: "limit" };
      case "until":
        if (!ended && computer.wantsStreamInput()) ended = !feed(computer, stdin);
        break;
      case "idle": {
        if (!ended && computer.wantsStreamInput()) ended = !feed(computer, stdin);
        else if (outcome.wakeAt === null) return { kind: "stuck" };
        else computer.run({ until: outcome.wakeAt, idle: "skip" });
      }
    }
  }
}

/** Hands the guest its next input; at the end of input hangs up and returns false. */
function feed(computer: Computer, stdin: InputSource): boolean {
  const bytes = stdin.read();
  if (bytes === null) computer.streamHangUp();
  else computer.streamInput(bytes);
  return bytes !== null;
}
