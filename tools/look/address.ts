/**
 * Addresses as a user names them: `main`, `buffer+8`, `0x10074`, `sp`, `a0-16`, `pc`.
 */
import { ElfError, type Executable, readExecutable, SHN_UNDEF } from "../../assembler/elf.ts";
import { symbolAt } from "../../assembler/symbolize.ts";
import { REGISTER_ALIASES, REGISTER_NAMES } from "../../cpu/isa.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Process } from "../../kernel/process.ts";
import { exactPc, registersOf } from "../../kernel/registers.ts";
import { UsageError } from "../errors.ts";

/** What names are looked up in. */
export interface Names {
  /** Null: a script, or a file that cannot be read as an executable. */
  readonly executable: Executable | null;
  /** What loading added to the addresses of the file. */
  readonly bias: number;
}

/** The names of a program's file. */
export function namesOf(program: Uint8Array, bias: number): Names {
  try {
    return { executable: readExecutable(program), bias };
  } catch (error) {
    if (error instanceof ElfError) return { executable: null, bias };
    throw error;
  }
}

const SHAPE = /^([A-Za-z_.$][\w.$]*|0[xX][0-9a-fA-F][0-9a-fA-F_]*|\d[\d_]*)(?:([+-])(0[xX][0-9a-fA-F]+|\d+))?$/;

/** Addresses have 64 bits. */
const ADDRESSES = 2n ** 64n;

/**
 * The 64 bits of an address, unsigned.
 * @throws UsageError it is no address, or names nothing
 */
export function parseAddress(text: string, k: Kernel, p: Process, names: Names): bigint {
  const match = SHAPE.exec(text);
  if (match === null)
    throw new UsageError(
      `'${text}' is not an address: expected a symbol (main, buffer+8), a number (0x10074), a register (sp, a0) or pc`,
    );
  const [, base, sign, offset] = match;
  const distance = numberOf(offset ?? "0");
  return BigInt.asUintN(64, baseOf(base!, k, p, names) + (sign === "-" ? -distance : distance));
}

/** A number, pc, a register or a symbol; in this order. */
function baseOf(base: string, k: Kernel, p: Process, names: Names): bigint {
  if (/^\d/.test(base)) return numberOf(base.replaceAll("_", ""));
  if (base === "pc") return exactPc(k, p);
  const register = registerNumber(base);
  if (register !== null) return BigInt.asUintN(64, registersOf(k, p).x[register]!);
  const symbol = names.executable?.symbols.find(({ name, section }) => name === base && section !== SHN_UNDEF);
  if (symbol === undefined)
    throw new UsageError(
      `'${base}' is neither a register nor a symbol of the program: quire disasm shows what there is`,
    );
  return symbol.value + BigInt(names.bias);
}

function numberOf(text: string): bigint {
  const number = BigInt(text);
  if (number >= ADDRESSES) throw new UsageError(`${text} is no address: they have 64 bits`);
  return number;
}

function registerNumber(name: string): number | null {
  if (Object.hasOwn(REGISTER_ALIASES, name)) return REGISTER_ALIASES[name]!;
  const named = (REGISTER_NAMES as readonly string[]).indexOf(name);
  if (named >= 0) return named;
  const number = /^x(\d|[12]\d|3[01])$/.exec(name);
  return number === null ? null : Number(number[1]);
}

/** `main+8` of an address that the program's file names; null where it names none. */
export function nameOf(va: number, { executable, bias }: Names): string | null {
  const symbol = executable === null ? undefined : symbolAt(executable, va - bias);
  if (symbol === undefined) return null;
  return symbol.offset === 0 ? symbol.name : `${symbol.name}+${symbol.offset}`;
}
