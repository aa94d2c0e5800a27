/** What operations of tier 0 look like, as text. */

import { expect, test } from "vitest";
import { MISSES, type Surroundings } from "../../../cpu/translator/layout.ts";
import { emitMemoryPath } from "../../../cpu/translator/memory-path.ts";
import type { OperationName } from "../../../cpu/translator/operations.ts";
import { emitOperation } from "../../../cpu/translator/tier0-operations.ts";
import { operandOf } from "../../../cpu/translator/tier0-run.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { I32, I64, type Local, type NumberType } from "../../../cpu/wasm/types.ts";
import { textOf } from "../wasm/modules.ts";

const S: Surroundings = {
  hart: 1000,
  ram: 0x1_0000,
  ramBytes: 0x1_0000,
  area: 0x2_0000,
  tlb: { sets: 4, ways: 2 },
  replacement: "lru",
  heat: 0,
  misses: MISSES,
};

/** The instructions of one operation, between the labels that `run` would have. */
function textOfOperation(name: OperationName): string {
  const module = new ModuleBuilder();
  module.importMemory("machine", "memory", { minimum: 1 });
  const paths = emitMemoryPath(module, S);
  const f = module.function(module.type([], []), "operation");
  const b = module.begin(f);
  const local = (text: string, type: NumberType): Local => {
    const index = b.local(type);
    b.nameLocal(index, text);
    return index;
  };
  const i32 = (text: string) => local(text, I32);
  const entry = i32("entry");
  const names = {
    left: i32("left"),
    lookups: i32("lookups"),
    op: i32("op"),
    arrival: i32("arrival"),
    exit: i32("exit"),
  };
  const more = { place: i32("place"), va: local("va", I64), acc: local("acc", I64) };
  const o = operandOf(
    { b, s: S, entry },
    [0, 1, 2, 3].map(() => b.local(I64)),
  );
  const [leave, leaveAt, refuse] = [b.block(), b.block(), b.block()];
  const [arrive, dispatch] = [b.loop(), b.loop()];
  const labels = { leave, leaveAt, refuse, arrive, dispatch };
  emitOperation({ b, s: S, paths, entry, ...names, ...more, ...labels, o, follow: null }, name);
  for (const label of [dispatch, arrive, refuse, leaveAt, leave]) b.end(label);
  module.end();
  const [, text = ""] = /\(func \$operation[^\n]*\n(.*?)\n\s*end\n/s.exec(textOf(module.finish())) ?? [];
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => !/^(\(local|block|loop)/.test(line))
    .join("\n");
}

test("ADD: operands from the hart's block at 1000, the result there, the next entry's operation", () => {
  expect(textOfOperation("add")).toBe(`local.get $entry
i32.load16_u offset=2
local.get $entry
i32.load16_u offset=4
i64.load offset=1000
local.get $entry
i32.load16_u offset=6
i64.load offset=1000
i64.add
i64.store offset=1000
local.get $entry
i32.const 16
i32.add
local.set $entry
local.get $entry
i32.load8_u
local.set $op
br 0 (;@5;)`);
});

test("JAL x0 within the page: the entry moves by the distance", () => {
  expect(textOfOperation("jump")).toBe(`local.get $entry
local.get $entry
i32.load offset=8
i32.add
local.set $entry
local.get $entry
i32.load8_u
local.set $op
br 0 (;@5;)`);
});
