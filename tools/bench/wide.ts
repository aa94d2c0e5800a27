/**
 * The workload `wide`, which no one would write by hand: 300 functions of some 100 instructions each, none of which is hot for
 * long, as in boots, shells and compilers. One description, made from a seed, is written as assembly and as C.
 *
 * (1) The same seed gives the same text. Both texts compute the same.
 * (2) Functions of a level call those of lower levels only, so that each call ends.
 */
import { Random } from "../../cpu/random.ts";

const SEED = 1;
const LEVELS = 3;
const FUNCTIONS_PER_LEVEL = 100;
const FUNCTIONS = LEVELS * FUNCTIONS_PER_LEVEL;
/** Instructions of a function's body; what saves and restores registers comes to it. */
const BODY = 72;
/** Calls from outside in one unit. */
const CALLS = 72_000;
const VARIABLES = 6;
/** Doublewords of the memory that all functions share; bytes are accessed in the first CELLS of it. */
const CELLS = 2048;

type Statement =
  | { readonly kind: "two"; readonly row: Row; readonly to: number; readonly a: number; readonly b: number }
  | { readonly kind: "one"; readonly row: OneRow; readonly to: number; readonly a: number; readonly n: number }
  | { readonly kind: "access"; readonly row: AccessRow; readonly at: number; readonly value: number }
  | { readonly kind: "unless"; readonly row: Row; readonly a: number; readonly b: number; readonly body: Body }
  | { readonly kind: "repeat"; readonly times: number; readonly body: Body }
  | { readonly kind: "call"; readonly callee: number; readonly value: number };
type Body = readonly Statement[];

interface Row {
  readonly mnemonic: string;
  /** The same in C. */
  readonly c: (a: string, b: string) => string;
}
type OneRow = Row & { readonly least: number; readonly most: number };
type AccessRow = Row & { readonly shift: number; readonly store: boolean };

const two = (mnemonic: string, c: Row["c"]): Row => ({ mnemonic, c });
const one = (mnemonic: string, least: number, most: number, c: Row["c"]): OneRow => ({ mnemonic, least, most, c });
const access = (mnemonic: string, shift: number, store: boolean, c: Row["c"]): AccessRow => ({
  mnemonic,
  shift,
  store,
  c,
});

// biome-ignore format: tables are read in columns
const TWO: readonly Row[] = [
  two("add",  (a, b) => `${a} + ${b}`),
  two("sub",  (a, b) => `${a} - ${b}`),
  two("xor",  (a, b) => `${a} ^ ${b}`),
  two("or",   (a, b) => `${a} | ${b}`),
  two("and",  (a, b) => `${a} & ${b}`),
  two("mul",  (a, b) => `${a} * ${b}`),
  two("addw", (a, b) => `(uint64_t)(int64_t)(int32_t)(uint32_t)(${a} + ${b})`),
  two("sltu", (a, b) => `${a} < ${b}`),
];
// biome-ignore format: tables are read in columns
const ONE: readonly OneRow[] = [
  one("addi", -2048, 2047, (a, n) => `${a} + (uint64_t)${n}`),
  one("xori", -2048, 2047, (a, n) => `${a} ^ (uint64_t)${n}`),
  one("slli",     1,   31, (a, n) => `${a} << ${n}`),
  one("srli",     1,   31, (a, n) => `${a} >> ${n}`),
  one("andi",     1, 2047, (a, n) => `${a} & ${n}`),
];
// biome-ignore format: tables are read in columns
const ACCESSES: readonly AccessRow[] = [
  access("ld",  3, false, (at, value) => `${value} = cells[${at} & ${CELLS - 1}]`),
  access("lbu", 0, false, (at, value) => `${value} = ((unsigned char *)cells)[${at} & ${CELLS - 1}]`),
  access("sd",  3, true,  (at, value) => `cells[${at} & ${CELLS - 1}] = ${value}`),
  access("sb",  0, true,  (at, value) => `((unsigned char *)cells)[${at} & ${CELLS - 1}] = (unsigned char)${value}`),
];
/** A branch around what C does otherwise: `c` says when the body is done. */
// biome-ignore format: tables are read in columns
const BRANCHES: readonly Row[] = [
  two("beq",  (a, b) => `${a} != ${b}`),
  two("bltu", (a, b) => `${a} >= ${b}`),
  two("bge",  (a, b) => `(int64_t)${a} < (int64_t)${b}`),
];

const variables = Array.from({ length: VARIABLES }, (_, i) => i);

/** Makes the functions' bodies from one stream of chance. */
class Maker {
  private readonly random = new Random(SEED);

  functions(): Body[] {
    return Array.from({ length: FUNCTIONS }, (_, index) => this.body(Math.floor(index / FUNCTIONS_PER_LEVEL)));
  }

  private body(level: number): Body {
    const body: Statement[] = [];
    for (let size = 0; size < BODY; ) {
      const statement = this.statement();
      body.push(statement);
      size += sizeOf(statement);
    }
    if (level > 0) {
      const callees = level * FUNCTIONS_PER_LEVEL;
      body.splice(this.below(body.length), 0, this.call(callees));
      body.splice(this.below(body.length), 0, this.unless([this.call(callees)]));
    }
    return body;
  }

  private statement(): Statement {
    const draw = this.below(10);
    if (draw < 7) return this.simple();
    if (draw < 9) return this.unless(this.several(3));
    return { kind: "repeat", times: 2 + this.below(3), body: this.several(2) };
  }

  private several(least: number): Body {
    return Array.from({ length: least + this.below(3) }, () => this.simple());
  }

  private simple(): Statement {
    const [to, a, b] = [this.variable(), this.variable(), this.variable()];
    const draw = this.below(8);
    if (draw < 2) return { kind: "access", row: this.of(ACCESSES), at: a, value: b };
    if (draw < 5) return { kind: "two", row: this.of(TWO), to, a, b };
    const row = this.of(ONE);
    return { kind: "one", row, to, a, n: row.least + this.below(row.most - row.least + 1) };
  }

  private unless(body: Body): Statement {
    return { kind: "unless", row: this.of(BRANCHES), a: this.variable(), b: this.variable(), body };
  }

  private call(callees: number): Statement {
    return { kind: "call", callee: this.below(callees), value: this.variable() };
  }

  private below(n: number): number {
    return this.random.below(n);
  }

  private variable(): number {
    return this.below(VARIABLES);
  }

  private of<T>(rows: readonly T[]): T {
    return rows[this.below(rows.length)]!;
  }
}

/** Instructions of a statement. */
const sizeOf = (statement: Statement): number =>
  statementAssembly(statement).filter((line) => !line.endsWith(":")).length;

/** Variables are s0 to s5, s6 the memory; t0 holds addresses, t2 counts. The bodies of branches and loops have none in them. */
const assembly = (body: Body): string[] => body.flatMap(statementAssembly);

function statementAssembly(statement: Statement): string[] {
  switch (statement.kind) {
    case "two":
      return [`${statement.row.mnemonic} s${statement.to}, s${statement.a}, s${statement.b}`];
    case "one":
      return [`${statement.row.mnemonic} s${statement.to}, s${statement.a}, ${statement.n}`];
    case "access": {
      const { row, at, value } = statement;
      const scale = row.shift === 0 ? [] : [`slli t0, t0, ${row.shift}`];
      return [`andi t0, s${at}, ${CELLS - 1}`, ...scale, "add t0, t0, s6", `${row.mnemonic} s${value}, (t0)`];
    }
    case "unless": {
      const branch = `${statement.row.mnemonic} s${statement.a}, s${statement.b}, 1f`;
      return [branch, ...assembly(statement.body), "1:"];
    }
    case "repeat": {
      const end = ["addi t2, t2, -1", "bnez t2, 2b"];
      return [`li t2, ${statement.times}`, "2:", ...assembly(statement.body), ...end];
    }
    case "call":
      return [`mv a0, s${statement.value}`, `call f${statement.callee}`, `mv s${statement.value}, a0`];
  }
}

function functionAssembly(body: Body, index: number): string {
  const saved = ["ra", ...variables.map((i) => `s${i}`), "s6"];
  const lines = [
    `addi sp, sp, -${saved.length * 8}`,
    ...saved.map((name, i) => `sd ${name}, ${i * 8}(sp)`),
    "la s6, cells",
    "mv s0, a0",
    ...variables.slice(1).map((i) => `xori s${i}, s${i - 1}, ${i * 97 + (index % 512)}`),
    ...assembly(body),
    "xor a0, s0, s1",
    ...variables.slice(2).map((i) => `add a0, a0, s${i}`),
    ...saved.map((name, i) => `ld ${name}, ${i * 8}(sp)`),
    `addi sp, sp, ${saved.length * 8}`,
    "ret",
  ];
  return [`f${index}:`, ...lines.map((line) => (line.endsWith(":") ? line : `        ${line}`))].join("\n");
}

/** Calls CALLS functions, the next one by a linear congruential generator: s0 sum, s1 generator, s2 calls left. */
const DRIVER = `
        .globl  prepare, work
prepare:
        ret
work:   addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        sd      s1, 8(sp)
        sd      s2, (sp)
        la      t0, cells
        li      t1, ${CELLS}
1:      sd      t1, (t0)
        addi    t0, t0, 8
        addi    t1, t1, -1
        bnez    t1, 1b
        li      s0, 0
        li      s1, 1
        li      s2, ${CALLS}
2:      li      t0, 6364136223846793005
        mul     s1, s1, t0
        addi    s1, s1, 1447
        srli    t0, s1, 33
        li      t1, ${FUNCTIONS}
        remu    t0, t0, t1
        slli    t0, t0, 3
        la      t1, functions
        add     t0, t0, t1
        ld      t0, (t0)
        add     a0, s0, s2
        jalr    t0
        mv      s0, a0
        addi    s2, s2, -1
        bnez    s2, 2b
        mv      a0, s0
        ld      s2, (sp)
        ld      s1, 8(sp)
        ld      s0, 16(sp)
        ld      ra, 24(sp)
        addi    sp, sp, 32
        ret
`;

/** The workload's source for the assembler. */
export function wideAssembly(): string {
  const bodies = new Maker().functions();
  const table = bodies.map((_, i) => `        .dword  f${i}`).join("\n");
  const data = `        .section .rodata\n        .balign 8\nfunctions:\n${table}`;
  const memory = `        .bss\n        .balign 8\ncells:  .zero ${CELLS * 8}`;
  return `${DRIVER}${bodies.map(functionAssembly).join("\n")}\n${data}\n${memory}\n`;
}

function c(body: Body): string {
  return body.map(cStatement).join(" ");
}

function cStatement(statement: Statement): string {
  switch (statement.kind) {
    case "two":
      return `v${statement.to} = ${statement.row.c(`v${statement.a}`, `v${statement.b}`)};`;
    case "one":
      return `v${statement.to} = ${statement.row.c(`v${statement.a}`, `(${statement.n})`)};`;
    case "access":
      return `${statement.row.c(`v${statement.at}`, `v${statement.value}`)};`;
    case "unless":
      return `if (${statement.row.c(`v${statement.a}`, `v${statement.b}`)}) { ${c(statement.body)} }`;
    case "repeat":
      return `for (int i = 0; i < ${statement.times}; i++) { ${c(statement.body)} }`;
    case "call":
      return `v${statement.value} = f${statement.callee}(v${statement.value});`;
  }
}

function functionC(body: Body, index: number): string {
  const start = variables.slice(1).map((i) => `v${i} = v${i - 1} ^ ${i * 97 + (index % 512)}`);
  const sum = variables.slice(2).map((i) => ` + v${i}`);
  return `static __attribute__((noinline)) uint64_t f${index}(uint64_t v0) {
  uint64_t ${start.join(", ")};
  ${c(body)}
  return (v0 ^ v1)${sum.join("")};
}`;
}

/** The same for a compiler of C. */
export function wideC(): string {
  const bodies = new Maker().functions();
  return `#include <stdint.h>
static uint64_t cells[${CELLS}];
${bodies.map(functionC).join("\n")}
static uint64_t (*const functions[])(uint64_t) = {${bodies.map((_, i) => `f${i}`).join(", ")}};
void prepare(void) {}
uint64_t work(void) {
  uint64_t sum = 0, chance = 1;
  for (int i = 0; i < ${CELLS}; i++) cells[i] = (uint64_t)(${CELLS} - i);
  for (uint64_t left = ${CALLS}; left > 0; left--) {
    chance = chance * 6364136223846793005u + 1447;
    sum = functions[(chance >> 33) % ${FUNCTIONS}](sum + left);
  }
  return sum;
}
`;
}
