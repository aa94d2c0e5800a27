/**
 * Random RV64IMA programs that behave: every sequence begins with known registers, touches memory only around one
 * register, jumps only forward within itself, and stores all registers when it ends. From isa.ts, so a new instruction
 * is in without more ado.
 *
 * Registers: x1 to x29 are random; x30 points into the middle of the scratch area and is never written; x31 is the
 * frame's own. The program ends with write(1, output, bytes) and exit(0).
 */

import { encode, type OperandValues, operandsOf } from "../../cpu/fields.ts";
import { INSTRUCTIONS, type InstructionRow, type Mnemonic } from "../../cpu/isa.ts";
import type { Random } from "../../cpu/random.ts";

const POINTER = 30;
const FRAME = 31;
const SAVED = 30;

export interface Layout {
  readonly code: number;
  readonly input: number;
  readonly scratch: number;
  readonly output: number;
  readonly end: number;
}

export interface RandomProgram {
  readonly layout: Layout;
  readonly image: Uint8Array;
  /** Words of the sequences themselves. */
  readonly instructions: number;
  /** Bytes of output that the program writes. */
  readonly outputBytes: number;
}

const SCRATCH_BYTES = 0x3000;

const mnemonics = (Object.keys(INSTRUCTIONS) as Mnemonic[]).filter((name) => {
  const { extension } = INSTRUCTIONS[name];
  return extension !== "S" && extension !== "Zicsr" && name !== "ecall" && name !== "ebreak";
});

/** Values at which arithmetic changes its ways, and any others. */
function randomValue(random: Random): bigint {
  const any = (BigInt(random.next()) << 32n) | BigInt(random.next());
  const edges = [0n, 1n, -1n, 2n, 1n << 31n, (1n << 31n) - 1n, -(1n << 31n), 1n << 32n, 1n << 63n, (1n << 63n) - 1n];
  const kind = random.below(4);
  if (kind === 0) return edges[random.below(edges.length)]! + BigInt(random.below(3)) - 1n;
  return kind === 1 ? BigInt.asIntN(64, any) >> BigInt(random.below(64)) : any;
}

export function randomProgram(random: Random, sequences: number, length: number): RandomProgram {
  const prologue = 2 + 29 + 2;
  const epilogue = 2 + SAVED;
  const code = 0x10000;
  const words = sequences * (prologue + length + epilogue) + 12;
  const align = (address: number) => Math.ceil(address / 0x1000) * 0x1000;
  const input = align(code + 4 * words);
  const scratch = align(input + sequences * 8 * 29);
  const output = scratch + SCRATCH_BYTES;
  const outputBytes = sequences * 8 * SAVED;
  const layout = { code, input, scratch, output, end: align(output + outputBytes) };
  const image = new Uint8Array(layout.end - code);
  const view = new DataView(image.buffer);
  let at = 0;
  const put = (mnemonic: Mnemonic, values: OperandValues = {}) => {
    view.setUint32(at, encode(mnemonic, values), true);
    at += 4;
  };
  const address = (rd: number, value: number) => {
    put("lui", { rd, upper: (value + 0x800) >>> 12 });
    put("addi", { rd, rs1: rd, imm: value });
  };
  for (let sequence = 0; sequence < sequences; sequence++) {
    const values = input + sequence * 8 * 29;
    address(FRAME, values);
    address(POINTER, scratch + SCRATCH_BYTES / 2);
    for (let register = 1; register <= 29; register++) {
      view.setBigUint64(values - code + 8 * (register - 1), BigInt.asUintN(64, randomValue(random)), true);
      put("ld", { rd: register, rs1: FRAME, imm: 8 * (register - 1) });
    }
    for (const word of randomSequence(random, length)) {
      view.setUint32(at, word, true);
      at += 4;
    }
    address(FRAME, output + sequence * 8 * SAVED);
    for (let register = 1; register <= SAVED; register++) {
      put("sd", { rs2: register, rs1: FRAME, store: 8 * (register - 1) });
    }
  }
  address(10, 1);
  address(11, scratch);
  address(12, SCRATCH_BYTES + outputBytes);
  put("addi", { rd: 17, rs1: 0, imm: 64 });
  put("ecall");
  put("addi", { rd: 10, rs1: 0, imm: 0 });
  put("addi", { rd: 17, rs1: 0, imm: 93 });
  put("ecall");
  return { layout, image, instructions: sequences * length, outputBytes: SCRATCH_BYTES + outputBytes };
}

/** Instructions that stay together; `encodeAt` is told how far it is to an instruction group that follows. */
interface Group {
  readonly length: number;
  encodeAt(distance: number): number[];
}

function randomSequence(random: Random, length: number): number[] {
  const groups: Group[] = [];
  for (let room = length; room > 0; ) {
    const group = randomGroup(random, mnemonics[random.below(mnemonics.length)]!);
    if (group.length > room) continue;
    groups.push(group);
    room -= group.length;
  }
  return groups.flatMap((group, index) => {
    const over = groups.slice(index, index + 1 + random.below(6));
    return group.encodeAt(4 * over.reduce((sum, { length }) => sum + length, 0) || 4 * group.length);
  });
}

/** One instruction, or the few that make it safe. */
function randomGroup(random: Random, mnemonic: Mnemonic): Group {
  const row: InstructionRow = INSTRUCTIONS[mnemonic];
  const offset = random.below(4096) - 2048;
  const values: OperandValues = { rd: random.below(POINTER), rs1: random.below(FRAME), rs2: random.below(FRAME) };
  const single = (word: number): Group => ({ length: 1, encodeAt: () => [word] });
  if (row.format === "AMO") {
    const words = randomAtomic(random, mnemonic, { ...values, rs1: POINTER });
    return { length: words.length, encodeAt: () => words };
  }
  if (row.format === "B") return { length: 1, encodeAt: (branch) => [encode(mnemonic, { ...values, branch })] };
  if (mnemonic === "jal") return { length: 1, encodeAt: (jump) => [encode(mnemonic, { ...values, jump })] };
  if (mnemonic === "jalr") return jumpRegister(random, values);
  if (row.operands.includes("(rs1)")) {
    return single(encode(mnemonic, { ...values, rs1: POINTER, imm: offset, store: offset }));
  }
  for (const name of operandsOf(row)) if (!(name in values)) values[name] = random.next();
  return single(encode(mnemonic, values));
}

/** AUIPC and JALR relative to it. */
function jumpRegister(random: Random, values: OperandValues): Group {
  const rs1 = 1 + random.below(POINTER - 1);
  const encodeAt = (imm: number) => [encode("auipc", { rd: rs1, upper: 0 }), encode("jalr", { ...values, rs1, imm })];
  return { length: 2, encodeAt };
}

/** LR and SC come in pairs, or SC alone, which fails: what lies between decides nothing else then. */
function randomAtomic(random: Random, mnemonic: Mnemonic, values: OperandValues): number[] {
  const ordering = { aq: random.below(2) === 1, rl: random.below(2) === 1 };
  const word = encode(mnemonic, { ...values, ...ordering });
  const lr = { ...values, rs2: 0, ...ordering };
  if (mnemonic === "lr.w" || mnemonic === "sc.w") {
    const sc = encode("sc.w", { ...values, rd: random.below(POINTER) });
    return random.below(3) === 0 ? [sc] : [encode("lr.w", lr), sc];
  }
  if (mnemonic === "lr.d" || mnemonic === "sc.d") {
    const sc = encode("sc.d", { ...values, rd: random.below(POINTER) });
    return random.below(3) === 0 ? [sc] : [encode("lr.d", lr), sc];
  }
  return [word];
}
