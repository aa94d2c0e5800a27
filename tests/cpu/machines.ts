/** Machines for the processor's tests: bare ones, and ones with a little address space that the test describes. */

import { ENGINES, type EngineName } from "../../cpu/engines.ts";
import { CSR_SLOT, type Hart } from "../../cpu/hart.ts";
import { createMachine, type Machine, type MachineConfig, RAM_BASE } from "../../cpu/machine.ts";
import {
  frameOf,
  PAGE_SIZE,
  PAGING,
  type PagingMode,
  PTE,
  pteAddress,
  pteFrame,
  pteHigh,
  pteLow,
} from "../../cpu/paging.ts";
import { assemble } from "./assemble.ts";

const nothing = () => {};

declare global {
  /** Set by a browser page, which has no environment, for each of its engines. */
  var QUIRE_ENGINE: string | undefined;
}

/** The engine on which the processor's tests run: QUIRE_ENGINE of the environment, or the default one. */
function chosenEngine(): EngineName {
  const name = globalThis.QUIRE_ENGINE ?? globalThis.process?.env.QUIRE_ENGINE ?? "translator";
  const engine = ENGINES.find((engine) => engine === name);
  if (engine === undefined)
    throw new Error(`QUIRE_ENGINE: there is no engine ${name}; there are ${ENGINES.join(", ")}`);
  return engine;
}

export function machine(config: Partial<MachineConfig> = {}): Machine {
  return createMachine({
    ramBytes: 4 * 1024 * 1024,
    paging: "sv48",
    tlb: { sets: 16, ways: 4 },
    seed: 1,
    engine: chosenEngine(),
    disks: [],
    sinks: { console: nothing, output: nothing, error: nothing },
    ...config,
    // Small programs are to run on the engine that they are to test.
    translation: { start: 0, ...config.translation },
  });
}

/** Puts `source` at the beginning of RAM and sepc on it; translation is off. */
export function bareMachine(source: string, config: Partial<MachineConfig> = {}): Machine {
  const m = machine(config);
  m.ram.u32.set(assemble(source, RAM_BASE));
  m.harts[0]!.csr[CSR_SLOT.sepc] = BigInt(RAM_BASE);
  return m;
}

/** Page tables in the RAM of a machine, built by hand. Tables are taken from the frames that follow `nextFrame`. */
export class AddressSpace {
  readonly root: number;

  constructor(
    readonly m: Machine,
    readonly mode: PagingMode = "sv48",
    private nextFrame = frameOf(RAM_BASE) + 64,
  ) {
    this.root = this.nextFrame++;
  }

  private offset(pa: number): number {
    return (pa - RAM_BASE) / 4;
  }

  /** Physical address of the PTE of `va` at `level`, making the tables above it. */
  pte(va: number, level = 0): number {
    const { u32 } = this.m.ram;
    let table = this.root;
    for (let above = PAGING[this.mode].levels - 1; above > level; above--) {
      const at = this.offset(pteAddress(table, va, above));
      if ((u32[at]! & PTE.V) === 0) this.write(pteAddress(table, va, above), this.nextFrame++, PTE.V);
      table = pteFrame(u32[at]!, u32[at + 1]!);
    }
    return pteAddress(table, va, level);
  }

  write(pte: number, frame: number, flags: number): void {
    this.m.ram.u32[this.offset(pte)] = pteLow(frame, flags);
    this.m.ram.u32[this.offset(pte) + 1] = pteHigh(frame);
  }

  /** Maps the page of `va` at `level` to physical address `pa`. V and U are added to the flags. */
  map(va: number, pa: number, flags: number, level = 0): void {
    this.write(this.pte(va, level), frameOf(pa), flags | PTE.V | PTE.U);
  }

  /** The low half of the PTE of `va`. */
  flags(va: number, level = 0): number {
    return this.m.ram.u32[this.offset(this.pte(va, level))]!;
  }

  activate(asid = 0): void {
    this.m.harts[0]!.setSatp(this.mode, asid, this.root);
  }
}

/** Runs `source` at virtual address `at`, mapped there one to one with the frames from the beginning of RAM on. */
export function pagedMachine(
  source: string,
  at = 0x10000,
  config: Partial<MachineConfig> = {},
): { m: Machine; space: AddressSpace } {
  const m = machine(config);
  const space = new AddressSpace(m, m.config.paging);
  const words = assemble(source, at);
  m.ram.u32.set(words);
  for (let offset = 0; offset < 4 * words.length; offset += PAGE_SIZE)
    space.map(at + offset, RAM_BASE + offset, PTE.R | PTE.X);
  space.activate();
  m.harts[0]!.csr[CSR_SLOT.sepc] = BigInt(at);
  return { m, space };
}

/** The cause, address and place of the last trap. */
export function trapOf(hart: Hart): { cause: bigint; stval: bigint; sepc: bigint } {
  const { csr } = hart;
  return { cause: csr[CSR_SLOT.scause]!, stval: csr[CSR_SLOT.stval]!, sepc: csr[CSR_SLOT.sepc]! };
}

/** Runs until a trap; fails when none comes. */
export function runToTrap(m: Machine, limit = 10_000_000): ReturnType<typeof trapOf> {
  const stop = m.run(Number.MAX_SAFE_INTEGER, m.harts[0]!.counters.instret + limit);
  if (stop !== "trap") throw new Error(`no trap within ${limit} instructions: ${stop}`);
  return trapOf(m.harts[0]!);
}
