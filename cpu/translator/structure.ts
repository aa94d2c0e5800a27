/**
 * Structure: brings the control flow of a region into WebAssembly's nested blocks, loops and branches. It decides where
 * each block stands and how control goes from one to another; what a block does, and how the region is left, is the
 * emitter's business.
 *
 * (1) Every block that can be reached is emitted once.
 * (2) Reducible control flow becomes branches to labels alone. Edges into the middle of a loop and computed jumps go
 *     through one dispatcher, a `loop` around everything with a br_table; regions without such have none.
 * (3) What is emitted for a block's end never falls through, so `if` needs no `else`.
 */

import type { FunctionBody } from "../wasm/body.ts";
import { I32, I64, type Label, type Local } from "../wasm/types.ts";
import type { Around } from "./around.ts";
import { Flow, NONE } from "./flow.ts";
import { INSTRUCTION_SHIFT } from "./layout.ts";
import type { BlockEnd, Region, Target } from "./region.ts";

/**
 * What emits the parts of a region, in the order in which they are asked for. The operand stack is empty at the beginning
 * and end of each part, where it does not say otherwise. Blocks are given by index in `region.blocks`.
 */
export interface RegionEmitter {
  readonly b: FunctionBody;

  /** The budget check of a block and its instructions; falls through to its end. */
  block(block: number): void;

  /** The loop around from this block whose rounds may stand behind each other; null for none. */
  around(block: number): Around | null;

  /** The budget check for all rounds. */
  budgetAround(loop: Around): void;

  /** Goes to `single` when rounds cannot stand behind each other now. Not asked for where a loop has no groups. */
  ask(loop: Around, single: Label): void;

  /** The instructions of a block of the loop, given by its place in the chain, in round `round` (from 0 on) of `rounds`. */
  round(loop: Around, position: number, round: number, rounds: number): void;

  /** Pushes an i64 for takeBack: what has been counted and is not done when so many rounds are left, and this one behind the block. */
  undone(loop: Around, position: number, rounds: number): void;

  /** Takes it from the stack, and from what has been counted. */
  takeBack(): void;

  /** End "branch": pushes an i32, not 0 when the branch is taken. Not asked for when both ways lead to one place. */
  condition(block: number): void;

  /**
   * Control goes from `block` (by a branch, goto, JAL x0) to the block `to`, which lies in another page: enters that page, counting its
   * lookup, and falls through when the frame there is the one that the region was made from; otherwise leaves.
   * The branch to the other block follows. Not asked for after a call, nor within a page.
   */
  cross(block: number, to: number): void;

  /** The same, to code outside the region: leaves. Never falls through. */
  away(block: number, distance: number): void;

  /**
   * End "call" or "callRegister". Where `back` is a block: falls through when control has come back there, in
   * whatever page it is, and the frame there is the one that the region was made from; otherwise leaves.
   * Where `back` is away: never falls through.
   */
  call(block: number): void;

  /** End "callWithin": sets the link; falls through. */
  link(block: number): void;

  /** End "returnWithin": pushes an i32, not 0 when the register leads to where the copy was called. */
  comesBack(block: number): void;

  /**
   * End "jumpRegister", or "returnWithin" to elsewhere. Never falls through. `dispatch` is null where no landing is known, and for a return: leaves.
   * Otherwise the emitter, where the target lies in one of `dispatch.pages`, enters that page unless it is in it (as `cross`) and uses
   * `dispatch.go()`.
   */
  jumpRegister(block: number, dispatch: Dispatch | null): void;

  /**
   * After `dispatch.go()` with a distance where no landing is: takes the distance from the stack (i32), leaves for it. Its page has been
   * entered. Never falls through. Asked for once, when some jumpRegister had a dispatch.
   */
  missed(): void;

  /** End "leave". Never falls through. */
  leave(block: number): void;
}

/** How a computed jump reaches its landings. */
export interface Dispatch {
  /** The pages that landings lie in: indices in `region.pages`, ascending. */
  readonly pages: readonly number[];
  /** The landings of one of these pages: distance of the first, and places (of instructions) from it to the last. */
  range(page: number): { readonly from: number; readonly places: number };
  /**
   * Takes the target's distance from the region's base (i32; even, as JALR makes it) from the stack. Goes to the landing
   * there, or to `missed` where none is. Never falls through. May be used anywhere inside what jumpRegister emits, several times.
   */
  go(): void;
  /** The same for a place of a range: its number of instructions behind `from`. */
  goBehind(from: number): void;
}

/**
 * Emits all of `region` into `emitter.b`, where a function (or a block of it) has been begun. Control never comes to the end
 * of what is emitted, which is an `unreachable`: any result type is right behind it. One i32 local is added when a
 * dispatcher is needed. Not reentrant.
 *
 * Blocks nest at most as deep as there are blocks, so a region has fewer than 4000.
 */
export function emitRegion(region: Region, emitter: RegionEmitter): void {
  structure.emit(region, emitter);
}

const PAGE_SHIFT = 12;

class Structure implements Dispatch {
  readonly pages: number[] = [];
  private readonly flow = new Flow();
  /** By node: its block while it lies ahead, its loop while control is in it. */
  private readonly labels: Label[] = [];
  private readonly table: Label[] = [];
  private region!: Region;
  private emitter!: RegionEmitter;
  private b!: FunctionBody;
  /** Which way the dispatcher goes: an index in flow.entries, or a place of code (in instructions) behind those. */
  private way!: Local;
  /** Distance of the first landing. */
  private first = 0;

  emit(region: Region, emitter: RegionEmitter): void {
    this.region = region;
    this.emitter = emitter;
    this.b = emitter.b;
    const { flow } = this;
    flow.analyse(region);
    if (flow.dispatcher !== NONE) this.way = this.b.local(I32);
    if (flow.hasLandings) this.findLandings(region);
    this.tree(flow.root);
    this.b.unreachable();
  }

  private findLandings({ blocks, pages, landings }: Region): void {
    this.pages.length = 0;
    this.first = Math.min(...landings.map((landing) => blocks[landing]!.at));
    const inPage = (at: number) => landings.some((landing) => blocks[landing]!.at >> PAGE_SHIFT === at >> PAGE_SHIFT);
    for (const [index, { at }] of pages.entries()) if (inPage(at)) this.pages.push(index);
  }

  /** The node with all that it dominates. Merges stand behind it, the last outermost, each in reach of what comes before. */
  private tree(node: number): void {
    const { b, flow, labels } = this;
    const isLoop = flow.isLoop(node);
    if (isLoop) labels[node] = b.loop();
    let first = NONE;
    for (let merge = flow.lastMerge(node); merge !== NONE; merge = flow.mergeBefore(merge)) {
      labels[merge] = b.block();
      first = merge;
    }
    if (node === flow.dispatcher) this.dispatch();
    else if (!isLoop || !this.unroll(node)) {
      this.emitter.block(node);
      this.end(node, this.region.blocks[node]!.end);
    }
    for (let merge = first; merge !== NONE; merge = flow.mergeAfter(merge)) {
      b.end(labels[merge]);
      this.tree(merge);
    }
    if (isLoop) b.end();
  }

  /**
   * Several rounds of a small loop, with one look at the budget, one branch back and one stack check of the host.
   *
   *     loop $again
   *       block $out... (undone)                 one for each block of the loop that control may leave it from
   *         look at the budget for all rounds
   *         block $single
   *           ask whether they can stand behind each other; if not: $single
   *           round 0; push undone; br_if the loop ends: $out
   *           ...
   *           last round; br_if the loop goes on: $again
   *           push undone; br $out
   *         end
   *         take back all but one
   *         a round; br_if the loop goes on: $again
   *         push undone; br $out
   *       end
   *       take back; on behind the loop
   *
   * @returns whether it is such a loop
   */
  private unroll(node: number): boolean {
    const { b, emitter } = this;
    const loop = emitter.around(node);
    if (loop === null || !this.isAround(loop)) return false;
    const { chain, rounds } = loop;
    const last = chain.length - 1;
    const outs = chain.map((block) => (this.region.blocks[block]!.end.kind === "branch" ? b.block(I64) : null));
    emitter.budgetAround(loop);
    if (loop.groups.length > 0) {
      const single = b.block();
      emitter.ask(loop, single);
      this.rounds(loop, rounds, outs);
      b.end(single);
      emitter.undone(loop, last, rounds - 1);
      emitter.takeBack();
      this.rounds(loop, 1, outs);
    } else this.rounds(loop, rounds, outs);
    for (let position = last; position >= 0; position--) {
      const out = outs[position];
      if (out === null || out === undefined) continue;
      b.end(out);
      emitter.takeBack();
      this.follow(chain[position]!, this.exitOf(loop, position)!);
      // For the validator, which takes the end of a loop for a place that control comes to.
      b.unreachable();
    }
    return true;
  }

  /** Whether the blocks stand behind each other: each but the first where control comes from the one before, and no merge between them. */
  private isAround({ chain }: Around): boolean {
    const { flow } = this;
    const last = chain.length - 1;
    return chain.every((node, position) => {
      if (position === last) return !flow.isCarried(node, chain[0]!);
      const next = chain[position + 1]!;
      return !flow.isCarried(node, next) && !flow.isBranch(node, next) && flow.lastMerge(next) === NONE;
    });
  }

  /** Where control goes that leaves the loop behind a block of it; null where it cannot. */
  private exitOf({ chain }: Around, position: number): Target | null {
    const { end } = this.region.blocks[chain[position]!]!;
    if (end.kind !== "branch") return null;
    const on = chain[(position + 1) % chain.length]!;
    return "block" in end.taken && end.taken.block === on ? end.next : end.taken;
  }

  /** So many rounds; never falls through. */
  private rounds(loop: Around, rounds: number, outs: readonly (Label | null)[]): void {
    const { b, emitter, labels } = this;
    const { chain } = loop;
    const again = labels[chain[0]!]!;
    for (let round = 0; round < rounds; round++)
      for (const [position, node] of chain.entries()) {
        emitter.round(loop, position, round, rounds);
        const isLast = round === rounds - 1 && position === chain.length - 1;
        const out = outs[position] ?? null;
        if (out === null) {
          if (isLast) b.br(again);
          continue;
        }
        if (!isLast) emitter.undone(loop, position, rounds - 1 - round);
        emitter.condition(node);
        const { end } = this.region.blocks[node]!;
        const leaves = end.kind === "branch" && end.taken === this.exitOf(loop, position);
        if (leaves === isLast) b.i32_eqz();
        b.br_if(isLast ? again : out);
        if (!isLast) b.drop();
        else {
          emitter.undone(loop, position, 0);
          b.br(out);
        }
      }
  }

  private end(node: number, end: BlockEnd): void {
    const { emitter } = this;
    switch (end.kind) {
      case "goto":
        this.follow(node, end.to);
        break;
      case "branch":
        this.branch(node, end.taken, end.next);
        break;
      case "call":
      case "callRegister":
        emitter.call(node);
        if ("block" in end.back) this.transfer(node, end.back.block);
        break;
      case "jumpRegister":
        emitter.jumpRegister(node, this.flow.hasLandings && !end.isReturn ? this : null);
        break;
      case "callWithin":
        emitter.link(node);
        this.transfer(node, end.to);
        break;
      case "returnWithin":
        this.returnWithin(node, end.to);
        break;
      case "leave":
        emitter.leave(node);
    }
  }

  private returnWithin(node: number, to: number): void {
    const { b, emitter } = this;
    emitter.comesBack(node);
    b.likely();
    if (this.isPlain(node, { block: to })) b.br_if(this.labels[to]!);
    else {
      const label = b.if();
      this.transfer(node, to);
      b.end(label);
    }
    emitter.jumpRegister(node, null);
  }

  private branch(node: number, taken: Target, next: Target): void {
    const { b, emitter } = this;
    if (isSame(taken, next)) {
      this.follow(node, next);
      return;
    }
    emitter.condition(node);
    if (this.isPlain(node, taken)) {
      b.br_if(this.labels[taken.block]!);
      this.follow(node, next);
    } else if (this.isPlain(node, next)) {
      b.i32_eqz();
      b.br_if(this.labels[next.block]!);
      this.follow(node, taken);
    } else {
      // What is long stands behind the `if`, not in it: so blocks nest less.
      const inverted = this.isHere(node, taken) && !this.isHere(node, next);
      if (inverted) b.i32_eqz();
      const label = b.if();
      this.follow(node, inverted ? next : taken);
      b.end(label);
      this.follow(node, inverted ? taken : next);
    }
  }

  /** Whether one branch to a label is all that there is to do. */
  private isPlain(node: number, to: Target): to is { block: number } {
    if ("away" in to || this.crosses(node, to.block)) return false;
    return !this.flow.isCarried(node, to.block) && this.flow.isBranch(node, to.block);
  }

  /** Whether the block stands where the edge begins. */
  private isHere(node: number, to: Target): boolean {
    return "block" in to && !this.flow.isBranch(node, to.block);
  }

  private crosses(node: number, to: number): boolean {
    const { blocks } = this.region;
    return blocks[node]!.at >> PAGE_SHIFT !== blocks[to]!.at >> PAGE_SHIFT;
  }

  private follow(node: number, to: Target): void {
    if ("away" in to) this.emitter.away(node, to.away);
    else {
      if (this.crosses(node, to.block)) this.emitter.cross(node, to.block);
      this.transfer(node, to.block);
    }
  }

  private transfer(node: number, to: number): void {
    const { b, flow, labels } = this;
    if (flow.isCarried(node, to)) {
      b.i32_const(flow.entries.indexOf(to));
      b.local_set(this.way);
      b.br(labels[flow.dispatcher]!);
    } else if (flow.isBranch(node, to)) b.br(labels[to]!);
    else this.tree(to);
  }

  /** Block 0 is entry 0, and locals are 0 at first: so the function begins there. */
  private dispatch(): void {
    const { b, flow, labels, table } = this;
    table.length = 0;
    for (const entry of flow.entries) table.push(labels[entry]!);
    const missed = flow.hasLandings ? b.block() : labels[0]!;
    if (flow.hasLandings) this.addLandings(missed);
    b.local_get(this.way);
    b.br_table(table, missed);
    if (!flow.hasLandings) return;
    b.end(missed);
    b.local_get(this.way);
    b.i32_const(flow.entries.length);
    b.i32_sub();
    b.i32_const(INSTRUCTION_SHIFT);
    b.i32_rotl();
    b.i32_const(this.first);
    b.i32_add();
    this.emitter.missed();
  }

  private addLandings(missed: Label): void {
    const { flow, labels, table } = this;
    const { blocks, landings } = this.region;
    for (const landing of landings) {
      const way = flow.entries.length + ((blocks[landing]!.at - this.first) >> INSTRUCTION_SHIFT);
      while (table.length < way) table.push(missed);
      table[way] = labels[landing]!;
    }
  }

  range(page: number): { from: number; places: number } {
    const { blocks, pages, landings } = this.region;
    const there = landings
      .map((landing) => blocks[landing]!.at)
      .filter((at) => (at - pages[page]!.at) >>> PAGE_SHIFT === 0);
    const from = Math.min(...there);
    return { from, places: ((Math.max(...there) - from) >> INSTRUCTION_SHIFT) + 1 };
  }

  goBehind(from: number): void {
    const { b, flow, labels } = this;
    b.i32_const(flow.entries.length + ((from - this.first) >> INSTRUCTION_SHIFT));
    b.i32_add();
    b.local_set(this.way);
    b.br(labels[flow.dispatcher]!);
  }

  go(): void {
    const { b, flow, labels } = this;
    // Rotated, so that an odd place becomes a number beyond the table. Even distances give none that the addition wraps.
    b.i32_const(this.first);
    b.i32_sub();
    b.i32_const(INSTRUCTION_SHIFT);
    b.i32_rotr();
    b.i32_const(flow.entries.length);
    b.i32_add();
    b.local_set(this.way);
    b.br(labels[flow.dispatcher]!);
  }
}

function isSame(one: Target, two: Target): boolean {
  if ("block" in one) return "block" in two && one.block === two.block;
  return "away" in two && one.away === two.away;
}

const structure = new Structure();
