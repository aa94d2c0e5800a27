/**
 * Why a program died, in one line: `SIGSEGV: store to 0x8 at main+12 (prog.s:31): no mapping`.
 */
import { SIGNALS } from "../kernel/abi.ts";
import type { DeathEvent } from "../kernel/events.ts";

/** Names a code address as `main+12 (prog.s:31)`; undefined where nothing is known of it. */
export type Locate = (address: number) => string | undefined;

type Death = Extract<DeathEvent, { type: "death-by-signal" }>;

const SIGNAL_BY_NUMBER = new Map<number, readonly [string, string]>(
  Object.entries(SIGNALS).map(([name, [number, , text]]) => [number, [name, text]]),
);

const ACCESS_WORDS = { read: "load from", write: "store to", execute: "jump to" } as const;
/** Signals that an instruction of the program itself raises; the rest came from outside. */
const FAULTS: ReadonlySet<string> = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGTRAP", "SIGFPE"]);

/** Follows the events of one program, from its exec on, and explains its end. */
export class DeathWatch {
  #pid: number | null = null;
  #bias = 0;
  #death: Death | null = null;

  /** @param path the program's path in the guest */
  constructor(private readonly path: string) {}

  readonly listen = (event: DeathEvent): void => {
    if (event.type === "exec" && this.#pid === null && event.path === this.path) {
      this.#pid = event.pid;
      this.#bias = event.bias;
    } else if (event.type === "death-by-signal" && event.pid === this.#pid) this.#death = event;
  };

  /** The explanation; null when no signal ended the program: then nobody needs to locate anything. */
  explain(locator: () => Locate): string | null {
    const death = this.#death;
    if (death === null) return null;
    const locate = locator();
    const [name, text] = SIGNAL_BY_NUMBER.get(death.signo) ?? [`signal ${death.signo}`, "real-time signal"];
    const place = `at ${locate(death.pc - this.#bias) ?? `0x${death.pc.toString(16)}`}`;
    if (!FAULTS.has(name) || death.info.code <= 0) return `${name}: ${text.toLowerCase()}, ${place}`;
    const { access, address, reason } = death.info;
    if (access === undefined || address === undefined) return `${name}: ${text.toLowerCase()} ${place}`;
    return `${name}: ${ACCESS_WORDS[access]} 0x${BigInt.asUintN(64, address).toString(16)} ${place}: ${reason}`;
  }

  /** The signal's name, or null. */
  get signal(): string | null {
    return this.#death === null
      ? null
      : (SIGNAL_BY_NUMBER.get(this.#death.signo)?.[0] ?? `signal ${this.#death.signo}`);
  }
}
