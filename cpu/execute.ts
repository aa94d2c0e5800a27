/**
 * Execute: the meaning of every instruction, once. One function an instruction, named as its row in isa.ts; the compiler
 * insists on both.
 *
 * `h` is the hart (core.ts), `i` the decoded instruction. Registers are read and written as whole 64-bit values, h.x[n],
 * or as signed 32-bit halves: h.x32[2n] is the low one, h.x32[2n + 1] the high one.
 *
 * Source: Volume I, chapters 2, 3, 5, 7, 8 and 9.
 */

import type { Core } from "./core.ts";
import { readCsr } from "./csr.ts";
import type { Operands } from "./decode.ts";
import type { Mnemonic } from "./isa.ts";
import { CAUSE } from "./trap.ts";

export type Execute = (h: Core, i: Operands) => void;

const low = (h: Core, register: number) => h.x32[2 * register];
const high = (h: Core, register: number) => h.x32[2 * register + 1];
const unsigned = (value: bigint) => BigInt.asUintN(64, value);

function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

function equal(h: Core, i: Operands): boolean {
  return low(h, i.rs1) === low(h, i.rs2) && high(h, i.rs1) === high(h, i.rs2);
}

function less(h: Core, i: Operands): boolean {
  const [a, b] = [high(h, i.rs1), high(h, i.rs2)];
  return a === b ? low(h, i.rs1) >>> 0 < low(h, i.rs2) >>> 0 : a < b;
}

function lessUnsigned(h: Core, i: Operands): boolean {
  const [a, b] = [high(h, i.rs1) >>> 0, high(h, i.rs2) >>> 0];
  return a === b ? low(h, i.rs1) >>> 0 < low(h, i.rs2) >>> 0 : a < b;
}

function lessImmediate(h: Core, i: Operands): boolean {
  const a = high(h, i.rs1);
  const b = i.imm >> 31;
  return a === b ? low(h, i.rs1) >>> 0 < i.imm >>> 0 : a < b;
}

function lessUnsignedImmediate(h: Core, i: Operands): boolean {
  const a = high(h, i.rs1) >>> 0;
  const b = (i.imm >> 31) >>> 0;
  return a === b ? low(h, i.rs1) >>> 0 < i.imm >>> 0 : a < b;
}

/** Volume I, chapters 2 and 5. */
const base = {
  // Constants and jumps (2.4, 2.5). A jump links after it has gone: its target may be misaligned, and rd may be rs1.
  lui: (h, i) => h.setInt32(i.rd, i.imm << 12),
  auipc: (h, i) => h.setNumber(i.rd, h.pc + (i.imm << 12)),
  jal(h, i) {
    h.branch(i);
    h.setNumber(i.rd, h.pc + i.length);
  },
  jalr(h, i) {
    h.jumpRegister(i);
    h.setNumber(i.rd, h.pc + i.length);
  },
  beq: (h, i) => equal(h, i) && h.branch(i),
  bne: (h, i) => equal(h, i) || h.branch(i),
  blt: (h, i) => less(h, i) && h.branch(i),
  bge: (h, i) => less(h, i) || h.branch(i),
  bltu: (h, i) => lessUnsigned(h, i) && h.branch(i),
  bgeu: (h, i) => lessUnsigned(h, i) || h.branch(i),

  // Loads and stores (2.6, 5.3), at any alignment.
  lb: (h, i) => h.setInt32(i.rd, h.load8(h.address(i))),
  lh: (h, i) => h.setInt32(i.rd, h.load16(h.address(i))),
  lw: (h, i) => h.setInt32(i.rd, h.load32(h.address(i))),
  ld(h, i) {
    h.x32[2 * i.rd] = h.load64(h.address(i));
    h.x32[2 * i.rd + 1] = h.high;
  },
  lbu: (h, i) => h.setInt32(i.rd, h.load8(h.address(i)) & 0xff),
  lhu: (h, i) => h.setInt32(i.rd, h.load16(h.address(i)) & 0xffff),
  lwu(h, i) {
    h.x32[2 * i.rd] = h.load32(h.address(i));
    h.x32[2 * i.rd + 1] = 0;
  },
  sb: (h, i) => h.store8(h.address(i), low(h, i.rs2)),
  sh: (h, i) => h.store16(h.address(i), low(h, i.rs2)),
  sw: (h, i) => h.store32(h.address(i), low(h, i.rs2)),
  sd: (h, i) => h.store64(h.address(i), low(h, i.rs2), high(h, i.rs2)),

  // Integer computation (2.4, 5.2). A store into the BigInt64Array keeps the low 64 bits, which is the wrapping.
  addi(h, i) {
    h.x[i.rd] = h.x[i.rs1] + BigInt(i.imm);
  },
  slti: (h, i) => h.setInt32(i.rd, lessImmediate(h, i) ? 1 : 0),
  sltiu: (h, i) => h.setInt32(i.rd, lessUnsignedImmediate(h, i) ? 1 : 0),
  xori(h, i) {
    h.x[i.rd] = h.x[i.rs1] ^ BigInt(i.imm);
  },
  ori(h, i) {
    h.x[i.rd] = h.x[i.rs1] | BigInt(i.imm);
  },
  andi(h, i) {
    h.x[i.rd] = h.x[i.rs1] & BigInt(i.imm);
  },
  slli(h, i) {
    h.x[i.rd] = h.x[i.rs1] << BigInt(i.imm);
  },
  srli(h, i) {
    h.x[i.rd] = unsigned(h.x[i.rs1]) >> BigInt(i.imm);
  },
  srai(h, i) {
    h.x[i.rd] = h.x[i.rs1] >> BigInt(i.imm);
  },
  add(h, i) {
    h.x[i.rd] = h.x[i.rs1] + h.x[i.rs2];
  },
  sub(h, i) {
    h.x[i.rd] = h.x[i.rs1] - h.x[i.rs2];
  },
  sll(h, i) {
    h.x[i.rd] = h.x[i.rs1] << (h.x[i.rs2] & 63n);
  },
  slt: (h, i) => h.setInt32(i.rd, less(h, i) ? 1 : 0),
  sltu: (h, i) => h.setInt32(i.rd, lessUnsigned(h, i) ? 1 : 0),
  xor(h, i) {
    h.x[i.rd] = h.x[i.rs1] ^ h.x[i.rs2];
  },
  srl(h, i) {
    h.x[i.rd] = unsigned(h.x[i.rs1]) >> (h.x[i.rs2] & 63n);
  },
  sra(h, i) {
    h.x[i.rd] = h.x[i.rs1] >> (h.x[i.rs2] & 63n);
  },
  or(h, i) {
    h.x[i.rd] = h.x[i.rs1] | h.x[i.rs2];
  },
  and(h, i) {
    h.x[i.rd] = h.x[i.rs1] & h.x[i.rs2];
  },

  // The W forms compute in 32 bits and sign-extend (5.2).
  addiw: (h, i) => h.setInt32(i.rd, (low(h, i.rs1) + i.imm) | 0),
  slliw: (h, i) => h.setInt32(i.rd, low(h, i.rs1) << i.imm),
  srliw: (h, i) => h.setInt32(i.rd, (low(h, i.rs1) >>> i.imm) | 0),
  sraiw: (h, i) => h.setInt32(i.rd, low(h, i.rs1) >> i.imm),
  addw: (h, i) => h.setInt32(i.rd, (low(h, i.rs1) + low(h, i.rs2)) | 0),
  subw: (h, i) => h.setInt32(i.rd, (low(h, i.rs1) - low(h, i.rs2)) | 0),
  // JavaScript's shifts take their count modulo 32, as these do.
  sllw: (h, i) => h.setInt32(i.rd, low(h, i.rs1) << low(h, i.rs2)),
  srlw: (h, i) => h.setInt32(i.rd, (low(h, i.rs1) >>> low(h, i.rs2)) | 0),
  sraw: (h, i) => h.setInt32(i.rd, low(h, i.rs1) >> low(h, i.rs2)),

  // One hart, in order: every access is already seen in program order.
  fence() {},
  "fence.tso"() {},
  ecall: (h) => h.environmentCall(),
  ebreak: (h) => h.raise(CAUSE.breakpoint, h.pc),
} satisfies Partial<Record<Mnemonic, Execute>>;

/** Volume I, chapter 7. Division by zero and overflow have results, not traps (table 7.1). */
const multiply = {
  mul(h, i) {
    h.x[i.rd] = h.x[i.rs1] * h.x[i.rs2];
  },
  mulh(h, i) {
    h.x[i.rd] = (h.x[i.rs1] * h.x[i.rs2]) >> 64n;
  },
  mulhsu(h, i) {
    h.x[i.rd] = (h.x[i.rs1] * unsigned(h.x[i.rs2])) >> 64n;
  },
  mulhu(h, i) {
    h.x[i.rd] = (unsigned(h.x[i.rs1]) * unsigned(h.x[i.rs2])) >> 64n;
  },
  div(h, i) {
    h.x[i.rd] = h.x[i.rs2] === 0n ? -1n : h.x[i.rs1] / h.x[i.rs2];
  },
  divu(h, i) {
    h.x[i.rd] = h.x[i.rs2] === 0n ? -1n : unsigned(h.x[i.rs1]) / unsigned(h.x[i.rs2]);
  },
  rem(h, i) {
    h.x[i.rd] = h.x[i.rs2] === 0n ? h.x[i.rs1] : h.x[i.rs1] % h.x[i.rs2];
  },
  remu(h, i) {
    h.x[i.rd] = h.x[i.rs2] === 0n ? h.x[i.rs1] : unsigned(h.x[i.rs1]) % unsigned(h.x[i.rs2]);
  },
  mulw: (h, i) => h.setInt32(i.rd, Math.imul(low(h, i.rs1), low(h, i.rs2))),
  divw: (h, i) => h.setInt32(i.rd, low(h, i.rs2) === 0 ? -1 : (low(h, i.rs1) / low(h, i.rs2)) | 0),
  divuw: (h, i) => h.setInt32(i.rd, low(h, i.rs2) === 0 ? -1 : ((low(h, i.rs1) >>> 0) / (low(h, i.rs2) >>> 0)) | 0),
  remw: (h, i) => h.setInt32(i.rd, (low(h, i.rs2) === 0 ? low(h, i.rs1) : low(h, i.rs1) % low(h, i.rs2)) | 0),
  remuw: (h, i) =>
    h.setInt32(i.rd, (low(h, i.rs2) === 0 ? low(h, i.rs1) : (low(h, i.rs1) >>> 0) % (low(h, i.rs2) >>> 0)) | 0),
} satisfies Partial<Record<Mnemonic, Execute>>;

/** Volume I, chapter 8. With one hart in order aq and rl ask for nothing more. */
const atomic = {
  "lr.w": (h, i) => h.setInt32(i.rd, h.ram.i32[h.reserve(i, 4) >> 2]),
  "lr.d"(h, i) {
    h.x[i.rd] = BigInt.asIntN(64, h.ram.u64[h.reserve(i, 8) >> 3]);
  },
  "sc.w"(h, i) {
    const at = h.conditional(i, 4);
    if (at >= 0) h.ram.i32[at >> 2] = low(h, i.rs2);
    h.setInt32(i.rd, at >= 0 ? 0 : 1);
  },
  "sc.d"(h, i) {
    const at = h.conditional(i, 8);
    if (at >= 0) h.ram.u64[at >> 3] = h.x[i.rs2];
    h.setInt32(i.rd, at >= 0 ? 0 : 1);
  },
  "amoswap.w": (h, i) => h.amo32(i, (_old, operand) => operand),
  "amoadd.w": (h, i) => h.amo32(i, (old, operand) => old + operand),
  "amoxor.w": (h, i) => h.amo32(i, (old, operand) => old ^ operand),
  "amoand.w": (h, i) => h.amo32(i, (old, operand) => old & operand),
  "amoor.w": (h, i) => h.amo32(i, (old, operand) => old | operand),
  "amomin.w": (h, i) => h.amo32(i, (old, operand) => Math.min(old, operand)),
  "amomax.w": (h, i) => h.amo32(i, (old, operand) => Math.max(old, operand)),
  "amominu.w": (h, i) => h.amo32(i, (old, operand) => Math.min(old >>> 0, operand >>> 0)),
  "amomaxu.w": (h, i) => h.amo32(i, (old, operand) => Math.max(old >>> 0, operand >>> 0)),
  "amoswap.d": (h, i) => h.amo64(i, (_old, operand) => operand),
  "amoadd.d": (h, i) => h.amo64(i, (old, operand) => old + operand),
  "amoxor.d": (h, i) => h.amo64(i, (old, operand) => old ^ operand),
  "amoand.d": (h, i) => h.amo64(i, (old, operand) => old & operand),
  "amoor.d": (h, i) => h.amo64(i, (old, operand) => old | operand),
  "amomin.d": (h, i) => h.amo64(i, smaller),
  "amomax.d": (h, i) => h.amo64(i, larger),
  "amominu.d": (h, i) => h.amo64(i, (old, operand) => (unsigned(old) < unsigned(operand) ? old : operand)),
  "amomaxu.d": (h, i) => h.amo64(i, (old, operand) => (unsigned(old) > unsigned(operand) ? old : operand)),
} satisfies Partial<Record<Mnemonic, Execute>>;

/** No instruction, or none that user mode may execute. stval holds its bits. */
export const illegal: Execute = (h, i) => h.raise(CAUSE.illegalInstruction, i.word);

/** CSRRW and its like: no CSR that user mode may write exists without F, so whoever writes is illegal (csr.ts). */
function csrAccess(h: Core, i: Operands, writes: boolean): void {
  const value = readCsr(h, i.csr, writes);
  if (value === null) illegal(h, i);
  else h.x[i.rd] = value;
}

/** Volume I, chapter 9: CSRRS and CSRRC with rs1 = x0, or a zero immediate, do not write. */
const csr = {
  csrrw: (h, i) => csrAccess(h, i, true),
  csrrs: (h, i) => csrAccess(h, i, i.rs1 !== 0),
  csrrc: (h, i) => csrAccess(h, i, i.rs1 !== 0),
  csrrwi: (h, i) => csrAccess(h, i, true),
  csrrsi: (h, i) => csrAccess(h, i, i.imm !== 0),
  csrrci: (h, i) => csrAccess(h, i, i.imm !== 0),
} satisfies Partial<Record<Mnemonic, Execute>>;

/** Volume II, 3.3 and 4.2: user mode has no right to these. FENCE.I: fetches always see the latest stores here. */
const system = {
  "fence.i"() {},
  sret: illegal,
  mret: illegal,
  wfi: illegal,
  "sfence.vma": illegal,
} satisfies Partial<Record<Mnemonic, Execute>>;

export const EXECUTE: Record<Mnemonic, Execute> = { ...base, ...multiply, ...atomic, ...csr, ...system };
