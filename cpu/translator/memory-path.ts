/**
 * Memory path: `load`, `store` and `fetch`, what happens when the fast TLB has no answer. The modelled TLB is asked, the
 * page tables are walked, the outcome is entered: all that mmu.ts does, to the bit, as WebAssembly. README.md says what
 * the functions take and give; access-path.ts has their bodies.
 */

import { PAGE_SIZE } from "../paging.ts";
import type { ModuleBuilder } from "../wasm/module.ts";
import { type FunctionIndex, I32, I64, type ValueType } from "../wasm/types.ts";
import { AccessPath } from "./access-path.ts";
import { type Code, get, i32, i64, load, low, op } from "./expressions.ts";
import { DECODED, GRANULE_SHIFT, type Surroundings } from "./layout.ts";
import { emitDirect } from "./segment-path.ts";
import { TlbPath } from "./tlb-path.ts";
import type { Kind } from "./walk.ts";

export interface MemoryPath {
  readonly load: FunctionIndex;
  readonly store: FunctionIndex;
  readonly fetch: FunctionIndex;
}

/** Parameters of the functions. */
const TAKES = {
  load: [I64, I64, I64, I32],
  store: [I64, I64, I64, I32, I32],
  fetch: [I64, I64],
} as const satisfies Record<Kind, readonly ValueType[]>;

/** Emits the three functions into a module whose memory 0 is the machine's. */
export function emitMemoryPath(module: ModuleBuilder, s: Surroundings): MemoryPath {
  const tlb = new TlbPath(module, s);
  const touches = emitTouches(module);
  const direct = emitDirect(module, tlb.at);
  const one = (kind: Kind) => {
    const index = module.function(module.type(TAKES[kind], [I64]), kind);
    new AccessPath(module.begin(index), s, tlb, { touches, direct }, kind);
    module.end();
    return index;
  };
  return { load: one("load"), store: one("store"), fetch: one("fetch") };
}

/**
 * Whether an access touches granules in which something has been decoded: (decoded, va, width) -> i32.
 *
 *     first = (va & 4095) >> 6; last = ((va & 4095) + width - 1) >> 6
 *     return (granules >> first | granules >> last) & 1                at most 8 bytes: two granules
 */
function emitTouches(module: ModuleBuilder): FunctionIndex {
  const f = module.function(module.type([I32, I64, I32], [I32]), "touches");
  const b = module.begin(f);
  const [decoded, va, width] = [b.parameter(0), b.parameter(1), b.parameter(2)];
  const offset = op("i64_and", get(va), i64(PAGE_SIZE - 1));
  const lastByte = op("i64_add", offset, op("i64_extend_i32_u", op("i32_sub", get(width), i32(1))));
  const bit = (byte: Code) =>
    op("i64_shr_u", load("i64_load", get(decoded), DECODED.granules), op("i64_shr_u", byte, i64(GRANULE_SHIFT)));
  op("i32_and", low(op("i64_or", bit(offset), bit(lastByte))), i32(1))(b);
  module.end();
  return f;
}
