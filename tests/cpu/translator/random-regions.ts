/** Random graphs of regions, for tests of what is found out about them. */

import fc from "fast-check";
import { decode, type Insn } from "../../../cpu/decode.ts";
import type { Block, BlockEnd, Region } from "../../../cpu/translator/region.ts";
import { assemble } from "../assemble.ts";

const SOURCE =
  "jalr zero, 0(ra); addi a0, a1, 1; add zero, a2, t6; ld s0, 8(sp); sd a3, 0(t0); amoadd.d a4, a5, (a6); fence.i; lui s11, 5";
const [RETURN, ...PLAIN] = Array.from(assemble(SOURCE), (word) => decode(word)) as [Insn, ...Insn[]];
/** Those of their instructions that ask the TLB. */
export const LOOKUPS = ["ld", "sd", "amoadd.d"];
/** How many blocks each has. */
export const MOST = 12;

const number = fc.nat(MOST - 1);
const target = fc.oneof(
  number.map((block) => ({ block })),
  fc.constant({ away: 64 }),
);
const end: fc.Arbitrary<BlockEnd> = fc.oneof(
  fc.record({ kind: fc.constant("goto" as const), to: target, jump: fc.boolean() }),
  fc.record({ kind: fc.constant("branch" as const), insn: fc.constantFrom(...PLAIN), taken: target, next: target }),
  fc.record({
    kind: fc.constant("call" as const),
    insn: fc.constantFrom(...PLAIN),
    callee: fc.constant(0),
    back: target,
  }),
  fc.record({ kind: fc.constant("callRegister" as const), insn: fc.constantFrom(...PLAIN), back: target }),
  fc.record({ kind: fc.constant("callWithin" as const), insn: fc.constantFrom(...PLAIN), to: number }),
  fc.record({
    kind: fc.constant("returnWithin" as const),
    insn: fc.constant(RETURN),
    to: number,
    back: fc.constant(0),
  }),
  fc.record({ kind: fc.constant("jumpRegister" as const), insn: fc.constant(RETURN), isReturn: fc.boolean() }),
  fc.constant({ kind: "leave" as const }),
);
const block: fc.Arbitrary<Block> = fc.record({
  at: fc.constantFrom(0, 0, 0, 4096),
  insns: fc.array(fc.constantFrom(...PLAIN), { maxLength: 5 }),
  end,
});
/** Any ends, some blocks in another page than the first. */
export const region: fc.Arbitrary<Region> = fc.record({
  blocks: fc.array(block, { minLength: MOST, maxLength: MOST }),
  pages: fc.constant([]),
  landings: fc.uniqueArray(number, { maxLength: 3 }),
});
