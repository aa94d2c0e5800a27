/** Random RV64IMA instructions leave the same registers and memory as under qemu-riscv64. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { RAM_BASE } from "../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import { Random } from "../../cpu/random.ts";
import { CAUSE } from "../../cpu/trap.ts";
import { AddressSpace, machine, runToTrap } from "../cpu/machines.ts";
import { type RandomProgram, randomProgram } from "./random-program.ts";
import { outputOf, testWith } from "./tools.ts";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const SEQUENCES = 500;
const LENGTH = 60;

/** A static ELF64 file of one segment with all permissions, entered at its beginning. */
function elfFile({ layout, image }: RandomProgram): Uint8Array {
  const headers = 64 + 56;
  const file = new Uint8Array(PAGE_SIZE + image.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const halves: [number, number][] = [
    [16, 2],
    [18, 243],
    [52, 64],
    [54, 56],
    [56, 1],
    [58, 64],
  ];
  for (const [at, value] of halves) view.setUint16(at, value, true);
  view.setUint32(20, 1, true);
  view.setUint32(64, 1, true);
  view.setUint32(68, 7, true);
  const doubles: [number, number][] = [
    [24, layout.code],
    [32, 64],
    [72, PAGE_SIZE],
    [80, layout.code],
    [88, layout.code],
    [96, image.length],
    [104, image.length],
    [112, PAGE_SIZE],
  ];
  for (const [at, value] of doubles) view.setBigUint64(at, BigInt(value), true);
  if (headers > PAGE_SIZE) throw new Error("the headers fill one page");
  file.set(image, PAGE_SIZE);
  return file;
}

function underQemu(program: RandomProgram): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "quire-qemu-"));
  const path = join(folder, "program");
  try {
    writeFileSync(path, elfFile(program));
    chmodSync(path, 0o755);
    return outputOf("qemu-riscv64", [path]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same bytes from our machine: run to the first system call, then look at what it would write. */
function underQuire({ layout, image, outputBytes }: RandomProgram): Uint8Array {
  const m = machine({ ramBytes: 16 * 1024 * 1024 });
  const space = new AddressSpace(m, "sv48", RAM_BASE / PAGE_SIZE + 2048);
  m.ram.u8.set(image);
  for (let at = 0; at < image.length; at += PAGE_SIZE) {
    space.map(layout.code + at, RAM_BASE + at, PTE.R | PTE.W | PTE.X);
  }
  space.activate();
  m.harts[0]!.csr[CSR_SLOT.sepc] = BigInt(layout.code);
  expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.environmentCall) });
  const from = layout.scratch - layout.code;
  return m.ram.u8.slice(from, from + outputBytes);
}

for (const seed of SEEDS) {
  testWith(
    ["qemu-riscv64"],
    `${SEQUENCES * LENGTH} random instructions of seed ${seed} do what they do under qemu-riscv64`,
    () => {
      const program = randomProgram(new Random(seed), SEQUENCES, LENGTH);
      const theirs = underQemu(program);
      const ours = underQuire(program);
      expect(theirs.length).toBe(program.outputBytes);
      const different = ours.findIndex((byte, at) => byte !== theirs[at]);
      expect(different, `first different byte of the output, seed ${seed}`).toBe(-1);
    },
  );
}
