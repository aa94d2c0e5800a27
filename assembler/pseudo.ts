/**
 * Pseudo-instructions: a row each, its operands and what it stands for. A row's text names its operands as isa.ts does,
 * plus `symbol` (an address) and `constant` (a number known at once); in the expansion `.` is its first instruction.
 * Where one mnemonic has several rows, or a row and a true instruction, the operands decide; the first that fits is taken.
 *
 * Source: RISC-V Assembly Programmer's Manual, "Pseudoinstructions"; GNU as for the less common forms.
 */
import { INSTRUCTIONS, type InstructionRow } from "../cpu/isa.ts";
import { loadAddress, loadConstant } from "./constant.ts";
import type { Arguments, CodeSink } from "./encode.ts";

/** The expansion as text, or what makes it. */
export type Expansion = string | ((args: Arguments, sink: CodeSink) => void);
export type PseudoRow = readonly [mnemonic: string, operands: string, expansion: Expansion];

/** Register-register mnemonics that accept an immediate, and the instruction they then are. */
// biome-ignore format: a table is read in columns
const IMMEDIATE_FORMS: readonly PseudoRow[] = [
  ["add", "imm", "addi"], ["slt", "imm", "slti"], ["sltu", "imm", "sltiu"], ["xor", "imm", "xori"], ["or", "imm", "ori"],
  ["and", "imm", "andi"], ["addw", "imm", "addiw"],
  ["sll", "shamt6", "slli"], ["srl", "shamt6", "srli"], ["sra", "shamt6", "srai"],
  ["sllw", "shamt5", "slliw"], ["srlw", "shamt5", "srliw"], ["sraw", "shamt5", "sraiw"],
].map(([mnemonic, immediate, instruction]) =>
  [mnemonic!, `rd, rs1, ${immediate}`, `${instruction} rd, rs1, ${immediate}`]);

const LOAD = "0000011";
const STORE = "0100011";

const mnemonicsOf = (opcode: string): string[] =>
  Object.entries<InstructionRow>(INSTRUCTIONS)
    .filter(([, { bits }]) => bits.endsWith(opcode))
    .map(([name]) => name);

/** `lw a0, symbol` and `sw a0, symbol, t0`, for every load and store there is. */
const SYMBOL_FORMS: readonly PseudoRow[] = [
  ...mnemonicsOf(LOAD).map(
    (name): PseudoRow => [name, "rd, symbol", `auipc rd, %pcrel_hi(symbol); ${name} rd, %pcrel_lo(.)(rd)`],
  ),
  ...mnemonicsOf(STORE).map(
    (name): PseudoRow => [name, "rs2, symbol, rs1", `auipc rs1, %pcrel_hi(symbol); ${name} rs2, %pcrel_lo(.)(rs1)`],
  ),
];

// biome-ignore format: a table is read in columns
export const PSEUDO_INSTRUCTIONS: readonly PseudoRow[] = [
  ["nop",       "",                 "addi zero, zero, 0"],
  ["unimp",     "",                 "csrrw zero, cycle, zero"],
  ["li",        "rd, constant",     loadConstant],
  ["la",        "rd, symbol",       loadAddress],
  ["lla",       "rd, symbol",       loadAddress],
  ["mv",        "rd, rs1",          "addi rd, rs1, 0"],
  ["move",      "rd, rs1",          "addi rd, rs1, 0"],
  ["not",       "rd, rs1",          "xori rd, rs1, -1"],
  ["neg",       "rd, rs2",          "sub rd, zero, rs2"],
  ["negw",      "rd, rs2",          "subw rd, zero, rs2"],
  ["sext.b",    "rd, rs1",          "slli rd, rs1, 56; srai rd, rd, 56"],
  ["sext.h",    "rd, rs1",          "slli rd, rs1, 48; srai rd, rd, 48"],
  ["sext.w",    "rd, rs1",          "addiw rd, rs1, 0"],
  ["zext.b",    "rd, rs1",          "andi rd, rs1, 255"],
  ["zext.h",    "rd, rs1",          "slli rd, rs1, 48; srli rd, rd, 48"],
  ["zext.w",    "rd, rs1",          "slli rd, rs1, 32; srli rd, rd, 32"],
  ["seqz",      "rd, rs1",          "sltiu rd, rs1, 1"],
  ["snez",      "rd, rs2",          "sltu rd, zero, rs2"],
  ["sltz",      "rd, rs1",          "slt rd, rs1, zero"],
  ["sgtz",      "rd, rs2",          "slt rd, zero, rs2"],
  ["sgt",       "rd, rs1, rs2",     "slt rd, rs2, rs1"],
  ["sgtu",      "rd, rs1, rs2",     "sltu rd, rs2, rs1"],

  ["beqz",      "rs1, branch",      "beq rs1, zero, branch"],
  ["bnez",      "rs1, branch",      "bne rs1, zero, branch"],
  ["blez",      "rs1, branch",      "bge zero, rs1, branch"],
  ["bgez",      "rs1, branch",      "bge rs1, zero, branch"],
  ["bltz",      "rs1, branch",      "blt rs1, zero, branch"],
  ["bgtz",      "rs1, branch",      "blt zero, rs1, branch"],
  ["bgt",       "rs1, rs2, branch", "blt rs2, rs1, branch"],
  ["ble",       "rs1, rs2, branch", "bge rs2, rs1, branch"],
  ["bgtu",      "rs1, rs2, branch", "bltu rs2, rs1, branch"],
  ["bleu",      "rs1, rs2, branch", "bgeu rs2, rs1, branch"],

  ["j",         "jump",             "jal zero, jump"],
  ["jal",       "jump",             "jal ra, jump"],
  ["jr",        "rs1",              "jalr zero, 0(rs1)"],
  ["jr",        "imm(rs1)",         "jalr zero, imm(rs1)"],
  ["jr",        "rs1, imm",         "jalr zero, imm(rs1)"],
  ["jalr",      "rs1",              "jalr ra, 0(rs1)"],
  ["jalr",      "imm(rs1)",         "jalr ra, imm(rs1)"],
  ["jalr",      "rd, rs1",          "jalr rd, 0(rs1)"],
  ["jalr",      "rs1, imm",         "jalr ra, imm(rs1)"],
  ["jalr",      "rd, rs1, imm",     "jalr rd, imm(rs1)"],
  ["ret",       "",                 "jalr zero, 0(ra)"],
  ["call",      "symbol",           "auipc ra, %CALL(symbol); jalr ra, 0(ra)"],
  ["call",      "rd, symbol",       "auipc t1, %CALL(symbol); jalr rd, 0(t1)"],
  ["tail",      "symbol",           "auipc t1, %CALL(symbol); jalr zero, 0(t1)"],
  ["jump",      "symbol, rs1",      "auipc rs1, %CALL(symbol); jalr zero, 0(rs1)"],

  ["csrr",      "rd, csr",          "csrrs rd, csr, zero"],
  ["csrw",      "csr, rs1",         "csrrw zero, csr, rs1"],
  ["csrw",      "csr, uimm",        "csrrwi zero, csr, uimm"],
  ["csrwi",     "csr, uimm",        "csrrwi zero, csr, uimm"],
  ["csrs",      "csr, rs1",         "csrrs zero, csr, rs1"],
  ["csrs",      "csr, uimm",        "csrrsi zero, csr, uimm"],
  ["csrsi",     "csr, uimm",        "csrrsi zero, csr, uimm"],
  ["csrc",      "csr, rs1",         "csrrc zero, csr, rs1"],
  ["csrc",      "csr, uimm",        "csrrci zero, csr, uimm"],
  ["csrci",     "csr, uimm",        "csrrci zero, csr, uimm"],
  ["csrrw",     "rd, csr, uimm",    "csrrwi rd, csr, uimm"],
  ["csrrs",     "rd, csr, uimm",    "csrrsi rd, csr, uimm"],
  ["csrrc",     "rd, csr, uimm",    "csrrci rd, csr, uimm"],
  ["rdcycle",   "rd",               "csrrs rd, cycle, zero"],
  ["rdtime",    "rd",               "csrrs rd, time, zero"],
  ["rdinstret", "rd",               "csrrs rd, instret, zero"],

  ["fence",     "",                 "fence iorw, iorw"],
  ["scall",     "",                 "ecall"],
  ["sbreak",    "",                 "ebreak"],
  ["sfence.vma", "",                "sfence.vma zero, zero"],
  ["sfence.vma", "rs1",             "sfence.vma rs1, zero"],

  ...IMMEDIATE_FORMS,
  ...SYMBOL_FORMS,
];
