/** What a command of `quire` is made of. */

export interface FlagRow {
  readonly flags: string;
  readonly help: string;
  readonly parse?: (text: string) => unknown;
  readonly repeatable?: true;
}

/** `options` holds the parsed flags by their camel-cased names. Returns the exit status. */
export type CommandBody = (args: readonly string[], options: Record<string, unknown>) => Promise<number>;

export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  /** What follows the command's name, where the arguments alone do not say it. */
  readonly usage?: string;
  readonly arguments: readonly (readonly [name: string, help: string])[];
  readonly flags: readonly FlagRow[];
  /** Takes the options of the machine, kernel/options.ts. */
  readonly machine: boolean;
  /** Options after the first argument belong to the guest program. */
  readonly passThrough?: true;
  readonly examples: readonly (readonly [line: string, text: string])[];
  readonly load: () => Promise<{ run: CommandBody }>;
}

/** A command that only has others below it. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandRow[];
}
