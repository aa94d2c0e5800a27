/**
 * Tier 0 without a machine around it: its module over a memory of its own, with one page of decoded code that is entered
 * already, so that nothing is translated. For tests of what `run` and `enter` do by themselves.
 */

import { decode } from "../../../cpu/decode.ts";
import { CSR_SLOT, HART_LAYOUT } from "../../../cpu/state.ts";
import {
  areaLayout,
  CONTEXT,
  DECODED,
  ENTRY,
  ENTRY_BYTES,
  MISSES,
  REGION_SLOTS,
  type Surroundings,
} from "../../../cpu/translator/layout.ts";
import { encodeEntry, fuse, OP, placed } from "../../../cpu/translator/operations.ts";
import { regionCall } from "../../../cpu/translator/region-calls.ts";
import { emitTier0 } from "../../../cpu/translator/tier0.ts";
import type { FunctionBody } from "../../../cpu/wasm/body.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { I64 } from "../../../cpu/wasm/types.ts";
import { assemble } from "../assemble.ts";

const RAM = 0x1_0000;
const RAM_BYTES = 0x1_0000;

/** Virtual address of the page. */
export const PAGE = 0x1_0000;

const surroundings = (heat: number): Surroundings => ({
  hart: 64,
  ram: RAM,
  ramBytes: RAM_BYTES,
  area: RAM + RAM_BYTES,
  tlb: { sets: 4, ways: 2 },
  replacement: "lru",
  heat,
  misses: MISSES,
});

export class BareTier0 {
  readonly s: Surroundings;
  readonly memory: WebAssembly.Memory;
  readonly x: BigInt64Array;
  readonly run: () => number;
  readonly enter: (base: bigint, acc: bigint, nothing: bigint, entry: number) => bigint;
  readonly table: WebAssembly.Table;
  /** Address of the decoded page. */
  readonly page: number;
  private readonly view: DataView;

  constructor(source: string, heat = 0) {
    this.s = surroundings(heat);
    const bytes = this.s.area + areaLayout(RAM_BYTES).pages + 0x1_0000;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
    this.view = new DataView(this.memory.buffer);
    this.x = new BigInt64Array(this.memory.buffer, this.s.hart + HART_LAYOUT.x.at, HART_LAYOUT.x.count);
    this.page = this.s.area + areaLayout(RAM_BYTES).pages;
    const module = new WebAssembly.Module(emitTier0(this.s) as Uint8Array<ArrayBuffer>);
    const { exports } = new WebAssembly.Instance(module, { machine: { memory: this.memory } });
    this.run = exports.run as BareTier0["run"];
    this.enter = exports.enter as BareTier0["enter"];
    this.table = exports.table as WebAssembly.Table;
    for (const [index, word] of assemble(source, PAGE).entries()) this.write(index, word);
    this.view.setUint8(this.page + DECODED.next + ENTRY.op, OP.next);
    this.set64("page", BigInt(PAGE));
    this.set("decoded", this.page);
    this.start(0, 1000);
  }

  private write(index: number, word: number): void {
    const fields = encodeEntry(decode(word));
    const at = this.page + index * ENTRY_BYTES;
    const op = placed(fields, index);
    this.view.setUint8(at + ENTRY.op, op);
    this.view.setUint8(at + ENTRY.plain, op);
    this.view.setUint16(at + ENTRY.rd, fields.rd, true);
    this.view.setUint16(at + ENTRY.rs1, fields.rs1, true);
    this.view.setUint16(at + ENTRY.rs2, fields.rs2, true);
    this.view.setInt32(at + ENTRY.imm, fields.imm, true);
  }

  /** Makes a pair of that entry and the next. @returns whether there is such a pair */
  fuse(index: number): boolean {
    const at = this.page + index * ENTRY_BYTES;
    const op = fuse(this.view.getUint8(at + ENTRY.plain), this.view.getUint8(at + ENTRY_BYTES + ENTRY.plain));
    this.view.setUint8(at + ENTRY.op, op);
    return op !== this.view.getUint8(at + ENTRY.plain);
  }

  /** Where the next `run` begins, and with how many cycles. */
  start(index: number, cycles: number): void {
    this.set64("pc", BigInt(PAGE + 4 * index));
    this.set64("acc", BigInt(cycles) << 32n);
  }

  get(field: keyof typeof CONTEXT): number {
    return this.view.getInt32(this.s.area + CONTEXT[field], true);
  }

  set(field: keyof typeof CONTEXT, value: number): void {
    this.view.setInt32(this.s.area + CONTEXT[field], value, true);
  }

  set64(field: keyof typeof CONTEXT, value: bigint): void {
    this.view.setBigInt64(this.s.area + CONTEXT[field], value, true);
  }

  setDouble(field: keyof typeof CONTEXT, value: number): void {
    this.view.setFloat64(this.s.area + CONTEXT[field], value, true);
  }

  setScounteren(bits: number): void {
    this.view.setUint32(this.s.hart + HART_LAYOUT.csr.at + 8 * CSR_SLOT.scounteren, bits, true);
  }

  /** Cycles left, and the instruction that context.pc names, counted from the beginning of the page. */
  get left(): number {
    return this.view.getInt32(this.s.area + CONTEXT.acc + 4, true);
  }

  get at(): number {
    return (Number(this.view.getBigInt64(this.s.area + CONTEXT.pc, true)) - PAGE) / 4;
  }

  heatOf(index: number): number {
    return this.view.getUint16(this.page + index * ENTRY_BYTES + ENTRY.heat, true);
  }

  entry(index: number): number {
    return this.page + index * ENTRY_BYTES;
  }

  /** Puts a region at an entry. It takes `cycles`, and goes to that instruction for that reason, unless `write` says more. */
  region(
    index: number,
    goes: { to: number; exit: number; cycles: number },
    write?: (b: FunctionBody, enter: () => void) => void,
  ): void {
    const module = new ModuleBuilder();
    module.importMemory("machine", "memory", { minimum: 1 });
    const enter = module.importFunction("tier0", "enter", regionCall(module));
    const f = module.function(module.type([I64, I64], [I64]));
    module.exportFunction("r", f);
    const b = module.begin(f);
    b.i32_const(0);
    b.i64_const(PAGE + 4 * goes.to);
    b.i64_store(this.s.area + CONTEXT.pc);
    b.i32_const(0);
    b.i32_const(goes.exit);
    b.i32_store(this.s.area + CONTEXT.exit);
    b.local_get(b.parameter(0));
    b.i64_const(-(2 ** 32) * goes.cycles);
    b.i64_add();
    b.local_set(b.parameter(0));
    write?.(b, () => b.call(enter));
    b.local_get(b.parameter(0));
    module.end();
    const imports = { machine: { memory: this.memory }, tier0: { enter: this.enter } };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), imports);
    const slot = index + 1;
    if (slot >= REGION_SLOTS) throw new Error("the page is too long for this");
    this.table.set(slot, exports.r);
    this.view.setUint8(this.entry(index) + ENTRY.op, OP.region);
    this.view.setUint16(this.entry(index) + ENTRY.slot, slot, true);
  }
}
