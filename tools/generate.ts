/**
 * Assembly text derived from the ABI tables of kernel/abi.ts: the header that programs include, and the generated
 * part of the runtime library. Pure functions: the build writes what they return.
 *
 * (1) Every name of the header has one value; two tables that disagree about a name are refused.
 * (2) One source per stub, so that a program links only the system calls that it names.
 */
import {
  CONSTANTS,
  ERRNO,
  FLAGS,
  SIGNALS,
  SIGRTMAX,
  SIGRTMIN,
  STRUCTURES,
  SYSCALLS,
  type SyscallRow,
} from "../kernel/abi.ts";

/** A group of the header: a heading and its names with their values. */
type Group = readonly [heading: string, names: ReadonlyArray<readonly [name: string, value: number]>];

/**
 * The text of `abi.s`: `.equ` for every system-call number (SYS_read), error number (ENOENT), signal (SIGINT), flag and
 * constant, field offset (stat_st_mode) and structure size (SIZEOF_stat).
 */
export function assemblyHeader(): string {
  const seen = new Map<string, number>();
  const lines = headerGroups().map(([heading, names]) =>
    [`# ${heading}`, ...names.filter((entry) => isNew(seen, entry)).map(equ)].join("\n"),
  );
  return ["# Generated from kernel/abi.ts: the system-call ABI of Linux for riscv64.", ...lines, ""].join("\n\n");
}

function headerGroups(): Group[] {
  const table = (heading: string, names: object): Group => [heading, Object.entries(names)];
  return [
    ["System calls", Object.entries(SYSCALLS).map(([name, row]) => [`SYS_${name}`, row.nr] as const)],
    ["Errors", Object.entries(ERRNO).map(([name, [number]]) => [name, number] as const)],
    ["Signals", Object.entries(SIGNALS).map(([name, [number]]) => [name, number] as const)],
    table("Signals: real-time range", { SIGRTMIN, SIGRTMAX }),
    ...Object.entries(FLAGS).map(([set, names]) => table(`Flags: ${set}`, names)),
    ...Object.entries(CONSTANTS).map(([set, names]) => table(`Constants: ${set}`, names)),
    ...Object.entries(STRUCTURES).map(([name, layout]) => structureGroup(name, layout.size, layout.fields)),
  ];
}

function structureGroup(name: string, size: number, fields: object): Group {
  const offsets = Object.entries(fields as Record<string, readonly [number, string]>);
  return [
    `struct ${name}`,
    [...offsets.map(([field, [offset]]) => [`${name}_${field}`, offset] as const), [`SIZEOF_${name}`, size] as const],
  ];
}

/** False for a repetition. Throws when the name has another value already. */
function isNew(seen: Map<string, number>, [name, value]: readonly [string, number]): boolean {
  const known = seen.get(name);
  if (known !== undefined && known !== value) throw new Error(`${name} is both ${known} and ${value} in kernel/abi.ts`);
  seen.set(name, value);
  return known === undefined;
}

const equ = ([name, value]: readonly [string, number]) =>
  `.equ ${name}, ${value < 0 || value < 10 ? value : `0x${value.toString(16)}`}`;

/** All generated sources of the runtime library: file name to text. */
export function generatedSources(): Map<string, string> {
  return new Map([...syscallStubs(), ["errno-table.s", errnoTable()], ["signal-table.s", signalTable()]]);
}

/** Symbols of stubs whose C name belongs to a library function. */
const STUB_NAMES: Readonly<Record<string, string>> = { exit: "_exit" };

/** One stub per system call, named as the call (`exit` alone is `_exit`); each returns what the kernel returns. */
export function syscallStubs(): Map<string, string> {
  return new Map(Object.entries(SYSCALLS).map(([name, row]) => [`sys-${name}.s`, stub(name, row)] as const));
}

function stub(name: string, row: SyscallRow): string {
  const symbol = STUB_NAMES[name] ?? name;
  const parameters = row.args.map(([argument, kind], index) => `${argument}: a${index} (${kind})`).join(", ");
  return `# Generated from kernel/abi.ts.
# ${symbol}(${parameters})
# -> a0 = what the kernel returns: -errno on failure
        .text
        .globl ${symbol}
${symbol}:
        li a7, ${row.nr}
        ecall
        ret
`;
}

/** error_names: rows of { number, address of "ENOENT", address of "No such file or directory" }, ended by number 0. */
function errnoTable(): string {
  const rows = Object.entries(ERRNO).map(([name, [number, text]]) => [number, name, text] as const);
  return tableSource("error_names", "number, name, text", rows);
}

/** signal_names: rows of { number, address of "INT", address of "Interrupt" }, ended by number 0. */
function signalTable(): string {
  const rows = Object.entries(SIGNALS).map(([name, [number, , text]]) => [number, name.slice(3), text] as const);
  return tableSource("signal_names", "number, name without SIG, text", rows);
}

function tableSource(label: string, columns: string, rows: ReadonlyArray<readonly [number, string, string]>): string {
  const row = ([number]: readonly [number, string, string]) =>
    `        .dword ${number}, .Lname${number}, .Ltext${number}`;
  const strings = ([number, name, text]: readonly [number, string, string]) =>
    `.Lname${number}: .asciz ${JSON.stringify(name)}\n.Ltext${number}: .asciz ${JSON.stringify(text)}`;
  return [
    "# Generated from kernel/abi.ts.",
    `# ${label}: a row of three words (${columns}) for each; number 0 ends the table`,
    "        .section .rodata",
    "        .balign 8",
    `        .globl ${label}`,
    `${label}:`,
    ...rows.map(row),
    "        .dword 0, 0, 0",
    ...rows.map(strings),
    "",
  ].join("\n");
}
