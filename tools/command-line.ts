/**
 * The command line of `quire`: one table of commands (commands/table.ts), read by commander. Here every way of ending
 * becomes an exit status: a user's mistake is one message, never a stack trace.
 */
import { existsSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CpioError } from "../kernel/fs/cpio.ts";
import { RootError } from "../kernel/fs/root.ts";
import { OPTIONS, OptionError, type OptionName } from "../kernel/options.ts";
import { schemesOf } from "../kernel/schemes/options.ts";
import type { CommandGroup, CommandRow, FlagRow } from "./commands/command.ts";
import { COMMANDS } from "./commands/table.ts";
import { AssemblyError, EXIT, OutputError, UsageError } from "./errors.ts";
import { version } from "./version.ts";

function machineOptions(): Option[] {
  return (Object.keys(OPTIONS) as OptionName[]).flatMap((name) => {
    const row = OPTIONS[name];
    const option = new Option(`--${name} <${row.value}>`, `${row.help}${schemesNote(name)} (default ${row.default})`)
      .helpGroup("Machine:")
      .argParser((text) => checked(() => row.parse(text)));
    return "negatable" in row
      ? [option, new Option(`--no-${name}`, `the same as --${name} off`).helpGroup("Machine:")]
      : [option];
  });
}

function schemesNote(name: OptionName): string {
  const schemes = schemesOf(name);
  return schemes === null ? "" : `; with --translation ${schemes.join(", ")}`;
}

/** Turns a parser's error into commander's, which names the option. */
function checked<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** A value is given once, or the option is repeatable: none is dropped silently. */
function flagOption(row: FlagRow): Option {
  const option = new Option(row.flags, row.help);
  const { parse, repeatable } = row;
  return option.argParser((text: string, previous: unknown) => {
    // Of a --no-NAME it is what holds without it.
    if (previous !== undefined && !repeatable && !option.negate) throw new InvalidArgumentError("It is given twice.");
    const value = checked(() => (parse === undefined ? text : parse(text)));
    return repeatable ? [...((previous as unknown[] | undefined) ?? []), value] : value;
  });
}

/** What commander makes of help that is no terminal's. */
const HELP_COLUMNS = 80;

type Finish = (status: number) => void;

/** @param path all words of the command, as the user writes it */
function bareCommand(path: string, { name, summary }: CommandRow | CommandGroup): Command {
  return new Command(name)
    .description(summary)
    .allowExcessArguments(false)
    .showHelpAfterError(`("${path} --help" shows what there is)`)
    .configureOutput(OUTPUT)
    .exitOverride();
}

function buildGroup(path: string, group: CommandGroup, finish: Finish): Command {
  const command = bareCommand(path, group).enablePositionalOptions();
  for (const row of group.commands) command.addCommand(buildCommand(`${path} ${row.name}`, row, finish));
  return command.addHelpText("after", `\n\`${path} COMMAND --help\` has the options and examples of each.`);
}

/** Beside each other, or where that is too wide, one below the other. */
function exampleLines(examples: CommandRow["examples"]): string[] {
  const widest = Math.max(...examples.map(([line]) => line.length));
  const beside = examples.map(([line, text]) => `  ${line.padEnd(widest)}  ${text}`);
  return beside.every((line) => line.length <= HELP_COLUMNS)
    ? beside
    : examples.flatMap(([line, text]) => [`  ${line}`, `      ${text}`]);
}

function buildCommand(path: string, row: CommandRow, finish: Finish): Command {
  const command = bareCommand(path, row);
  if (row.usage !== undefined) command.usage(row.usage);
  for (const [argument, help] of row.arguments) command.argument(argument, help);
  for (const flag of row.flags) command.addOption(flagOption(flag));
  // A command may have an option of the machine for its own, as one that compares several values of it.
  const own = new Set(command.options.map(({ long }) => long));
  if (row.machine) for (const option of machineOptions()) if (!own.has(option.long)) command.addOption(option);
  if (row.passThrough) command.passThroughOptions();
  command.addHelpText("after", `\nExamples:\n${exampleLines(row.examples).join("\n")}`);
  command.action(async (...given: unknown[]) => {
    const args = given
      .slice(0, row.arguments.length)
      .flat()
      .filter((value) => value !== undefined) as string[];
    const { run } = await row.load();
    finish(await run(args, command.opts()));
  });
  return command;
}

/** What to say of a first argument that is neither a command nor an option; null where it is one. */
function unknownCommand([word, topic]: readonly string[]): string | null {
  const first = word === "help" ? topic : word;
  const names = [...COMMANDS.map((row) => row.name), "help"];
  if (first === undefined || first.startsWith("-") || names.includes(first)) return null;
  const advice = existsSync(first) ? `to run it: quire run ${first}` : `there are ${names.join(", ")}`;
  return `'${first}' is not a command; ${advice}`;
}

/** GNU tools write this long option with one dash, and after `asm` it can be nothing else. */
const longForm = (word: string, _: number, [command]: readonly string[]) =>
  word === "-pie" && command === "asm" ? "--pie" : word;

/** Every message of ours begins alike. */
const OUTPUT = {
  outputError: (text: string, write: (text: string) => void) => write(text.replace(/^error: /, "quire: ")),
};

async function perform(argv: readonly string[]): Promise<number> {
  let status: number = EXIT.ok;
  const finish: Finish = (value) => {
    status = value;
  };
  const program = new Command("quire")
    .description("A small Unix-like kernel on an emulated RV64 computer. Without a command: boot to a shell.")
    .version(version(), "-V, --version")
    // Arguments are for the help of each: here they would leave no room for what it does.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .enablePositionalOptions()
    .configureOutput(OUTPUT)
    .exitOverride();
  const unknown = unknownCommand(argv);
  if (unknown !== null) throw new UsageError(unknown);
  for (const row of COMMANDS) {
    const path = `quire ${row.name}`;
    const command = "commands" in row ? buildGroup(path, row, finish) : buildCommand(path, row, finish);
    program.addCommand(command, { isDefault: row.name === "boot" });
  }
  program.addHelpText("after", "\n`quire COMMAND --help` has the options and examples of each.");
  await program.parseAsync(argv.map(longForm), { from: "user" });
  return status;
}

/** The exit status and message of an error. What is not a user's mistake is a fault of the emulator: 125. */
function failure(error: unknown): { status: number; message: string } {
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? EXIT.ok : EXIT.usage, message: "" };
  if (error instanceof UsageError) return { status: EXIT.usage, message: `quire: ${error.message}` };
  if (error instanceof OutputError) return { status: EXIT.failed, message: `quire: ${error.message}` };
  if (error instanceof OptionError) return { status: EXIT.usage, message: `quire: ${error.message}` };
  if (error instanceof AssemblyError) return { status: EXIT.assembly, message: error.message };
  if (error instanceof RootError) return { status: EXIT.usage, message: `quire: ${error.message}` };
  // The build's own image unpacks; what does not fit is a file of the user's.
  if (error instanceof CpioError) return { status: EXIT.usage, message: `quire: --put: ${error.message}` };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: EXIT.internal, message: `quire: a fault of the emulator itself, please report it\n${text}` };
}

/** Prints an error's message and gives its exit status. */
export function fail(error: unknown): number {
  const { status, message } = failure(error);
  if (message !== "") process.stderr.write(`${message}\n`);
  return status;
}

/** Does what the words after `quire` say. Never rejects: an error is printed, and has its exit status. */
export const commandLine = (argv: readonly string[]): Promise<number> => perform(argv).catch(fail);
