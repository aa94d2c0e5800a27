/**
 * Meaning: what each instruction does, as WebAssembly. One row an instruction, named as its row in isa.ts; both tiers are
 * emitted from it, and differ only in where operands come from.
 *
 * A row pushes values and leaves a result; where registers lie, what memory is, and where pc goes are the tier's business.
 *
 * (1) A row asks for each operand once, so a tier may load it from memory there and then.
 * (2) WebAssembly takes the counts of shifts modulo 64 or 32, as the guest does. Its divisions trap by zero, and the
 *     signed ones where the quotient overflows: rows keep both away from them.
 *
 * Source: Volume I, chapters 2, 5, 7 and 8.
 */

import type { Insn } from "../decode.ts";
import type { Mnemonic } from "../isa.ts";
import type { FunctionBody } from "../wasm/body.ts";
import { type PlainOpcode, plainOpcode } from "../wasm/runs.ts";
import { I32, I64, type Local } from "../wasm/types.ts";

/** Where a row's operands come from. Each method but `temporary` pushes one value. */
export interface Operand {
  readonly b: FunctionBody;
  /** x[rs1], x[rs2]: i64. */
  rs1(): void;
  rs2(): void;
  /** Their low halves: i32. */
  rs1Low(): void;
  rs2Low(): void;
  /** `immediateOf` the instruction, sign-extended: i64, or its low half: i32. */
  imm(): void;
  immLow(): void;
  /** Address of the instruction: i64. */
  pc(): void;
  /** One of four i64 locals that a row may use as it likes. */
  temporary(n: 0 | 1 | 2 | 3): Local;
}

type Emit = (o: Operand) => void;
/** @param offset to be added to the address: bytes, 0 unless given, not negative */
type EmitAccess = (o: Operand, offset?: number) => void;

export type Meaning =
  /** Leaves x[rd]: i64. `simple` is the one instruction that does it, where it is one. */
  | { readonly kind: "compute"; readonly emit: Emit; readonly simple: Simple | null }
  /** Leaves the condition: i32, 0 or not. */
  | { readonly kind: "branch"; readonly emit: Emit }
  /** Takes an address of memory (i32, any alignment), leaves x[rd]: i64. */
  | { readonly kind: "load"; readonly bytes: 1 | 2 | 4 | 8; readonly emit: EmitAccess }
  /** Takes an address and x[rs2] (i64), leaves nothing. */
  | { readonly kind: "store"; readonly bytes: 1 | 2 | 4 | 8; readonly emit: EmitAccess }
  /** `old` is temporary(0), holding memory, sign-extended; x[rs2] comes from `o`. Leaves what memory takes: i64. */
  | { readonly kind: "amo"; readonly bytes: 4 | 8; readonly emit: Emit }
  | { readonly kind: "loadReserved" | "storeConditional"; readonly bytes: 4 | 8 }
  | { readonly kind: "jump" | "jumpRegister" }
  /** FENCE and its like: nothing to do with one hart. */
  | { readonly kind: "nothing" }
  | { readonly kind: "call" }
  /** Where it only reads a counter, counters.ts has what it does; else the reference engine executes it. */
  | { readonly kind: "csr" }
  /** Too rare to be emitted: the reference engine executes it. */
  | { readonly kind: "reference" };

export type Compute = Extract<Meaning, { kind: "compute" }>;

/** x[rs1] and x[rs2], or x[rs1] and the immediate. */
export interface Simple {
  readonly opcode: PlainOpcode;
  readonly hasImmediate: boolean;
}

/** The immediate as the operations use it: LUI's and AUIPC's is shifted (Volume I, 2.4). */
export function immediateOf({ mnemonic, imm }: Insn): number {
  return mnemonic === "lui" || mnemonic === "auipc" ? imm << 12 : imm;
}

/** The names of WebAssembly's instructions that take two i64 (or i32) and leave one, or a condition. */
type Binary = "add" | "sub" | "mul" | "and" | "or" | "xor" | "shl" | "shr_s" | "shr_u";
type Relation = "eq" | "ne" | "lt_s" | "lt_u" | "ge_s" | "ge_u";
type Division = "div_s" | "div_u" | "rem_s" | "rem_u";

const compute = (emit: Emit, simple: Simple | null = null): Meaning => ({ kind: "compute", emit, simple });

/** 64 bits of two registers, or of one and the immediate. */
function registers(name: Binary): Meaning {
  const method = `i64_${name}` as const;
  const emit = (o: Operand) => {
    o.rs1();
    o.rs2();
    o.b[method]();
  };
  return compute(emit, { opcode: plainOpcode(`i64.${name}`), hasImmediate: false });
}

function immediate(name: Binary): Meaning {
  const method = `i64_${name}` as const;
  const emit = (o: Operand) => {
    o.rs1();
    o.imm();
    o.b[method]();
  };
  return compute(emit, { opcode: plainOpcode(`i64.${name}`), hasImmediate: true });
}

/** The W forms compute in 32 bits and sign-extend (5.2). */
function registersW(name: Binary): Meaning {
  const method = `i32_${name}` as const;
  return compute((o) => {
    o.rs1Low();
    o.rs2Low();
    o.b[method]();
    o.b.i64_extend_i32_s();
  });
}

function immediateW(name: Binary): Meaning {
  const method = `i32_${name}` as const;
  return compute((o) => {
    o.rs1Low();
    o.immLow();
    o.b[method]();
    o.b.i64_extend_i32_s();
  });
}

/** 1 where the relation holds, else 0. */
function setIf(name: Relation): Meaning {
  const method = `i64_${name}` as const;
  return compute((o) => {
    o.rs1();
    o.rs2();
    o.b[method]();
    o.b.i64_extend_i32_u();
  });
}

function setIfImmediate(name: Relation): Meaning {
  const method = `i64_${name}` as const;
  return compute((o) => {
    o.rs1();
    o.imm();
    o.b[method]();
    o.b.i64_extend_i32_u();
  });
}

function branch(name: Relation): Meaning {
  const method = `i64_${name}` as const;
  const emit = (o: Operand) => {
    o.rs1();
    o.rs2();
    o.b[method]();
  };
  return { kind: "branch", emit };
}

type Access<Name extends string> = Name extends `i64_${infer Rest}` ? Rest : never;
type LoadName = Access<Extract<keyof FunctionBody, `i64_load${string}`>>;
type StoreName = Access<Extract<keyof FunctionBody, `i64_store${string}`>>;

function load(bytes: 1 | 2 | 4 | 8, name: LoadName): Meaning {
  const method = `i64_${name}` as const;
  return { kind: "load", bytes, emit: (o, offset = 0) => o.b[method](offset, 1) };
}

/**
 * LWU. The mask changes nothing of the value, but what V8 takes it for: without it, it is a value of 32 bits whose upper half happens to be
 * zero, wherever the register that it was loaded to is an i64. Where ways meet, one that brings such a value and one that brings 64 bits, V8 11.3
 * makes one load of both from their common stack slot, as wide as the first way says (MoveOptimizer::OptimizeMerge). No other
 * instruction makes such values.
 */
function loadUnsignedWord(): Meaning {
  const emit = (o: Operand, offset = 0) => {
    o.b.i64_load32_u(offset, 1);
    o.b.i64_const(0xffff_ffff);
    o.b.i64_and();
  };
  return { kind: "load", bytes: 4, emit };
}

function store(bytes: 1 | 2 | 4 | 8, name: StoreName): Meaning {
  const method = `i64_${name}` as const;
  return { kind: "store", bytes, emit: (o, offset = 0) => o.b[method](offset, 1) };
}

/**
 * Bits 127:64 of a product from four multiplications of 32-bit halves; `a` and `b` say how the operands are read.
 *
 *     t = a.high * b.low + (a.low * b.low >>> 32)
 *     u = a.low * b.high + (t & 0xffffffff)
 *     result = a.high * b.high + (t >> 32) + (u >> 32)         neither sum overflows, signed or unsigned
 */
const multiplyHigh = (a: "shr_s" | "shr_u", b: "shr_s" | "shr_u"): Meaning =>
  compute((o) => {
    const body = o.b;
    const [x, y, t, u] = [o.temporary(0), o.temporary(1), o.temporary(2), o.temporary(3)];
    const lowOf = (value: Local) => {
      body.local_get(value);
      body.i64_const(0xffff_ffff);
      body.i64_and();
    };
    const highOf = (value: Local, shift: "shr_s" | "shr_u") => {
      body.local_get(value);
      body.i64_const(32);
      body[`i64_${shift}`]();
    };
    o.rs1();
    body.local_set(x);
    o.rs2();
    body.local_set(y);
    highOf(x, a);
    lowOf(y);
    body.i64_mul();
    lowOf(x);
    lowOf(y);
    body.i64_mul();
    body.i64_const(32);
    body.i64_shr_u();
    body.i64_add();
    body.local_set(t);
    lowOf(x);
    highOf(y, b);
    body.i64_mul();
    lowOf(t);
    body.i64_add();
    body.local_set(u);
    highOf(x, a);
    highOf(y, b);
    body.i64_mul();
    highOf(t, a);
    body.i64_add();
    highOf(u, b);
    body.i64_add();
  });

/** DIV, DIVU, REM, REMU (table 7.1): by zero the quotient has all bits set and the remainder is the dividend. */
const divide = (name: Division): Meaning =>
  compute((o) => {
    const { b } = o;
    const [x, y] = [o.temporary(0), o.temporary(1)];
    o.rs1();
    b.local_set(x);
    o.rs2();
    b.local_tee(y);
    if (name === "div_s") quotient64(b, x, y);
    else {
      b.i64_eqz();
      b.if(I64);
      if (name === "div_u") b.i64_const(-1);
      else b.local_get(x);
      b.else();
      b.local_get(x);
      b.local_get(y);
      b[`i64_${name}`]();
      b.end();
    }
  });

/**
 * The divisor is on the stack and in `y`. By -1 the quotient is the negated dividend, also of the smallest number.
 *
 *     y + 1 <u 2 ? (y == 0 ? -1 : 0 - x) : x / y
 */
function quotient64(b: FunctionBody, x: Local, y: Local): void {
  b.i64_const(1);
  b.i64_add();
  b.i64_const(2);
  b.i64_lt_u();
  b.if(I64);
  b.i64_const(-1);
  b.i64_const(0);
  b.local_get(x);
  b.i64_sub();
  b.local_get(y);
  b.i64_eqz();
  b.select();
  b.else();
  b.local_get(x);
  b.local_get(y);
  b.i64_div_s();
  b.end();
}

/** The same of the low halves. Numbers of 32 bits are divided as such, which hosts do faster. */
const divideW = (name: Division): Meaning =>
  compute((o) => {
    const { b } = o;
    const [x, y] = [o.temporary(0), o.temporary(1)];
    const lowOf = (value: Local) => {
      b.local_get(value);
      b.i32_wrap_i64();
    };
    o.rs1();
    b.local_set(x);
    o.rs2();
    b.local_set(y);
    if (name === "div_s") quotient32(b, lowOf, x, y);
    else {
      lowOf(y);
      b.i32_eqz();
      b.if(I32);
      if (name === "div_u") b.i32_const(-1);
      else lowOf(x);
      b.else();
      lowOf(x);
      lowOf(y);
      b[`i32_${name}`]();
      b.end();
    }
    b.i64_extend_i32_s();
  });

function quotient32(b: FunctionBody, lowOf: (value: Local) => void, x: Local, y: Local): void {
  lowOf(y);
  b.i32_const(1);
  b.i32_add();
  b.i32_const(2);
  b.i32_lt_u();
  b.if(I32);
  b.i32_const(-1);
  b.i32_const(0);
  lowOf(x);
  b.i32_sub();
  lowOf(y);
  b.i32_eqz();
  b.select();
  b.else();
  lowOf(x);
  lowOf(y);
  b.i32_div_s();
  b.end();
}

const swap = (bytes: 4 | 8): Meaning => ({ kind: "amo", bytes, emit: (o) => o.rs2() });

/** Sums and the like: the low half of the result is that of the low halves, so 32 bits need no care. */
const amo = (bytes: 4 | 8, name: Binary): Meaning => ({
  kind: "amo",
  bytes,
  emit(o) {
    o.b.local_get(o.temporary(0));
    o.rs2();
    o.b[`i64_${name}`]();
  },
});

/** Memory stays where the relation holds of it and x[rs2]. Sign extension keeps the order, also the unsigned one. */
const keepIf = (bytes: 4 | 8, name: Relation): Meaning => ({
  kind: "amo",
  bytes,
  emit(o) {
    const { b } = o;
    const [old, operand] = [o.temporary(0), o.temporary(1)];
    o.rs2();
    if (bytes === 4) b.i64_extend32_s();
    b.local_set(operand);
    b.local_get(old);
    b.local_get(operand);
    b.local_get(old);
    b.local_get(operand);
    b[`i64_${name}`]();
    b.select();
  },
});

const NOTHING: Meaning = { kind: "nothing" };
const CSR: Meaning = { kind: "csr" };
const REFERENCE: Meaning = { kind: "reference" };

// biome-ignore format: a table is read in columns
export const MEANINGS: Record<Mnemonic, Meaning> = {
  lui:     compute((o) => o.imm()),
  auipc:   compute((o) => { o.pc(); o.imm(); o.b.i64_add(); }),
  jal:     { kind: "jump" },
  jalr:    { kind: "jumpRegister" },
  beq:     branch("eq"),
  bne:     branch("ne"),
  blt:     branch("lt_s"),
  bge:     branch("ge_s"),
  bltu:    branch("lt_u"),
  bgeu:    branch("ge_u"),
  lb:      load(1, "load8_s"),
  lh:      load(2, "load16_s"),
  lw:      load(4, "load32_s"),
  ld:      load(8, "load"),
  lbu:     load(1, "load8_u"),
  lhu:     load(2, "load16_u"),
  lwu:     loadUnsignedWord(),
  sb:      store(1, "store8"),
  sh:      store(2, "store16"),
  sw:      store(4, "store32"),
  sd:      store(8, "store"),
  addi:    immediate("add"),
  slti:    setIfImmediate("lt_s"),
  sltiu:   setIfImmediate("lt_u"),
  xori:    immediate("xor"),
  ori:     immediate("or"),
  andi:    immediate("and"),
  slli:    immediate("shl"),
  srli:    immediate("shr_u"),
  srai:    immediate("shr_s"),
  add:     registers("add"),
  sub:     registers("sub"),
  sll:     registers("shl"),
  slt:     setIf("lt_s"),
  sltu:    setIf("lt_u"),
  xor:     registers("xor"),
  srl:     registers("shr_u"),
  sra:     registers("shr_s"),
  or:      registers("or"),
  and:     registers("and"),
  addiw:   immediateW("add"),
  slliw:   immediateW("shl"),
  srliw:   immediateW("shr_u"),
  sraiw:   immediateW("shr_s"),
  addw:    registersW("add"),
  subw:    registersW("sub"),
  sllw:    registersW("shl"),
  srlw:    registersW("shr_u"),
  sraw:    registersW("shr_s"),
  fence:   NOTHING,
  "fence.tso": NOTHING,
  ecall:   { kind: "call" },
  ebreak:  REFERENCE,

  mul:     registers("mul"),
  mulh:    multiplyHigh("shr_s", "shr_s"),
  mulhsu:  multiplyHigh("shr_s", "shr_u"),
  mulhu:   multiplyHigh("shr_u", "shr_u"),
  div:     divide("div_s"),
  divu:    divide("div_u"),
  rem:     divide("rem_s"),
  remu:    divide("rem_u"),
  mulw:    registersW("mul"),
  divw:    divideW("div_s"),
  divuw:   divideW("div_u"),
  remw:    divideW("rem_s"),
  remuw:   divideW("rem_u"),

  "lr.w":      { kind: "loadReserved", bytes: 4 },
  "sc.w":      { kind: "storeConditional", bytes: 4 },
  "amoswap.w": swap(4),
  "amoadd.w":  amo(4, "add"),
  "amoxor.w":  amo(4, "xor"),
  "amoand.w":  amo(4, "and"),
  "amoor.w":   amo(4, "or"),
  "amomin.w":  keepIf(4, "lt_s"),
  "amomax.w":  keepIf(4, "ge_s"),
  "amominu.w": keepIf(4, "lt_u"),
  "amomaxu.w": keepIf(4, "ge_u"),
  "lr.d":      { kind: "loadReserved", bytes: 8 },
  "sc.d":      { kind: "storeConditional", bytes: 8 },
  "amoswap.d": swap(8),
  "amoadd.d":  amo(8, "add"),
  "amoxor.d":  amo(8, "xor"),
  "amoand.d":  amo(8, "and"),
  "amoor.d":   amo(8, "or"),
  "amomin.d":  keepIf(8, "lt_s"),
  "amomax.d":  keepIf(8, "ge_s"),
  "amominu.d": keepIf(8, "lt_u"),
  "amomaxu.d": keepIf(8, "ge_u"),

  csrrw:   REFERENCE,
  csrrs:   CSR,
  csrrc:   CSR,
  csrrwi:  REFERENCE,
  csrrsi:  CSR,
  csrrci:  CSR,
  "fence.i":    NOTHING,
  sret:         REFERENCE,
  mret:         REFERENCE,
  wfi:          REFERENCE,
  "sfence.vma": REFERENCE,
};
