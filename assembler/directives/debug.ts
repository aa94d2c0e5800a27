/** Directives of compilers: source lines, call frames, attributes, options of the assembler. */
import type { Assembly } from "../assembly.ts";
import type { Command } from "../ast.ts";
import { readable } from "../diagnostic.ts";
import { Fault } from "../fault.ts";
import { didYouMean } from "../suggest.ts";
import { type DirectiveTable, MANY, operand, row, stringOf } from "./row.ts";

const MAX_LINE = 2 ** 31 - 1;
const MAX_FILES = 65535;

/** `.file "name"`, or `.file 1 "folder" "name" md5 0x...`. */
function file(assembly: Assembly, command: Command): void {
  const first = operand(command, 0);
  if (first.kind === "string") {
    assembly.sourceName = readable(first.value);
    return;
  }
  const number = assembly.integer(first, "the file's number", 0, MAX_FILES);
  const names = command.operands.slice(1).flatMap((node) => (node?.kind === "string" ? [readable(node.value)] : []));
  if (names.length === 0) throw new Fault(command.at, ".file needs the file's name", `.file ${number} "name"`);
  const [folder, name] = names.length > 1 ? names : ["", names[0]!];
  const path = folder === "" || name!.startsWith("/") ? name! : `${folder}/${name}`;
  assembly.debug.files.set(number, path);
}

/** `.loc file line [column] [options]`; column and options are read over. */
function loc(assembly: Assembly, command: Command): void {
  const number = assembly.integer(operand(command, 0), "the file's number", 0, MAX_FILES);
  const line = assembly.integer(operand(command, 1), "the line", 0, MAX_LINE);
  const path = assembly.debug.files.get(number);
  if (path === undefined) throw new Fault(operand(command, 0).at, `no .file ${number} came before`);
  assembly.debug.locate(path, line);
}

type Switch = "nothing" | ((assembly: Assembly, at: number) => void);

/** What `.option` can say. This machine's code is neither compressed nor changed by the linker, so little has an effect. */
const OPTIONS: Readonly<Record<string, Switch>> = {
  push: "nothing",
  pop: "nothing",
  rvc: (assembly, at) => assembly.warn(at, "instructions are never compressed here: .option rvc has no effect"),
  norvc: "nothing",
  relax: "nothing",
  norelax: "nothing",
  pic: (assembly, at) => assembly.warn(at, "code is made for static executables: .option pic has no effect"),
  nopic: "nothing",
  arch: "nothing",
  "csr-check": "nothing",
  "no-csr-check": "nothing",
};

function option(assembly: Assembly, command: Command): void {
  const node = operand(command, 0);
  const written = node.kind === "name" ? node.name : assembly.statement.text.replace(/^\s*\S+\s+/, "").trim();
  const effect = OPTIONS[written];
  if (effect === undefined) {
    throw new Fault(node.at, `unknown option \`${written}\``, didYouMean(written, Object.keys(OPTIONS)));
  }
  if (written === "push") assembly.optionDepth++;
  if (written === "pop" && --assembly.optionDepth < 0) {
    assembly.optionDepth = 0;
    throw new Fault(command.at, ".option pop without .option push");
  }
  if (effect !== "nothing") effect(assembly, node.at);
}

/** Operands of each call-frame directive: least and most. Call frames are checked, and not written: see README. */
// biome-ignore format: a table is read in columns
const CALL_FRAME: Readonly<Record<string, readonly [least: number, most: number]>> = {
  sections: [1, 2], startproc: [0, 1], endproc: [0, 0], personality: [1, 2], lsda: [1, 2], personality_id: [1, 1],
  def_cfa: [2, 2], def_cfa_register: [1, 1], def_cfa_offset: [1, 1], adjust_cfa_offset: [1, 1], offset: [2, 2],
  rel_offset: [2, 2], register: [2, 2], restore: [1, MANY], undefined: [1, MANY], same_value: [1, MANY],
  remember_state: [0, 0], restore_state: [0, 0], return_column: [1, 1], signal_frame: [0, 0], window_save: [0, 0],
  escape: [1, MANY], val_encoded_addr: [3, 3], val_offset: [2, 2], label: [1, 1], fde_data: [0, MANY],
  inline_lsda: [0, 1], llvm_def_aspace_cfa: [3, 3],
};

function callFrame(name: string) {
  return (assembly: Assembly, command: Command): void => {
    if (name === "sections") return;
    const inside = assembly.inProcedure;
    if (name === "startproc") {
      if (inside !== null) throw new Fault(command.at, ".cfi_startproc before the last one's .cfi_endproc");
      assembly.inProcedure = assembly.site(command.at);
      return;
    }
    if (inside === null) throw new Fault(command.at, `${command.name} outside .cfi_startproc and .cfi_endproc`);
    if (name === "endproc") assembly.inProcedure = null;
  };
}

const callFrames: DirectiveTable = Object.fromEntries(
  Object.entries(CALL_FRAME).map(([name, [least, most]]) => [
    `.cfi_${name}`,
    row(least === 0 ? "" : "operand, ...", least, most, callFrame(name)),
  ]),
);

export const DEBUG_DIRECTIVES: DirectiveTable = {
  ".file": row('["name" | number "name"]', 1, MANY, file),
  ".loc": row("file line [column] [options]", 2, MANY, loc),
  ".ident": row('"text"', 1, 1, (assembly, command) => {
    assembly.idents.push(stringOf(operand(command, 0)));
  }),
  ".option": row(Object.keys(OPTIONS).join(" | "), 1, MANY, option),
  // What a compiler says of its code; ours is always the same machine's.
  ".attribute": row("tag, value", 2, 2, (_assembly, command) => {
    operand(command, 0);
    operand(command, 1);
  }),
  // Clang's: which symbols have an address that matters to the linker's folding of code. Ours folds none.
  ".addrsig": row("", 0, 0, () => {}),
  ".addrsig_sym": row("symbol", 1, 1, () => {}),
  ...callFrames,
};
