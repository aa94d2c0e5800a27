/**
 * What an address can be put into: the fields of instructions and data words, and the relocation that says so where the
 * address is not known before linking. The front end's side; what the linker does with them is in relocate-apply.ts.
 *
 * Source: RISC-V ELF psABI, "Relocations"; Volume I, section 2.3 for the fields.
 */
import { FIELDS, type Field, type FieldName } from "../cpu/isa.ts";
import { RELOCATIONS, type RelocationName } from "./elf.ts";
import { insert, type Range, rangeOf } from "./fields.ts";

/** One way to put a value somewhere. */
export interface FixupRow {
  readonly size: number;
  /** r_type that asks the linker to do it; null where only a number will do. */
  readonly relocation: number | null;
  /** r_types that add and subtract a symbol, for `a - b`. */
  readonly difference?: readonly [add: number, subtract: number];
  /** The value is the distance from the place itself. */
  readonly pcRelative?: true;
  /** The symbol is that of the AUIPC whose high part this completes. */
  readonly lowOfPcRelative?: true;
  /** Always the linker's: it makes the table that this points into. */
  readonly linkerOnly?: true;
  readonly range: Range | null;
  put(view: DataView, at: number, value: bigint): void;
}

/** The upper twenty bits such that a signed twelve-bit addition gives `value` (psABI, "Absolute Addresses"). */
const high = (value: bigint): bigint => BigInt.asUintN(20, (value + 0x800n) >> 12n);
const low = (value: bigint): bigint => BigInt.asIntN(12, value);
const whole = (value: bigint): bigint => value;

/** What AUIPC and a signed twelve-bit addition reach. */
const REACH: Range = { least: -0x8000_0800n, most: 0x7fff_f7ffn, step: 1n };

type Options = Partial<Pick<FixupRow, "pcRelative" | "lowOfPcRelative" | "linkerOnly" | "range">>;

function inField(name: FieldName, relocation: RelocationName | null, part = whole, options: Options = {}): FixupRow {
  const field: Field = FIELDS[name];
  return {
    size: 4,
    relocation: relocation === null ? null : RELOCATIONS[relocation],
    range: part === whole ? rangeOf(name) : null,
    put: (view, at, value) => view.setUint32(at, insert(view.getUint32(at, true), field, Number(part(value))), true),
    ...options,
  };
}

/** AUIPC and the JALR behind it. */
function inCall(): FixupRow {
  const upper = inField("upper", null, high);
  const jump = inField("imm", null, low);
  return {
    size: 8,
    relocation: RELOCATIONS.R_RISCV_CALL_PLT,
    pcRelative: true,
    range: REACH,
    put(view, at, value) {
      upper.put(view, at, value);
      jump.put(view, at + 4, value);
    },
  };
}

function inData(
  size: 1 | 2 | 4 | 8,
  relocation: RelocationName | null,
  add: RelocationName,
  sub: RelocationName,
): FixupRow {
  return {
    size,
    relocation: relocation === null ? null : RELOCATIONS[relocation],
    difference: [RELOCATIONS[add], RELOCATIONS[sub]],
    range: null,
    put(view, at, value) {
      for (let i = 0; i < size; i++) view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
    },
  };
}

const pc = { pcRelative: true } as const;
const pcHigh = { pcRelative: true, range: REACH } as const;
const pcLow = { lowOfPcRelative: true } as const;
const linker = { linkerOnly: true } as const;

/** Every kind of fixup: relocations by the psABI's name, plain fields by isa.ts's, data by size. */
// biome-ignore format: a table is read in columns
export const FIXUPS = {
  R_RISCV_HI20:          inField("upper", "R_RISCV_HI20", high),
  R_RISCV_LO12_I:        inField("imm",   "R_RISCV_LO12_I", low),
  R_RISCV_LO12_S:        inField("store", "R_RISCV_LO12_S", low),
  R_RISCV_PCREL_HI20:    inField("upper", "R_RISCV_PCREL_HI20", high, pcHigh),
  R_RISCV_PCREL_LO12_I:  inField("imm",   "R_RISCV_PCREL_LO12_I", low, pcLow),
  R_RISCV_PCREL_LO12_S:  inField("store", "R_RISCV_PCREL_LO12_S", low, pcLow),
  R_RISCV_GOT_HI20:      inField("upper", "R_RISCV_GOT_HI20", high, linker),
  R_RISCV_TPREL_HI20:    inField("upper", "R_RISCV_TPREL_HI20", high, linker),
  R_RISCV_TPREL_LO12_I:  inField("imm",   "R_RISCV_TPREL_LO12_I", low, linker),
  R_RISCV_TPREL_LO12_S:  inField("store", "R_RISCV_TPREL_LO12_S", low, linker),
  R_RISCV_TLS_GOT_HI20:  inField("upper", "R_RISCV_TLS_GOT_HI20", high, linker),
  R_RISCV_TLS_GD_HI20:   inField("upper", "R_RISCV_TLS_GD_HI20", high, linker),
  R_RISCV_CALL_PLT:      inCall(),
  branch:                inField("branch", "R_RISCV_BRANCH", whole, pc),
  jump:                  inField("jump",   "R_RISCV_JAL", whole, pc),
  imm:                   inField("imm", null),
  store:                 inField("store", null),
  upper:                 inField("upper", null),
  shamt5:                inField("shamt5", null),
  shamt6:                inField("shamt6", null),
  csr:                   inField("csr", null),
  uimm:                  inField("uimm", null),
  data1:                 inData(1, null, "R_RISCV_ADD8", "R_RISCV_SUB8"),
  data2:                 inData(2, null, "R_RISCV_ADD16", "R_RISCV_SUB16"),
  data4:                 inData(4, "R_RISCV_32", "R_RISCV_ADD32", "R_RISCV_SUB32"),
  data8:                 inData(8, "R_RISCV_64", "R_RISCV_ADD64", "R_RISCV_SUB64"),
} as const satisfies Record<string, FixupRow>;

export type FixupKind = keyof typeof FIXUPS;

/** `%hi(x)` and its like: the fixup that each means in the fields that may hold it. */
// biome-ignore format: a table is read in columns
export const RELOCATION_OPERATORS: Readonly<Record<string, Partial<Record<FieldName, FixupKind>>>> = {
  hi:              { upper: "R_RISCV_HI20" },
  lo:              { imm: "R_RISCV_LO12_I", store: "R_RISCV_LO12_S" },
  pcrel_hi:        { upper: "R_RISCV_PCREL_HI20" },
  pcrel_lo:        { imm: "R_RISCV_PCREL_LO12_I", store: "R_RISCV_PCREL_LO12_S" },
  // Only expansions can write this one (no token is so): AUIPC and the JALR behind it, completed together.
  CALL:            { upper: "R_RISCV_CALL_PLT" },
  got_pcrel_hi:    { upper: "R_RISCV_GOT_HI20" },
  tprel_hi:        { upper: "R_RISCV_TPREL_HI20" },
  tprel_lo:        { imm: "R_RISCV_TPREL_LO12_I", store: "R_RISCV_TPREL_LO12_S" },
  tls_ie_pcrel_hi: { upper: "R_RISCV_TLS_GOT_HI20" },
  tls_gd_pcrel_hi: { upper: "R_RISCV_TLS_GD_HI20" },
};
