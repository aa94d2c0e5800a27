import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode } from "../../cpu/decode.ts";
import { disassemble } from "../../cpu/disassemble.ts";
import { assemble } from "./assemble.ts";

const PC = 0x10078;

/** Source as assemble.ts reads it, and what is printed for it at PC. */
// biome-ignore format: a table is read in columns
const lines: [string, string][] = [
  ["addi a0, a1, -1", "addi\ta0,a1,-1"],
  ["lui a0, 0xfffff", "lui\ta0,0xfffff"],
  ["lw a0, -8(sp)", "lw\ta0,-8(sp)"],
  ["sd s0, 2047(gp)", "sd\ts0,2047(gp)"],
  ["jalr zero, 0(ra)", "jalr\tzero,0(ra)"],
  ["slli t0, t1, 63", "slli\tt0,t1,0x3f"],
  ["beq a0, a1, -120", "beq\ta0,a1,0x10000"],
  ["jal ra, 8", "jal\tra,0x10080"],
  ["csrrs a0, time, zero", "csrrs\ta0,time,zero"],
  ["csrrwi zero, 0x7c0, 5", "csrrwi\tzero,0x7c0,5"],
  ["fence rw, o", "fence\trw,o"],
  ["fence iorw, zero", "fence\tiorw,unknown"],
  ["amoadd.w.aqrl a0, a1, (a2)", "amoadd.w.aqrl\ta0,a1,(a2)"],
  ["lr.d.aq a0, (a1)", "lr.d.aq\ta0,(a1)"],
  ["sfence.vma a0, zero", "sfence.vma\ta0,zero"],
  ["ecall", "ecall"],
];

describe("reads as objdump -M no-aliases", () => {
  test.each(lines)("%s", (source, text) => {
    // "zero" in a fence's set stands for the empty one here.
    const [word] = assemble(source.replace("iorw, zero", "iorw, _"), PC);
    expect(disassemble(word!, PC)).toBe(text);
  });
});

test("a target has its symbol, as in objdump -d of an ELF file", () => {
  const [word] = assemble("jal ra, 8", PC);
  expect(disassemble(word!, PC, (address) => (address === 0x10080 ? "main+0x8" : undefined))).toBe(
    "jal\tra,10080 <main+0x8>",
  );
});

test("a target below address 0 is the address modulo 2^64", () => {
  const [word] = assemble("jal zero, -16");
  expect(disassemble(word!, 8)).toBe("jal\tzero,0xfffffffffffffff8");
  expect(disassemble(word!, 0xffff_ffff_ffff_fff8n)).toBe("jal\tzero,0xffffffffffffffe8");
});

test("what is no instruction is data, by its length", () => {
  expect(disassemble(0xffff_f07f, 0)).toBe(".4byte\t0xfffff07f");
  expect(disassemble(0x1234_0000, 0)).toBe(".2byte\t0x0");
});

test("a fence with reserved bits executes, but no text would assemble to it: it is data", () => {
  expect(disassemble(0x0ff0_808f, 0)).toBe(".4byte\t0xff0808f");
});

test("assembling what is printed for any instruction gives the same word", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (word) => {
      if (decode(word) === null || disassemble(word, 0).startsWith(".")) return;
      const text = disassemble(word, 0).replaceAll("unknown", "_");
      // A target is printed as an address, which at 0 is the distance; a negative one has 64 bits.
      const source = text.replace(/0x(f{8}[0-9a-f]{8})$/, (_all, hex: string) =>
        String(BigInt.asIntN(64, BigInt(`0x${hex}`))),
      );
      expect(assemble(source.replace("\t", " "))[0]).toBe(word >>> 0);
    }),
    { seed: 3, numRuns: 5000 },
  );
});
