/**
 * Body of a region's function: its locals, the operands of instructions, and its ways out. Tier 1 only.
 *
 *     (func (param acc i64) (param base i64) (result i64)
 *       x[n] = block.x[n] ...            every register that the region reads or writes
 *       block $out                       registers and context are right
 *         block $enter (entry)           on at a decoded entry of context.page; registers are right
 *           block $away (entry)          the same, but registers are to be stored
 *             block $spill (pc)          exit is set
 *               block $jump (pc)         on at pc, in whatever page
 *                 block $relative (distance)   exit is set
 *                   block $step (distance)
 *                     block $undo (rest, distance)
 *                       ...
 *                     end
 *                     acc += rest
 *                     count that; exit is set; br $relative
 *                   end
 *                   context.exit = step
 *                 end
 *                 pc = base + distance; br $spill
 *               end
 *               enter the page of pc; entry = context.decoded + (pc & 4095) * 4; br $away
 *             end
 *             context.pc = pc; block.x[n] = x[n] ...; br $out
 *           end
 *           block.x[n] = x[n] ...
 *         end
 *         return_call enter(context.page, acc, 0, entry)
 *       end
 *       acc)
 *
 * (1) Sites that leave push what the label takes and branch; all that they have in common stands once, behind the region's code
 *     (tier1-ends.ts), where somebody goes there.
 * (2) Every register written is also loaded at the beginning, so that spilling it is right on every way.
 *
 * Two ends store the registers, each for itself: one place for both would save a hundredth of the bytes at most.
 */

import type { Insn } from "../decode.ts";
import { HART_LAYOUT } from "../state.ts";
import type { FunctionBody } from "../wasm/body.ts";
import { type FunctionIndex, I32, I64, type Label, type Local, type TypeIndex } from "../wasm/types.ts";
import type { Effects } from "./effects.ts";
import { pushFastEntry } from "./fast-entry.ts";
import {
  CONTEXT,
  ENTRY_SHIFT,
  EXIT,
  FAST_TO,
  FETCH_TLB,
  INSTRUCTION_SHIFT,
  NO_TAG,
  type Surroundings,
} from "./layout.ts";
import { type Compute, immediateOf, type Operand } from "./meaning.ts";
import type { Region } from "./region.ts";
import { hasFastEntries } from "./tlb-policies.ts";

/** The functions of tier 0 that a region calls, as indices in its module. */
export interface Imports {
  readonly enter: FunctionIndex;
  readonly load: FunctionIndex;
  readonly store: FunctionIndex;
  readonly fetch: FunctionIndex;
}

/** Locals that hold what an access found in its fast TLB: tag and `to`. */
export interface Cache {
  readonly tag: Local;
  readonly to: Local;
}

/** Ways out, as above. Their blocks are open while the region's code is emitted. */
export type Way = "out" | "enter" | "away" | "spill" | "jump" | "relative" | "step" | "undo";

/** One instruction's cycle. */
export const CYCLE = -(2 ** 32);

export const PAGE_MASK = -4096;

export class RegionBody implements Operand {
  readonly acc: Local;
  readonly base: Local;
  /** Registers that the region writes, ascending. */
  readonly written: readonly number[];
  private readonly used: readonly number[];
  private readonly registers: (Local | undefined)[] = new Array(32);
  private readonly temporaries: (Local | undefined)[] = [];
  private readonly caches: Cache[] = [];
  private readonly scratch = new Map<string, Local>();
  /** The instruction that operands are of, and its distance. */
  private insn!: Insn;
  private at = 0;
  private labels!: Readonly<Record<Way, Label>>;
  /** Ways that somebody goes. */
  private readonly gone = new Set<Way>();

  constructor(
    readonly b: FunctionBody,
    readonly s: Surroundings,
    readonly imports: Imports,
    readonly region: Region,
    /** Of the region; good as long as it is being emitted. */
    readonly effects: Effects,
    private readonly pair: TypeIndex,
    /** The function of the region that begins at a decoded entry, where it may be called without asking `enter`. */
    readonly direct: (entry: number) => FunctionIndex | null,
  ) {
    this.acc = b.parameter(0);
    this.base = b.parameter(1);
    const { read, written } = effects;
    this.written = ascending(written);
    this.used = ascending(read | written);
    for (const register of this.used) this.registers[register] = b.local(I64);
  }

  // Operands

  of(insn: Insn, at: number): this {
    this.insn = insn;
    this.at = at;
    return this;
  }

  private get(register: number): void {
    if (register === 0) this.b.i64_const(0);
    else this.b.local_get(this.registers[register]!);
  }

  private getLow(register: number): void {
    if (register === 0) {
      this.b.i32_const(0);
      return;
    }
    this.b.local_get(this.registers[register]!);
    this.b.i32_wrap_i64();
  }

  rs1(): void {
    this.get(this.insn.rs1);
  }

  rs2(): void {
    this.get(this.insn.rs2);
  }

  rs1Low(): void {
    this.getLow(this.insn.rs1);
  }

  rs2Low(): void {
    this.getLow(this.insn.rs2);
  }

  imm(): void {
    this.b.i64_const(immediateOf(this.insn));
  }

  immLow(): void {
    this.b.i32_const(immediateOf(this.insn));
  }

  pc(): void {
    this.address(this.at);
  }

  temporary(n: 0 | 1 | 2 | 3): Local {
    this.temporaries[n] ??= this.b.local(I64);
    return this.temporaries[n];
  }

  /** Takes what is on the stack as x[rd]. */
  setRd(): void {
    const { rd } = this.insn;
    if (rd === 0) this.b.drop();
    else this.b.local_set(this.registers[rd]!);
  }

  /** x[rd] = what it computes; rd is not x0. */
  compute({ emit, simple }: Compute): void {
    const { b, insn, registers } = this;
    const { rd, rs1, rs2 } = insn;
    if (simple === null || rs1 === 0 || (rs2 === 0 && !simple.hasImmediate)) {
      emit(this);
      this.setRd();
    } else if (simple.hasImmediate) b.binaryConst(registers[rd]!, registers[rs1]!, simple.opcode, insn.imm);
    else b.binary(registers[rd]!, registers[rs1]!, simple.opcode, registers[rs2]!);
  }

  // Other values

  /** A local for one purpose. */
  named(name: string, type: typeof I32 | typeof I64): Local {
    let local = this.scratch.get(name);
    if (local === undefined) {
      local = this.b.local(type);
      this.scratch.set(name, local);
    }
    return local;
  }

  /** Pushes the address at a distance: i64. */
  address(distance: number): void {
    const { b } = this;
    b.local_get(this.base);
    if (distance === 0) return;
    b.i64_const(distance);
    b.i64_add();
  }

  /** Gives x[rs1] + imm as a local: i64. */
  sum(imm = this.insn.imm): Local {
    const { b, insn } = this;
    if (imm === 0 && insn.rs1 !== 0) return this.registers[insn.rs1]!;
    const sum = this.named("sum", I64);
    this.rs1();
    if (imm !== 0) {
      b.i64_const(imm);
      b.i64_add();
    }
    b.local_set(sum);
    return sum;
  }

  /** Pushes x[register] + amount: i64. */
  plus(register: number, amount: number): void {
    this.get(register);
    if (amount === 0) return;
    this.b.i64_const(amount);
    this.b.i64_add();
  }

  /** acc += amount. */
  count(amount: number): void {
    if (amount === 0) return;
    const { b, acc } = this;
    b.local_get(acc);
    b.i64_const(amount);
    b.i64_add();
    b.local_set(acc);
  }

  // The context

  /** Pushes a field. */
  field(name: keyof typeof CONTEXT): void {
    this.b.i32_const(0);
    this.b.i32_load(this.s.area + CONTEXT[name]);
  }

  field64(name: keyof typeof CONTEXT): void {
    this.b.i32_const(0);
    this.b.i64_load(this.s.area + CONTEXT[name]);
  }

  setPc(pc: Local): void {
    this.b.i32_const(0);
    this.b.local_get(pc);
    this.b.i64_store(this.s.area + CONTEXT.pc);
  }

  setExit(exit: number): void {
    this.b.i32_const(0);
    this.b.i32_const(exit);
    this.b.i32_store(this.s.area + CONTEXT.exit);
  }

  // The way in, and the ways out

  /** What stands before the region's code; behind it: tier1-ends.ts. */
  begin(caches = 0): void {
    const { b } = this;
    this.reload();
    for (let i = 0; i < caches; i++) this.caches.push({ tag: b.local(I64), to: b.local(I32) });
    this.forgetPlaces();
    this.labels = {
      out: b.block(),
      enter: b.block(I32),
      away: b.block(I32),
      spill: b.block(I64),
      jump: b.block(I64),
      relative: b.block(I64),
      step: b.block(I64),
      undo: b.block(this.pair),
    };
  }

  /** Translations may have changed: the caches hold nothing. */
  forgetPlaces(): void {
    const { b, caches } = this;
    for (let i = 0; i < caches.length; i++) {
      b.i64_const(NO_TAG);
      b.local_set(caches[i]!.tag);
    }
  }

  cache(index: number): Cache {
    return this.caches[index]!;
  }

  /** Loads every register. */
  reload(): void {
    const { b } = this;
    const { used, registers } = this;
    const block = this.s.hart + HART_LAYOUT.x.at;
    for (let i = 0; i < used.length; i++) b.loadLocal(registers[used[i]!]!, block + 8 * used[i]!);
  }

  /** Stores every register that the region writes, or those of them that are dirty: bit n stands for x[n]. */
  spill(dirty = -1): void {
    const { b } = this;
    const { written, registers } = this;
    const block = this.s.hart + HART_LAYOUT.x.at;
    for (let i = 0; i < written.length; i++) {
      const register = written[i]!;
      if ((dirty & (1 << register)) !== 0) b.storeLocal(block + 8 * register, registers[register]!);
    }
  }

  /** The label of a way out. */
  way(name: Way): Label {
    this.gone.add(name);
    return this.labels[name];
  }

  /** Ends the block of a way out. @returns whether somebody goes there, and what is to be done there must follow */
  endWay(name: Way): boolean {
    const { b } = this;
    b.end(this.labels[name]);
    if (this.gone.has(name)) return true;
    b.unreachable();
    return false;
  }

  /** Pushes whether `pc` and an address differ in the bits of `mask`: i32. */
  differs(pc: Local, address: () => void, mask: number): void {
    const { b } = this;
    b.local_get(pc);
    address();
    b.i64_xor();
    b.i64_const(mask);
    b.i64_and();
    b.i64_const(0);
    b.i64_ne();
  }

  /** Pushes the decoded entry of `pc` in context.page. */
  entryOf(pc: Local): void {
    const { b } = this;
    this.field("decoded");
    b.local_get(pc);
    b.i32_wrap_i64();
    b.i32_const(4095);
    b.i32_and();
    b.i32_const(ENTRY_SHIFT - INSTRUCTION_SHIFT);
    b.i32_shl();
    b.i32_add();
  }

  /**
   * Enters the page of `pc`, which is not context.page, or leaves at pc. @param isStored registers are right: so nobody need store them
   *
   *     context.exit = jump; where isStored: context.pc = pc
   *     if acc < 2^32: leave at pc                 no cycle to fetch in
   *     e = (pc >>> 8) & FAST_MASK
   *     if fetch[e].tag == pc & ~4095:
   *       acc += 1; context.page = pc & ~4095; context.decoded = fetch[e].to
   *     else:
   *       acc = fetch(pc, acc, 0, 0); if context.exit != jump, which is 0: leave at pc
   */
  enterPage(pc: Local, isStored = false): void {
    const { b, acc, s } = this;
    this.setExit(EXIT.jump);
    if (isStored) this.setPc(pc);
    this.leaveAt(pc, isStored, () => {
      b.local_get(acc);
      b.i64_const(-CYCLE);
      b.i64_lt_s();
    });
    if (!this.hasFastTlbs) {
      this.fetch(pc, isStored);
      return;
    }
    const [entry, page] = [this.named("entry", I32), this.named("page", I64)];
    b.local_get(pc);
    b.i64_const(PAGE_MASK);
    b.i64_and();
    b.local_set(page);
    pushFastEntry(b, pc);
    b.local_tee(entry);
    b.i64_load(s.area + FETCH_TLB);
    b.local_get(page);
    b.i64_eq();
    b.likely();
    b.if();
    this.count(1);
    b.i32_const(0);
    b.local_get(page);
    b.i64_store(s.area + CONTEXT.page);
    b.i32_const(0);
    b.local_get(entry);
    b.i32_load(s.area + FETCH_TLB + FAST_TO);
    b.i32_store(s.area + CONTEXT.decoded);
    b.else();
    this.fetch(pc, isStored);
    b.end();
  }

  /** Leaves at pc where the condition holds; where isStored, context.pc is that. */
  private leaveAt(pc: Local, isStored: boolean, condition: () => void): void {
    const { b } = this;
    if (!isStored) b.local_get(pc);
    condition();
    b.unlikely();
    b.br_if(this.way(isStored ? "out" : "spill"));
    if (!isStored) b.drop();
  }

  private fetch(pc: Local, isStored: boolean): void {
    const { b, acc } = this;
    b.local_get(pc);
    b.local_get(acc);
    b.i64_const(0);
    b.i32_const(0);
    b.call(this.imports.fetch);
    b.local_set(acc);
    this.forgetPlaces();
    this.leaveAt(pc, isStored, () => this.field("exit"));
  }

  /** Where each hit changes something of the policy's the fast TLBs are empty. */
  get hasFastTlbs(): boolean {
    return hasFastEntries(this.s.replacement);
  }

  /** Whether the region is left where the fast TLB has no answer. */
  get leavesAtMiss(): boolean {
    return this.hasFastTlbs && this.region.isPatient !== true;
  }

  /** Leaves where what is on the stack is not 0. Below it lie, and are taken: what `acc` is to be corrected by, and the distance. */
  undoIf(): void {
    const { b } = this;
    b.unlikely();
    b.br_if(this.way("undo"));
    b.drop();
    b.drop();
  }

  /** Leaves at that distance with exit `step`. */
  stepAt(distance: number): void {
    this.b.i64_const(distance);
    this.b.br(this.way("step"));
  }

  /**
   * The jump at that distance, which has been counted, cannot be done here.
   *
   *     acc += 2^32; leave with exit `step`
   */
  giveBack(distance: number): void {
    this.count(-CYCLE);
    this.stepAt(distance);
  }
}

function ascending(bits: number): number[] {
  const list: number[] = [];
  for (let register = 1; register < 32; register++) if ((bits & (1 << register)) !== 0) list.push(register);
  return list;
}
