/**
 * The emulator's own keys at an interactive terminal, after the prefix Ctrl-A as in QEMU and screen.
 * One table: the help text is made from it.
 */

export type KeyAction = "help" | "exit" | "statistics" | "literal";

const PREFIX = 0x01;

interface Key {
  readonly byte: number;
  readonly shown: string;
  readonly action: KeyAction;
  readonly help: string;
}

export const KEYS: readonly Key[] = [
  { byte: 0x68, shown: "h", action: "help", help: "this list" },
  { byte: 0x78, shown: "x", action: "exit", help: "leave the emulator at once" },
  { byte: 0x73, shown: "s", action: "statistics", help: "statistics of the machine so far" },
  { byte: PREFIX, shown: "Ctrl-A", action: "literal", help: "send Ctrl-A itself to the guest" },
];

/** The list that Ctrl-A h prints. Lines end in CR LF: the terminal is in raw mode. */
export function keysHelp(): string {
  return KEYS.map((key) => `\r\n  Ctrl-A ${key.shown.padEnd(7)} ${key.help}`)
    .join("")
    .concat("\r\n");
}

/** Splits typed bytes into what goes to the guest and what the emulator does; remembers a prefix between calls. */
export class KeyFilter {
  #prefixed = false;

  /** Feeds `bytes`; calls `perform` for each emulator key, and returns the bytes for the guest. */
  filter(bytes: Uint8Array, perform: (action: KeyAction) => void): Uint8Array {
    const guest: number[] = [];
    for (const byte of bytes) {
      if (this.#prefixed) {
        this.#prefixed = false;
        const action = KEYS.find((key) => key.byte === byte)?.action;
        if (action === "literal") guest.push(PREFIX);
        else if (action !== undefined) perform(action);
      } else if (byte === PREFIX) this.#prefixed = true;
      else guest.push(byte);
    }
    return Uint8Array.from(guest);
  }
}
