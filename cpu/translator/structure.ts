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
import type { Region } from "./region.ts";

/**
 * What emits the parts of a region, in the order in which they are asked for. The operand stack is empty at the beginning
 * and end of each part, where it does not say otherwise. Blocks are given by index in `region.blocks`.
 */
export interface RegionEmitter {
  readonly b: FunctionBody;

  /** The budget check of a block and its instructions; falls through to its end. */
  block(block: number): void;

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

  /**
   * End "jumpRegister". Never falls through. `dispatch` is null where no landing is known, and for a return: leaves.
   * Otherwise the emitter keeps the target (in a local, for `missed`) and, where the target lies in one of
   * `dispatch.pages`, enters that page unless it is in it (as `cross`) and uses `dispatch.go()`.
   */
  jumpRegister(block: number, dispatch: Dispatch | null): void;

  /**
   * After `dispatch.go()` with a distance where no landing is: leaves for the target that the last jumpRegister kept,
   * whose page has been entered. Never falls through. Asked for once, when some jumpRegister had a dispatch.
   */
  missed(): void;

  /** End "leave". Never falls through. */
  leave(block: number): void;
}

/** How a computed jump reaches its landings. */
export interface Dispatch {
  /** The pages that landings lie in: indices in `region.pages`, ascending. */
  readonly pages: readonly number[];
  /**
   * Takes the target's distance from the region's base (i32) from the stack. Goes to the landing there, to
   * `missed` where none is (also at an odd place). Never falls through. May be used anywhere inside what jumpRegister emits, several times.
   */
  go(): void;
}

/**
 * Emits all of `region` into `emitter.b`, where a function (or a block of it) has been begun. Control never comes to the end
 * of what is emitted, which is an `unreachable`: any result type is right behind it. One i32 local is added when a
 * dispatcher is needed. Not reentrant.
 *
 * Blocks nest at most as deep as there are blocks, so a region has fewer than 4000.
 */
export function emitRegion(region: Region, emitter: RegionEmitter): void {
  throw new Error(`not yet: ${region.blocks.length}, ${emitter.b}`);
}
