/**
 * Report: a divergence as text for those who look for its cause: what differs, what the reference executed up to there,
 * the code around pc, and the command that shows it again.
 */

import { disassemble } from "../../cpu/disassemble.ts";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { REGISTER_NAMES } from "../../cpu/isa.ts";
import type { Machine } from "../../cpu/machine.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { HART_SLOT, hartAt, hartViews } from "../../cpu/state.ts";
import type { CauseName } from "../../cpu/trap.ts";
import { CAUSE } from "../../cpu/trap.ts";
import { compilerWords } from "./compilers.ts";
import type { Case, Divergence, Step, Subject } from "./lockstep.ts";
import { satpOf, wordAt } from "./mappings.ts";

/** Instructions of the trace, at most. */
const TRACED = 48;
/** Instructions shown before and after pc. */
const AROUND = 6;

const hex = (value: bigint | number) => `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
const pcOf = ({ harts: [{ csr }] }: Machine) => Number(BigInt.asIntN(64, csr[CSR_SLOT.sepc]));

function stepText({ instructions, cycles }: Step): string {
  const parts = [
    ...(instructions === undefined ? [] : [`${instructions} instructions`]),
    ...(cycles === undefined ? [] : [`${cycles} cycles`]),
  ];
  return parts.join(" or ");
}

export function replayCommand({ case: c, engines }: Replayed): string {
  const [a, b] = engines;
  const against = a.name === "reference" ? "" : ` --against ${a.name}`;
  return `npx tsx tests/lockstep/replay.ts ${c.words} --engine ${b.name}${against}${compilerWords()}`;
}

/** What a command line must name. */
interface Replayed {
  readonly case: Pick<Case, "words">;
  readonly engines: Divergence["engines"];
}

export function report(divergence: Divergence): string {
  const { engines, steps, drawn } = divergence;
  const last = steps[steps.length - 1];
  const { lines, start, machine } = trace(divergence);
  return [
    `${divergence.case.words}: ${engines[0].name} and ${engines[1].name} differ at meeting ${steps.length}`,
    `  the meeting before was equal: ${start}`,
    `  the step from there: ${stepText(drawn)}; the shortest that differs when run in one go: ${stepText(last)}`,
    divergence.showsInSingleSteps
      ? "  it also shows when both go instruction by instruction"
      : "  it does not show when both go instruction by instruction: look at how longer runs are executed, left or counted",
    "",
    ...table(divergence),
    "",
    `what ${engines[0].name} executed from the equal meeting on (pc, word, instruction, what it changed):`,
    ...lines,
    "",
    "the code around the last pc:",
    ...listing(machine),
    "",
    `again: ${replayCommand(divergence)}`,
  ].join("\n");
}

function table({ differences, engines }: Divergence): string[] {
  const rows = [["", engines[0].name, engines[1].name], ...differences.map(({ what, values }) => [what, ...values])];
  const widths = [0, 1].map((column) => Math.min(60, Math.max(...rows.map((row) => row[column].length))));
  return rows.map(([what, a, b]) => `  ${what.padEnd(widths[0])}  ${a.padEnd(widths[1])}  ${b}`);
}

interface Trace {
  readonly lines: string[];
  /** The state at the meeting before, in a line. */
  readonly start: string;
  /** As it is at the end. */
  readonly machine: Machine;
}

/** The last step once more, an instruction at a time, on the first engine; it goes on for two instructions. */
function trace({ case: c, engines: [engine], steps }: Divergence): Trace {
  const subject = c.build(engine);
  for (const step of steps.slice(0, -1)) subject.advance(step);
  const { machine } = subject;
  const start = position(machine);
  const { instructions = 1, cycles } = steps[steps.length - 1];
  const end = machine.harts[0].counters.instret + instructions;
  const until = machine.clock.cycles + (cycles ?? Number.POSITIVE_INFINITY);
  const lines: string[] = [];
  let beyond = 0;
  for (let n = 0; n < 2_000_000 && beyond < 3 && !subject.over(); n++) {
    if (machine.harts[0].counters.instret >= end || machine.clock.cycles >= until) beyond++;
    const line = single(subject);
    lines.push(beyond === 0 ? line : `${line}   (beyond)`);
    if (lines.length > TRACED) lines.shift();
  }
  return { lines, start, machine };
}

function position(machine: Machine): string {
  const { counters, csr } = machine.harts[0];
  const { mode, asid, root } = satpOf(machine);
  const space = mode === "bare" ? "bare" : `${mode} asid ${asid} root ${hex(root)}`;
  const { sets, ways } = machine.config.tlb;
  return `pc ${hex(csr[CSR_SLOT.sepc])}, instret ${counters.instret}, cycle ${machine.clock.cycles}, ${space}, TLB ${sets}x${ways}`;
}

/** One instruction as a line. */
function single(subject: Subject): string {
  const { machine } = subject;
  const [{ x, csr, counters }] = machine.harts;
  const pc = pcOf(machine);
  const word = fetched(machine, pc);
  const before = x.slice();
  const { tlbHits, tlbMisses, tlbWalks } = counters;
  const cycles = machine.clock.cycles;
  const stop = subject.advance({ instructions: 1 });
  const changed = [...before.keys()].filter((n) => before[n] !== x[n]).map((n) => `${REGISTER_NAMES[n]}=${hex(x[n])}`);
  const took = machine.clock.cycles - cycles;
  const tlb = [counters.tlbHits - tlbHits, counters.tlbMisses - tlbMisses, counters.tlbWalks - tlbWalks];
  const notes = [
    ...changed,
    ...(tlb.some((n) => n > 0) ? [`TLB +${tlb[0]} hits +${tlb[1]} misses +${tlb[2]} walks`] : []),
    ...(took === 1 ? [] : [`${took} cycles`]),
    ...(stop.startsWith("trap")
      ? [`TRAP ${cause(machine)} stval ${hex(csr[CSR_SLOT.stval])} sepc ${hex(csr[CSR_SLOT.sepc])}`]
      : []),
  ];
  const text =
    word === null ? "(no word)" : `${word.toString(16).padStart(8, "0")}  ${disassemble(word, pc).replace("\t", " ")}`;
  return `  ${hex(pc)}: ${text.padEnd(40)} ${notes.join("  ")}`;
}

/** The word that will be executed: from the fetch page, or through the page tables. */
function fetched(machine: Machine, pc: number): number | null {
  const { sets, ways } = machine.config.tlb;
  const { scratch } = hartViews(machine.memory, hartAt(0, sets * ways));
  const page = scratch[HART_SLOT.fetchPage];
  if (pc >= page && pc < page + PAGE_SIZE) return machine.ram.u32[(scratch[HART_SLOT.fetchRam] + pc - page) >> 2];
  return Number.isSafeInteger(pc) ? wordAt(machine, pc) : null;
}

function cause({ harts: [{ csr }] }: Machine): string {
  const value = csr[CSR_SLOT.scause];
  if (value >> 63n === 1n) return `interrupt ${value & 0xffn}`;
  const names = Object.entries(CAUSE) as [CauseName, number][];
  return names.find(([, code]) => BigInt(code) === value)?.[0] ?? String(value);
}

function listing(machine: Machine): string[] {
  const pc = pcOf(machine);
  if (!Number.isSafeInteger(pc)) return [`  ${hex(machine.harts[0].csr[CSR_SLOT.sepc])}: no address`];
  return Array.from({ length: 2 * AROUND + 1 }, (_, i) => {
    const va = pc + 4 * (i - AROUND);
    const word = wordAt(machine, va);
    const text = word === null ? "not mapped" : disassemble(word, va).replace("\t", " ");
    return `  ${va === pc ? "->" : "  "} ${hex(va)}: ${word === null ? "" : `${word.toString(16).padStart(8, "0")}  `}${text}`;
  });
}
