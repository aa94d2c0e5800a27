/** Small guest programs from lines of assembly: the system's own assembler and linker, the ABI's names at hand. */
import { assemble } from "../../assembler/assemble.ts";
import { readExecutable } from "../../assembler/elf.ts";
import { type LinkOptions, link } from "../../assembler/link.ts";
import { assemblyHeader } from "../../tools/generate.ts";

const HEADER = new TextEncoder().encode(assemblyHeader());
const PROLOGUE = `.include "abi.s"
.globl _start
.macro syscall name
    li   a7, SYS_\\name
    ecall
.endm
.text
_start:
`;

/** An executable whose first instruction is the first of `source`. Throws the first diagnostic's message. */
export function guest(source: string, options: LinkOptions = {}): Uint8Array {
  const readFile = (path: string) => (path.endsWith("abi.s") ? HEADER : null);
  const assembled = assemble("guest.s", PROLOGUE + source, { includePaths: [""], readFile });
  const { executable, diagnostics } = assembled.object
    ? link([assembled.object], [], options)
    : { executable: null, diagnostics: assembled.diagnostics };
  if (executable === null) throw new Error(diagnostics.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  return executable;
}

/** Address of a symbol. */
export function addressOf(executable: Uint8Array, symbol: string): bigint {
  return BigInt(readExecutable(executable).symbols.find(({ name }) => name === symbol)!.value);
}

/** A copy of the executable with `bytes` at a symbol of its initialised data. */
export function withData(executable: Uint8Array, symbol: string, bytes: Uint8Array): Uint8Array {
  const { programHeaders } = readExecutable(executable);
  const address = Number(addressOf(executable, symbol));
  const segment = programHeaders.find(
    ({ type, virtualAddress, fileSize }) =>
      type === 1 && virtualAddress <= address && address < virtualAddress + fileSize,
  )!;
  const changed = executable.slice();
  changed.set(bytes, address - segment.virtualAddress + segment.offset);
  return changed;
}
