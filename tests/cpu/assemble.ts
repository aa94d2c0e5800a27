/**
 * A few lines of assembly to words, for the processor's own tests: they must not lean on the assembler, which is tested
 * with the processor. Every operand is written as in isa.ts; `name:` is a label; `.word n` is data; `#` begins a comment.
 */

import { encode, type OperandValues, operandsOf } from "../../cpu/fields.ts";
import { CSRS, FIELDS, type FieldName, INSTRUCTIONS, type Mnemonic, REGISTER_NAMES } from "../../cpu/isa.ts";

const REGISTERS = new Map<string, number>(
  REGISTER_NAMES.flatMap((name, number) => [[name, number] as const, [`x${number}`, number] as const]),
);

/** Tokens of an operand list: what stands between commas, parentheses and blanks. */
const tokens = (text: string) => text.split(/[\s,()]+/).filter((token) => token !== "");

function operandValue(name: FieldName, token: string, address: number, labels: ReadonlyMap<string, number>): number {
  const { kind } = FIELDS[name];
  if (kind === "register") {
    const number = REGISTERS.get(token);
    if (number === undefined) throw new Error(`no register ${token}`);
    return number;
  }
  if (kind === "csr" && token in CSRS) return CSRS[token as keyof typeof CSRS];
  if (kind === "fence-set")
    return [..."iorw"].reduce((set, letter, i) => set | (token.includes(letter) ? 8 >> i : 0), 0);
  const label = labels.get(token);
  if (label !== undefined) return kind === "target" ? label - address : label;
  const number = Number(token);
  if (Number.isNaN(number)) throw new Error(`neither number nor label: ${token}`);
  return number;
}

function wordOf(line: string, address: number, labels: ReadonlyMap<string, number>): number {
  const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  if (name === ".word") return Number(rest) >>> 0;
  const [, stem = name, order = ""] = /^(.*?)(?:\.(aqrl|aq|rl))?$/.exec(name) ?? [];
  const mnemonic = (stem in INSTRUCTIONS ? stem : name) as Mnemonic;
  if (!(mnemonic in INSTRUCTIONS)) throw new Error(`no instruction ${name}`);
  const values: OperandValues = { aq: order.includes("aq"), rl: order.includes("rl") };
  const given = tokens(rest);
  const wanted = operandsOf(INSTRUCTIONS[mnemonic]);
  if (given.length !== wanted.length) throw new Error(`${name} takes ${wanted.join(", ")}: ${line}`);
  for (const [i, field] of wanted.entries()) values[field] = operandValue(field, given[i]!, address, labels);
  return encode(mnemonic, values);
}

/** The words of `source`, the first of which lies at `address`. */
export function assemble(source: string, address = 0): Uint32Array {
  const labels = new Map<string, number>();
  const lines: string[] = [];
  for (const raw of source.split(/[\n;]/)) {
    let line = raw.replace(/#.*/, "").trim();
    for (let label = /^(\w+):\s*/.exec(line); label !== null; label = /^(\w+):\s*/.exec(line)) {
      labels.set(label[1]!, address + 4 * lines.length);
      line = line.slice(label[0].length);
    }
    if (line !== "") lines.push(line);
  }
  return Uint32Array.from(lines, (line, i) => wordOf(line, address + 4 * i, labels));
}
