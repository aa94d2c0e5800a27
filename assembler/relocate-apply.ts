/**
 * Relocations: what each r_type changes at its place. One row a type; psABI, "Relocations", gives the calculations
 * (S symbol, A addend, P place, V what stands there already).
 *
 * (1) A patch writes all of its bits or, when it answers a message, none.
 */
import { FIELDS, type Field } from "../cpu/isa.ts";
import { RELOCATIONS, type RelocationName, relocationName } from "./elf.ts";
import { insert } from "./fields.ts";

/** Where and what to patch. */
export interface Site {
  view: DataView;
  /** Offset in `view`. */
  at: number;
  /** S + A; of a PCREL_LO12 the distance that its PCREL_HI20 has computed, of GOT_HI20 the slot's address. */
  value: bigint;
  /** P, the address of `at`. */
  pc: bigint;
}

/** What is wrong, or undefined. */
type Patch = (site: Site) => string | undefined;

interface Row {
  /** Bytes that the patch touches. */
  size: number;
  patch: Patch;
}

function patchField({ view, at }: Site, field: Field, value: number): void {
  let word = view.getUint32(at, true);
  for (const { at: bit, width } of field.pieces) word &= ~((2 ** width - 1) << bit);
  view.setUint32(at, insert(word, field, value), true);
}

const hex = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);

/** Whether `value` as a two's complement number of `bits` bits is itself. */
const fitsSigned = (value: bigint, bits: number): boolean => BigInt.asIntN(bits, value) === value;

/** A jump or branch to S + A. `bits` is the distance's width. */
const jump = (field: Field, bits: number, what: string): Row => ({
  size: 4,
  patch: (site) => {
    const distance = BigInt.asIntN(64, site.value - site.pc);
    if (!fitsSigned(distance, bits)) {
      return `is ${hex(distance)} bytes away, and ${what} reaches ${hex(1n << BigInt(bits - 1))} at most`;
    }
    if (distance % 2n !== 0n) return `is at an odd distance (${hex(distance)}), which no jump can have`;
    patchField(site, field, Number(distance));
    return undefined;
  },
});

/** The upper 20 bits, rounded so that the signed lower 12 bits lead to `value`; undefined beyond 32 bits. */
function upperPart(value: bigint): number | undefined {
  const upper = (BigInt.asIntN(64, value) + 0x800n) >> 12n;
  return fitsSigned(upper, 20) ? Number(BigInt.asUintN(20, upper)) : undefined;
}

const lowerPart = (value: bigint): number => Number(BigInt.asIntN(12, value));

const beyond = (value: bigint, what: string): string =>
  `${what} ${hex(BigInt.asIntN(64, value))} does not fit into 32 bits`;

const upper = (relative: boolean): Row => ({
  size: 4,
  patch: (site) => {
    const value = relative ? site.value - site.pc : site.value;
    const part = upperPart(value);
    if (part === undefined)
      return beyond(value, relative ? "is too far away: the distance" : "is too high: the address");
    patchField(site, FIELDS.upper, part);
    return undefined;
  },
});

const lower = (field: Field): Row => ({
  size: 4,
  patch: (site) => {
    patchField(site, field, lowerPart(site.value));
    return undefined;
  },
});

/** auipc and jalr. */
const call: Row = {
  size: 8,
  patch: (site) => {
    const distance = site.value - site.pc;
    const part = upperPart(distance);
    if (part === undefined) return beyond(distance, "is too far away: the distance");
    patchField(site, FIELDS.upper, part);
    patchField({ ...site, at: site.at + 4 }, FIELDS.imm, lowerPart(distance));
    return undefined;
  },
};

function readData({ view, at }: Site, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at + i));
  return value;
}

function writeData({ view, at }: Site, size: number, value: bigint): void {
  for (let i = 0; i < size; i++) view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
}

/** `size` bytes of data become what `compute` makes of V and the site. */
const data = (size: number, compute: (v: bigint, site: Site) => bigint): Row => ({
  size,
  patch: (site) => {
    writeData(site, size, compute(readData(site, size), site));
    return undefined;
  },
});

/** A 32-bit quantity that must not lose bits. */
const checked32 = (compute: (site: Site) => bigint, what: string): Row => ({
  size: 4,
  patch: (site) => {
    const value = BigInt.asIntN(64, compute(site));
    if (!fitsSigned(value, 32) && BigInt.asUintN(32, value) !== value) return beyond(value, what);
    writeData(site, 4, value);
    return undefined;
  },
});

const add = (size: number): Row => data(size, (v, { value }) => v + value);
const subtract = (size: number): Row => data(size, (v, { value }) => v - value);
const set = (size: number): Row => data(size, (_, { value }) => value);
/** Hints to relaxing linkers, and alignment, which link-align.ts has dealt with. */
const nothing: Row = { size: 0, patch: () => undefined };

const ROWS: Partial<Record<RelocationName, Row>> = {
  R_RISCV_NONE: nothing,
  R_RISCV_RELAX: nothing,
  R_RISCV_ALIGN: nothing,
  R_RISCV_32: checked32(({ value }) => value, "is too high for .word: the value"),
  R_RISCV_64: set(8),
  R_RISCV_BRANCH: jump(FIELDS.branch, 13, "a branch"),
  R_RISCV_JAL: jump(FIELDS.jump, 21, "jal"),
  R_RISCV_CALL: call,
  R_RISCV_CALL_PLT: call,
  R_RISCV_GOT_HI20: upper(true),
  R_RISCV_PCREL_HI20: upper(true),
  R_RISCV_PCREL_LO12_I: lower(FIELDS.imm),
  R_RISCV_PCREL_LO12_S: lower(FIELDS.store),
  R_RISCV_HI20: upper(false),
  R_RISCV_LO12_I: lower(FIELDS.imm),
  R_RISCV_LO12_S: lower(FIELDS.store),
  R_RISCV_ADD8: add(1),
  R_RISCV_ADD16: add(2),
  R_RISCV_ADD32: add(4),
  R_RISCV_ADD64: add(8),
  R_RISCV_SUB8: subtract(1),
  R_RISCV_SUB16: subtract(2),
  R_RISCV_SUB32: subtract(4),
  R_RISCV_SUB64: subtract(8),
  R_RISCV_SET6: data(1, (v, { value }) => (v & 0xc0n) | (value & 0x3fn)),
  R_RISCV_SUB6: data(1, (v, { value }) => (v & 0xc0n) | ((v - value) & 0x3fn)),
  R_RISCV_SET8: set(1),
  R_RISCV_SET16: set(2),
  R_RISCV_SET32: set(4),
  R_RISCV_32_PCREL: checked32(({ value, pc }) => value - pc, "is too far away: the distance"),
  R_RISCV_PLT32: checked32(({ value, pc }) => value - pc, "is too far away: the distance"),
};

const rowByType = new Map<number, Row>(
  Object.entries(ROWS).map(([name, row]) => [RELOCATIONS[name as RelocationName], row]),
);

/** Applies one relocation. Returns what is wrong with it, as a sentence about the symbol, or undefined. */
export function applyRelocation(type: number, site: Site): string | undefined {
  const row = rowByType.get(type);
  const name = relocationName(type);
  if (row === undefined) return refusal(name);
  if (site.at + row.size > site.view.byteLength) return `cannot be put in: ${name} lies at the end of its section`;
  return row.patch(site);
}

function refusal(name: string): string {
  if (name.includes("TPREL") || name.includes("TLS")) return `is thread-local (${name}), which is not supported`;
  if (name.includes("RVC")) return `is used by a compressed instruction (${name}); compile with -march=rv64ima`;
  return `has the relocation ${name}, which a static executable cannot have`;
}

/** Whether two distances share one upper part, so that one lui or auipc serves both. */
export function sameUpperPart(a: bigint, b: bigint): boolean {
  return upperPart(a) === upperPart(b);
}
