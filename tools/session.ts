/**
 * Runs a computer to its end without a terminal: idle time is skipped, and input is taken from the host at the moment
 * the guest waits for it. The same image, arguments and input give the same result to the bit.
 */
import type { Computer } from "../kernel/computer.ts";
import type { InputSource, WaitingInputSource } from "./input.ts";

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
  const session = turns(computer, instructionLimit);
  for (let turn = session.next(); ; ) {
    if (turn.done === true) return turn.value;
    turn = session.next(turn.value === "input" ? stdin.read() : null);
  }
}

/** How long the host's own events, such as signals, wait at most while the guest computes. */
const PAUSE_MILLISECONDS = 20;

/** The same, letting the host's events in: a signal then ends the process as it should, while it computes or waits. */
export async function runToEndAwake(
  computer: Computer,
  stdin: WaitingInputSource,
  instructionLimit: number,
): Promise<SessionEnd> {
  const session = turns(computer, instructionLimit);
  let looked = performance.now();
  for (let turn = session.next(); ; ) {
    if (turn.done === true) return turn.value;
    if (turn.value === "input") turn = session.next(await stdin.read());
    else {
      if (performance.now() - looked > PAUSE_MILLISECONDS) {
        await new Promise((resolve) => setImmediate(resolve));
        looked = performance.now();
      }
      turn = session.next(null);
    }
  }
}

/** Runs the guest; asks now and then for nothing, and for input (null: its end) when somebody waits for it. */
function* turns(
  computer: Computer,
  instructionLimit: number,
): Generator<"pause" | "input", SessionEnd, Uint8Array | null> {
  for (let ended = false; ; ) {
    const until = computer.machine.clock.cycles + LOOK;
    const outcome = computer.run({ instructionLimit, until, idle: "return" });
    if (outcome.kind === "off") return { kind: "off", status: outcome.status };
    if (outcome.kind === "limit") return { kind: "limit" };
    if (!ended && computer.wantsStreamInput()) ended = !feed(computer, yield "input");
    else if (outcome.kind === "until") yield "pause";
    else if (outcome.wakeAt === null) return { kind: "stuck" };
    else computer.run({ until: outcome.wakeAt, idle: "skip" });
  }
}

/** Hands the guest its next input; at the end of input hangs up and returns false. */
function feed(computer: Computer, bytes: Uint8Array | null): boolean {
  if (bytes === null) computer.streamHangUp();
  else computer.streamInput(bytes);
  return bytes !== null;
}
