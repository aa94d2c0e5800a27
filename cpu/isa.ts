/**
 * CONTRACT: the instruction set. Rows, register names, CSR names and numbers; no behaviour.
 * Decoder, disassembler, assembler encoding and the tests' generators derive from these tables.
 *
 * Source: The RISC-V Instruction Set Manual, Volume I (unprivileged) 20191213, chapters 2, 3, 7, 8, 9 and 24 and
 * Volume II (privileged) 20211203, chapters 2, 3 and 4.
 *
 * (1) A row's `bits` is the manual's own pattern: most significant bit first, "." where a field lies.
 *     Its length, 16 or 32 without blanks, is the instruction's length.
 * (2) Every name in `operands` is a key of FIELDS; the string is the assembly syntax, with its punctuation.
 * (3) The dots of `bits` are exactly the bits that the fields of `operands` occupy (and `aq`, `rl` of an AMO row).
 * (4) Where two rows match one word, the row with more fixed bits is meant.
 * (5) `reserved`, where it is not empty, is as long as `bits` and has a 1 for each fixed bit that encoders write as in
 *     `bits` but that execution ignores, as the manual demands of FENCE and FENCE.I.
 *
 * tests/cpu/isa.test.ts asserts (1) to (5).
 */

/** One run of bits: instruction bits `at+width-1..at` hold bits `to+width-1..to` of the value. */
export interface Piece {
  readonly at: number;
  readonly width: number;
  readonly to: number;
}

/** What a field's value denotes, which decides how it is written and checked. */
export type FieldKind =
  /** An integer register, x0 to x31. */
  | "register"
  /** A signed or unsigned number. */
  | "number"
  /** A distance in bytes from the instruction's own address, written as a label or an address. */
  | "target"
  /** A CSR number, written by name where it has one. */
  | "csr"
  /** A set of the letters i, o, r, w (FENCE). */
  | "fence-set";

export interface Field {
  readonly kind: FieldKind;
  readonly signed: boolean;
  readonly pieces: readonly Piece[];
}

const piece = (at: number, width: number, to = 0): Piece => ({ at, width, to });

/** Every operand field by the name that rows use. Volume I, section 2.3 gives the immediates' layout. */
export const FIELDS = {
  rd: { kind: "register", signed: false, pieces: [piece(7, 5)] },
  rs1: { kind: "register", signed: false, pieces: [piece(15, 5)] },
  rs2: { kind: "register", signed: false, pieces: [piece(20, 5)] },
  /** I-immediate. */
  imm: { kind: "number", signed: true, pieces: [piece(20, 12)] },
  /** S-immediate. */
  store: { kind: "number", signed: true, pieces: [piece(7, 5), piece(25, 7, 5)] },
  /** B-immediate: a multiple of 2. */
  branch: {
    kind: "target",
    signed: true,
    pieces: [piece(8, 4, 1), piece(25, 6, 5), piece(7, 1, 11), piece(31, 1, 12)],
  },
  /** U-immediate without its twelve zero bits, as assembly writes it. */
  upper: { kind: "number", signed: false, pieces: [piece(12, 20)] },
  /** J-immediate: a multiple of 2. */
  jump: {
    kind: "target",
    signed: true,
    pieces: [piece(21, 10, 1), piece(20, 1, 11), piece(12, 8, 12), piece(31, 1, 20)],
  },
  shamt5: { kind: "number", signed: false, pieces: [piece(20, 5)] },
  shamt6: { kind: "number", signed: false, pieces: [piece(20, 6)] },
  csr: { kind: "csr", signed: false, pieces: [piece(20, 12)] },
  /** The five-bit immediate of CSRRWI and its like. */
  uimm: { kind: "number", signed: false, pieces: [piece(15, 5)] },
  pred: { kind: "fence-set", signed: false, pieces: [piece(24, 4)] },
  succ: { kind: "fence-set", signed: false, pieces: [piece(20, 4)] },
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

/** The part of the specification a row belongs to. C, F and D follow. */
export type Extension = "I" | "M" | "A" | "Zicsr" | "Zifencei" | "S";

/** The manual's name of the bit layout. "SYS" has no field or only registers; "AMO" also has the bits aq (26), rl (25). */
export type Format = "R" | "I" | "S" | "B" | "U" | "J" | "AMO" | "CSR" | "FENCE" | "SYS";

export interface InstructionRow {
  readonly extension: Extension;
  readonly format: Format;
  readonly bits: string;
  readonly operands: string;
  /** One line for manuals and hints; x[rd] is written rd, sext is sign extension, M[a] memory at a. */
  readonly meaning: string;
  /** See (5). */
  readonly reserved: string;
}

const row = (
  extension: Extension,
  format: Format,
  bits: string,
  operands: string,
  meaning: string,
  reserved = "",
): InstructionRow => ({ extension, format, bits, operands, meaning, reserved });

// biome-ignore format: a table is read in columns
export const INSTRUCTIONS = {
  // RV64I: Volume I, chapters 2 and 5
  lui:       row("I", "U", ".................... ..... 0110111", "rd, upper", "rd = sext(upper << 12)"),
  auipc:     row("I", "U", ".................... ..... 0010111", "rd, upper", "rd = pc + sext(upper << 12)"),
  jal:       row("I", "J", ".................... ..... 1101111", "rd, jump", "rd = pc + 4; pc += jump"),
  jalr:      row("I", "I", "............ ..... 000 ..... 1100111", "rd, imm(rs1)", "rd = pc + 4; pc = (rs1 + imm) & ~1"),
  beq:       row("I", "B", "....... ..... ..... 000 ..... 1100011", "rs1, rs2, branch", "if (rs1 == rs2) pc += branch"),
  bne:       row("I", "B", "....... ..... ..... 001 ..... 1100011", "rs1, rs2, branch", "if (rs1 != rs2) pc += branch"),
  blt:       row("I", "B", "....... ..... ..... 100 ..... 1100011", "rs1, rs2, branch", "if (rs1 < rs2, signed) pc += branch"),
  bge:       row("I", "B", "....... ..... ..... 101 ..... 1100011", "rs1, rs2, branch", "if (rs1 >= rs2, signed) pc += branch"),
  bltu:      row("I", "B", "....... ..... ..... 110 ..... 1100011", "rs1, rs2, branch", "if (rs1 < rs2, unsigned) pc += branch"),
  bgeu:      row("I", "B", "....... ..... ..... 111 ..... 1100011", "rs1, rs2, branch", "if (rs1 >= rs2, unsigned) pc += branch"),
  lb:        row("I", "I", "............ ..... 000 ..... 0000011", "rd, imm(rs1)", "rd = sext(M[rs1 + imm], 8 bits)"),
  lh:        row("I", "I", "............ ..... 001 ..... 0000011", "rd, imm(rs1)", "rd = sext(M[rs1 + imm], 16 bits)"),
  lw:        row("I", "I", "............ ..... 010 ..... 0000011", "rd, imm(rs1)", "rd = sext(M[rs1 + imm], 32 bits)"),
  ld:        row("I", "I", "............ ..... 011 ..... 0000011", "rd, imm(rs1)", "rd = M[rs1 + imm], 64 bits"),
  lbu:       row("I", "I", "............ ..... 100 ..... 0000011", "rd, imm(rs1)", "rd = M[rs1 + imm], 8 bits"),
  lhu:       row("I", "I", "............ ..... 101 ..... 0000011", "rd, imm(rs1)", "rd = M[rs1 + imm], 16 bits"),
  lwu:       row("I", "I", "............ ..... 110 ..... 0000011", "rd, imm(rs1)", "rd = M[rs1 + imm], 32 bits"),
  sb:        row("I", "S", "....... ..... ..... 000 ..... 0100011", "rs2, store(rs1)", "M[rs1 + store] = rs2, 8 bits"),
  sh:        row("I", "S", "....... ..... ..... 001 ..... 0100011", "rs2, store(rs1)", "M[rs1 + store] = rs2, 16 bits"),
  sw:        row("I", "S", "....... ..... ..... 010 ..... 0100011", "rs2, store(rs1)", "M[rs1 + store] = rs2, 32 bits"),
  sd:        row("I", "S", "....... ..... ..... 011 ..... 0100011", "rs2, store(rs1)", "M[rs1 + store] = rs2, 64 bits"),
  addi:      row("I", "I", "............ ..... 000 ..... 0010011", "rd, rs1, imm", "rd = rs1 + imm"),
  slti:      row("I", "I", "............ ..... 010 ..... 0010011", "rd, rs1, imm", "rd = rs1 < imm, signed"),
  sltiu:     row("I", "I", "............ ..... 011 ..... 0010011", "rd, rs1, imm", "rd = rs1 < imm, unsigned"),
  xori:      row("I", "I", "............ ..... 100 ..... 0010011", "rd, rs1, imm", "rd = rs1 ^ imm"),
  ori:       row("I", "I", "............ ..... 110 ..... 0010011", "rd, rs1, imm", "rd = rs1 | imm"),
  andi:      row("I", "I", "............ ..... 111 ..... 0010011", "rd, rs1, imm", "rd = rs1 & imm"),
  slli:      row("I", "I", "000000 ...... ..... 001 ..... 0010011", "rd, rs1, shamt6", "rd = rs1 << shamt6"),
  srli:      row("I", "I", "000000 ...... ..... 101 ..... 0010011", "rd, rs1, shamt6", "rd = rs1 >> shamt6, zeros shifted in"),
  srai:      row("I", "I", "010000 ...... ..... 101 ..... 0010011", "rd, rs1, shamt6", "rd = rs1 >> shamt6, sign shifted in"),
  add:       row("I", "R", "0000000 ..... ..... 000 ..... 0110011", "rd, rs1, rs2", "rd = rs1 + rs2"),
  sub:       row("I", "R", "0100000 ..... ..... 000 ..... 0110011", "rd, rs1, rs2", "rd = rs1 - rs2"),
  sll:       row("I", "R", "0000000 ..... ..... 001 ..... 0110011", "rd, rs1, rs2", "rd = rs1 << (rs2 & 63)"),
  slt:       row("I", "R", "0000000 ..... ..... 010 ..... 0110011", "rd, rs1, rs2", "rd = rs1 < rs2, signed"),
  sltu:      row("I", "R", "0000000 ..... ..... 011 ..... 0110011", "rd, rs1, rs2", "rd = rs1 < rs2, unsigned"),
  xor:       row("I", "R", "0000000 ..... ..... 100 ..... 0110011", "rd, rs1, rs2", "rd = rs1 ^ rs2"),
  srl:       row("I", "R", "0000000 ..... ..... 101 ..... 0110011", "rd, rs1, rs2", "rd = rs1 >> (rs2 & 63), zeros shifted in"),
  sra:       row("I", "R", "0100000 ..... ..... 101 ..... 0110011", "rd, rs1, rs2", "rd = rs1 >> (rs2 & 63), sign shifted in"),
  or:        row("I", "R", "0000000 ..... ..... 110 ..... 0110011", "rd, rs1, rs2", "rd = rs1 | rs2"),
  and:       row("I", "R", "0000000 ..... ..... 111 ..... 0110011", "rd, rs1, rs2", "rd = rs1 & rs2"),
  addiw:     row("I", "I", "............ ..... 000 ..... 0011011", "rd, rs1, imm", "rd = sext(rs1 + imm, 32 bits)"),
  slliw:     row("I", "I", "0000000 ..... ..... 001 ..... 0011011", "rd, rs1, shamt5", "rd = sext(rs1 << shamt5, 32 bits)"),
  srliw:     row("I", "I", "0000000 ..... ..... 101 ..... 0011011", "rd, rs1, shamt5", "rd = sext(low 32 bits of rs1 >> shamt5, zeros shifted in)"),
  sraiw:     row("I", "I", "0100000 ..... ..... 101 ..... 0011011", "rd, rs1, shamt5", "rd = sext(low 32 bits of rs1 >> shamt5, sign shifted in)"),
  addw:      row("I", "R", "0000000 ..... ..... 000 ..... 0111011", "rd, rs1, rs2", "rd = sext(rs1 + rs2, 32 bits)"),
  subw:      row("I", "R", "0100000 ..... ..... 000 ..... 0111011", "rd, rs1, rs2", "rd = sext(rs1 - rs2, 32 bits)"),
  sllw:      row("I", "R", "0000000 ..... ..... 001 ..... 0111011", "rd, rs1, rs2", "rd = sext(rs1 << (rs2 & 31), 32 bits)"),
  srlw:      row("I", "R", "0000000 ..... ..... 101 ..... 0111011", "rd, rs1, rs2", "rd = sext(low 32 bits of rs1 >> (rs2 & 31), zeros shifted in)"),
  sraw:      row("I", "R", "0100000 ..... ..... 101 ..... 0111011", "rd, rs1, rs2", "rd = sext(low 32 bits of rs1 >> (rs2 & 31), sign shifted in)"),
  fence:     row("I", "FENCE", "0000 .... .... 00000 000 00000 0001111", "pred, succ", "order the accesses pred before the accesses succ",
                       "1111 0000 0000 11111 000 11111 0000000"),
  "fence.tso": row("I", "SYS", "1000 0011 0011 00000 000 00000 0001111", "", "order all but store before load"),
  ecall:     row("I", "SYS", "000000000000 00000 000 00000 1110011", "", "trap: system call"),
  ebreak:    row("I", "SYS", "000000000001 00000 000 00000 1110011", "", "trap: breakpoint"),

  // RV64M: chapter 7
  mul:       row("M", "R", "0000001 ..... ..... 000 ..... 0110011", "rd, rs1, rs2", "rd = rs1 * rs2"),
  mulh:      row("M", "R", "0000001 ..... ..... 001 ..... 0110011", "rd, rs1, rs2", "rd = upper 64 bits of rs1 * rs2, both signed"),
  mulhsu:    row("M", "R", "0000001 ..... ..... 010 ..... 0110011", "rd, rs1, rs2", "rd = upper 64 bits of rs1 (signed) * rs2 (unsigned)"),
  mulhu:     row("M", "R", "0000001 ..... ..... 011 ..... 0110011", "rd, rs1, rs2", "rd = upper 64 bits of rs1 * rs2, both unsigned"),
  div:       row("M", "R", "0000001 ..... ..... 100 ..... 0110011", "rd, rs1, rs2", "rd = rs1 / rs2, signed; by zero -1"),
  divu:      row("M", "R", "0000001 ..... ..... 101 ..... 0110011", "rd, rs1, rs2", "rd = rs1 / rs2, unsigned; by zero 2^64 - 1"),
  rem:       row("M", "R", "0000001 ..... ..... 110 ..... 0110011", "rd, rs1, rs2", "rd = rs1 % rs2, signed; by zero rs1"),
  remu:      row("M", "R", "0000001 ..... ..... 111 ..... 0110011", "rd, rs1, rs2", "rd = rs1 % rs2, unsigned; by zero rs1"),
  mulw:      row("M", "R", "0000001 ..... ..... 000 ..... 0111011", "rd, rs1, rs2", "rd = sext(rs1 * rs2, 32 bits)"),
  divw:      row("M", "R", "0000001 ..... ..... 100 ..... 0111011", "rd, rs1, rs2", "rd = sext(rs1 / rs2, 32 bits, signed)"),
  divuw:     row("M", "R", "0000001 ..... ..... 101 ..... 0111011", "rd, rs1, rs2", "rd = sext(rs1 / rs2, 32 bits, unsigned)"),
  remw:      row("M", "R", "0000001 ..... ..... 110 ..... 0111011", "rd, rs1, rs2", "rd = sext(rs1 % rs2, 32 bits, signed)"),
  remuw:     row("M", "R", "0000001 ..... ..... 111 ..... 0111011", "rd, rs1, rs2", "rd = sext(rs1 % rs2, 32 bits, unsigned)"),

  // RV64A: chapter 8. Each row stands for four mnemonics: plain, .aq, .rl, .aqrl
  "lr.w":      row("A", "AMO", "00010 .. 00000 ..... 010 ..... 0101111", "rd, (rs1)", "rd = sext(M[rs1], 32 bits); reserve"),
  "sc.w":      row("A", "AMO", "00011 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "if reserved M[rs1] = rs2, 32 bits, rd = 0; else rd = 1"),
  "amoswap.w": row("A", "AMO", "00001 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] = rs2, 32 bits"),
  "amoadd.w":  row("A", "AMO", "00000 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] += rs2, 32 bits"),
  "amoxor.w":  row("A", "AMO", "00100 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] ^= rs2, 32 bits"),
  "amoand.w":  row("A", "AMO", "01100 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] &= rs2, 32 bits"),
  "amoor.w":   row("A", "AMO", "01000 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] |= rs2, 32 bits"),
  "amomin.w":  row("A", "AMO", "10000 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] = min(M[rs1], rs2), 32 bits, signed"),
  "amomax.w":  row("A", "AMO", "10100 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] = max(M[rs1], rs2), 32 bits, signed"),
  "amominu.w": row("A", "AMO", "11000 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] = min(M[rs1], rs2), 32 bits, unsigned"),
  "amomaxu.w": row("A", "AMO", "11100 .. ..... ..... 010 ..... 0101111", "rd, rs2, (rs1)", "rd = sext(M[rs1]); M[rs1] = max(M[rs1], rs2), 32 bits, unsigned"),
  "lr.d":      row("A", "AMO", "00010 .. 00000 ..... 011 ..... 0101111", "rd, (rs1)", "rd = M[rs1], 64 bits; reserve"),
  "sc.d":      row("A", "AMO", "00011 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "if reserved M[rs1] = rs2, 64 bits, rd = 0; else rd = 1"),
  "amoswap.d": row("A", "AMO", "00001 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] = rs2"),
  "amoadd.d":  row("A", "AMO", "00000 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] += rs2"),
  "amoxor.d":  row("A", "AMO", "00100 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] ^= rs2"),
  "amoand.d":  row("A", "AMO", "01100 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] &= rs2"),
  "amoor.d":   row("A", "AMO", "01000 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] |= rs2"),
  "amomin.d":  row("A", "AMO", "10000 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] = min(M[rs1], rs2), signed"),
  "amomax.d":  row("A", "AMO", "10100 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] = max(M[rs1], rs2), signed"),
  "amominu.d": row("A", "AMO", "11000 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] = min(M[rs1], rs2), unsigned"),
  "amomaxu.d": row("A", "AMO", "11100 .. ..... ..... 011 ..... 0101111", "rd, rs2, (rs1)", "rd = M[rs1]; M[rs1] = max(M[rs1], rs2), unsigned"),

  // Zicsr: chapter 9
  csrrw:     row("Zicsr", "CSR", "............ ..... 001 ..... 1110011", "rd, csr, rs1", "rd = csr; csr = rs1"),
  csrrs:     row("Zicsr", "CSR", "............ ..... 010 ..... 1110011", "rd, csr, rs1", "rd = csr; csr |= rs1"),
  csrrc:     row("Zicsr", "CSR", "............ ..... 011 ..... 1110011", "rd, csr, rs1", "rd = csr; csr &= ~rs1"),
  csrrwi:    row("Zicsr", "CSR", "............ ..... 101 ..... 1110011", "rd, csr, uimm", "rd = csr; csr = uimm"),
  csrrsi:    row("Zicsr", "CSR", "............ ..... 110 ..... 1110011", "rd, csr, uimm", "rd = csr; csr |= uimm"),
  csrrci:    row("Zicsr", "CSR", "............ ..... 111 ..... 1110011", "rd, csr, uimm", "rd = csr; csr &= ~uimm"),

  // Zifencei: chapter 3. Its unused fields are zero in every assembler's output.
  "fence.i": row("Zifencei", "SYS", "000000000000 00000 001 00000 0001111", "", "later fetches see earlier stores",
                       "111111111111 11111 000 11111 0000000"),

  // Supervisor instructions: Volume II. The guest runs in user mode, where each is an illegal instruction.
  sret:         row("S", "SYS", "0001000 00010 00000 000 00000 1110011", "", "return from a supervisor trap; illegal in user mode"),
  mret:         row("S", "SYS", "0011000 00010 00000 000 00000 1110011", "", "return from a machine trap; illegal in user mode"),
  wfi:          row("S", "SYS", "0001000 00101 00000 000 00000 1110011", "", "wait for an interrupt; illegal in user mode"),
  "sfence.vma": row("S", "SYS", "0001001 ..... ..... 000 00000 1110011", "rs1, rs2", "flush translations of address rs1, address space rs2; illegal in user mode"),
} as const satisfies Record<string, InstructionRow>;

export type Mnemonic = keyof typeof INSTRUCTIONS;

/** ABI name of each integer register, by number (RISC-V ELF psABI, "Integer Register Convention"). */
export const REGISTER_NAMES = [
  "zero",
  "ra",
  "sp",
  "gp",
  "tp",
  "t0",
  "t1",
  "t2",
  "s0",
  "s1",
  "a0",
  "a1",
  "a2",
  "a3",
  "a4",
  "a5",
  "a6",
  "a7",
  "s2",
  "s3",
  "s4",
  "s5",
  "s6",
  "s7",
  "s8",
  "s9",
  "s10",
  "s11",
  "t3",
  "t4",
  "t5",
  "t6",
] as const;

/** Second spellings that assemblers accept besides the ABI names and x0 to x31. */
export const REGISTER_ALIASES: Readonly<Record<string, number>> = { fp: 8 };

/**
 * CSR numbers by name. Bits 11:10 of a number tell read-only (3), bits 9:8 the least privilege
 * (Volume II, section 2.1); what reading and writing one does is in csr.ts.
 */
export const CSRS = {
  fflags: 0x001,
  frm: 0x002,
  fcsr: 0x003,
  sstatus: 0x100,
  sie: 0x104,
  stvec: 0x105,
  scounteren: 0x106,
  senvcfg: 0x10a,
  sscratch: 0x140,
  sepc: 0x141,
  scause: 0x142,
  stval: 0x143,
  sip: 0x144,
  satp: 0x180,
  mstatus: 0x300,
  misa: 0x301,
  medeleg: 0x302,
  mideleg: 0x303,
  mie: 0x304,
  mtvec: 0x305,
  mcounteren: 0x306,
  mscratch: 0x340,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  mip: 0x344,
  mcycle: 0xb00,
  minstret: 0xb02,
  cycle: 0xc00,
  time: 0xc01,
  instret: 0xc02,
  mvendorid: 0xf11,
  marchid: 0xf12,
  mimpid: 0xf13,
  mhartid: 0xf14,
} as const;

export type CsrName = keyof typeof CSRS;
