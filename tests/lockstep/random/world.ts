/**
 * World: the machine that a random program runs on: code and data in RAM, address spaces over them, registers, a disk
 * with code on it. Everything follows from the shape and its random source.
 *
 * (1) `repair` and `restart` can put back whatever a program or the kernel has spoiled.
 */

import { CSR_SLOT, type Hart } from "../../../cpu/hart.ts";
import { createMachine, type Machine, MEMORY_MAP, RAM_BASE } from "../../../cpu/machine.ts";
import { frameOf, PAGE_SIZE, PTE, type VirtualAddress } from "../../../cpu/paging.ts";
import { Random } from "../../../cpu/random.ts";
import type { TranslationScheme } from "../../../cpu/satp.ts";
import { SEGMENT_SIZE } from "../../../cpu/segments.ts";
import { AddressSpace } from "../../cpu/machines.ts";
import type { Engine } from "../engines.ts";
import { type Program, randomProgram } from "./code.ts";
import {
  ALIAS,
  CODE,
  DATA,
  DATA_PAGES,
  DEVICE,
  DEVICES,
  EDGE,
  FRAMES,
  GENERATED,
  GENERATED_PAGES,
  GP,
  HIGH,
  SP,
  STACK,
  STACK_PAGES,
  SUPER,
  TABLES,
  TP,
  VALUES,
} from "./layout.ts";
import { drawShape, type Shape } from "./shape.ts";
import { NO_TABLES, SEGMENT, SegmentTables, type Tables } from "./tables.ts";

const FIRST_FRAME = frameOf(RAM_BASE);
/** Frames for the tables of one address space. */
const TABLES_APART = 24;
/** A superpage of the highest level: 512 GiB from physical address 0 on. Sv48 only. */
const HUGE = 2 ** 39;

/** A page as it is meant to be mapped. */
interface Mapping {
  readonly va: VirtualAddress;
  /** Of physical memory. */
  readonly frame: number;
  readonly flags: number;
  readonly level: number;
  /** Written as it is: without V and U being added. */
  readonly raw: boolean;
}

interface Space {
  readonly asid: number;
  readonly tables: Tables;
  readonly mappings: ReadonlyMap<VirtualAddress, Mapping>;
}

/** What a seed stands for, before there is a machine. Of equal seeds equal. */
export interface Plan {
  readonly shape: Shape;
  readonly program: Program;
  /** The program with other instructions in its slots. */
  readonly other: Uint32Array;
}

const plans = new Map<string, Plan>();

export function planOf(seed: number, scheme: TranslationScheme = "paging"): Plan {
  const key = `${seed} ${scheme}`;
  const known = plans.get(key);
  if (known !== undefined) return known;
  const random = new Random(seed);
  const shape = drawShape(seed, random, scheme);
  const program = randomProgram(shape, random);
  const other = program.words.slice();
  for (const slot of program.slots) other[slot / 4] = program.words[random.below(16)];
  plans.clear();
  const plan = { shape, program, other };
  plans.set(key, plan);
  return plan;
}

/** The mappings of one space; each has other habits. */
class MappingsOf {
  readonly made = new Map<VirtualAddress, Mapping>();

  constructor(
    private readonly shape: Shape,
    private readonly random: Random,
    private readonly space: number,
  ) {}

  private add(va: VirtualAddress, frame: number, flags: number, level = 0, raw = false): void {
    this.made.set(va, { va, frame: FIRST_FRAME + frame, flags: flags | this.extra(), level, raw });
  }

  private one<T>(choices: readonly T[]): T {
    return choices[this.random.below(choices.length)];
  }

  /** G, and A and D, which walks would set. */
  private extra(): number {
    return this.one([0, 0, PTE.A, PTE.A | PTE.D, PTE.A | PTE.D, PTE.G, PTE.G | PTE.A | PTE.D]);
  }

  all(): ReadonlyMap<VirtualAddress, Mapping> {
    this.code();
    this.data();
    this.superpages();
    if (this.shape.has.has("devices")) this.devices();
    return this.made;
  }

  private code(): void {
    const { random, shape, space } = this;
    const writable = random.below(2) === 0 ? PTE.W : 0;
    for (let page = 0; page < shape.codePages; page++) {
      const other = space > 0 && random.below(3) === 0;
      const frame = (other ? FRAMES.otherCode : FRAMES.code) + page;
      this.add(CODE + page * PAGE_SIZE, frame, PTE.R | PTE.X | writable);
      this.add(ALIAS + page * PAGE_SIZE, FRAMES.code + page, PTE.R | PTE.W | PTE.X);
      const swapped = random.below(12) === 0 ? shape.codePages - 1 - page : page;
      this.add(HIGH + page * PAGE_SIZE, FRAMES.code + swapped, random.below(4) === 0 ? PTE.X : PTE.R | PTE.X);
    }
  }

  private data(): void {
    const { random, shape, space } = this;
    for (let page = 0; page < DATA_PAGES; page++) {
      const va = DATA + page * PAGE_SIZE;
      const frame = FRAMES.data + ((page + space * this.one([0, 1, 3])) % DATA_PAGES);
      const kind = shape.has.has("faults") ? random.below(14) : 13;
      if (kind === 0) this.add(va, frame, PTE.R);
      else if (kind === 1) this.add(va, frame, PTE.X);
      else if (kind === 2) this.add(va, frame, PTE.V | PTE.R | PTE.W, 0, true);
      else if (kind === 3) this.add(va, frame, PTE.W);
      else if (kind === 4) this.add(va, 2 ** 20 + random.below(2 ** 30), PTE.R | PTE.W);
      else if (kind !== 5) this.add(va, frame, PTE.R | PTE.W | (random.below(8) === 0 ? PTE.X : 0));
    }
    for (let page = 0; page < STACK_PAGES; page++)
      this.add(STACK + page * PAGE_SIZE, FRAMES.stack + page, PTE.R | PTE.W);
    for (let page = 0; page < GENERATED_PAGES; page++)
      this.add(GENERATED + page * PAGE_SIZE, FRAMES.generated + page, PTE.R | PTE.W | PTE.X);
  }

  private superpages(): void {
    const { random, shape } = this;
    const level = 1 + random.below(2);
    this.add(SUPER, 0, PTE.R | PTE.W | PTE.X, shape.scheme === "paging" ? level : 1);
    if (isSv48(shape)) this.add(HUGE, -FIRST_FRAME, PTE.R | PTE.W | PTE.X, 3);
  }

  private devices(): void {
    const at = (pa: number) => frameOf(pa) - FIRST_FRAME;
    this.add(DEVICES, at(MEMORY_MAP.timer.base + 0xb000), PTE.R | PTE.W);
    this.add(DEVICES + PAGE_SIZE, at(MEMORY_MAP.uart0.base), PTE.R | PTE.W);
  }
}

const nothing = () => {};

export class World {
  readonly machine: Machine;
  readonly spaces: readonly Space[];
  /** The one that satp names. */
  current = 0;

  constructor(
    readonly plan: Plan,
    engine: Engine,
    /** Of the kernel as well: its state is part of what is equal. */
    readonly random: Random,
  ) {
    const { shape, other } = plan;
    this.machine = createMachine({
      ramBytes: shape.ramBytes,
      paging: shape.mode,
      tlb: shape.tlb,
      seed: shape.seed,
      engine: "reference",
      disks: shape.has.has("disk") ? [new Uint8Array(other.buffer.slice(0))] : [],
      sinks: { console: nothing, output: nothing, error: nothing },
      ...engine.config,
    });
    engine.plant?.(this.machine);
    this.spaces = Array.from({ length: shape.spaces }, (_, index) => this.space(index));
    this.fillData();
    this.restart();
  }

  get hart(): Hart {
    return this.machine.harts[0];
  }

  private space(index: number): Space {
    const { shape } = this.plan;
    const asid = this.random.below(4) === 0 ? 1 : 1 + index * this.random.below(0x7fff);
    const tables = this.tables(FIRST_FRAME + FRAMES.tables + index * TABLES_APART);
    const mappings = new Map(new MappingsOf(shape, this.random, index).all());
    if (shape.has.has("tables")) {
      const frame = frameOf(tables.pte(DATA));
      mappings.set(TABLES, { va: TABLES, frame, flags: PTE.R | PTE.W, level: 0, raw: false });
    }
    return { asid, tables, mappings };
  }

  private tables(frame: number): Tables {
    const { scheme, mode } = this.plan.shape;
    if (scheme === "bare") return NO_TABLES;
    if (scheme === "paging") return new AddressSpace(this.machine, mode, frame);
    return new SegmentTables(this.machine, scheme, frame, this.random);
  }

  private fillData(): void {
    const { u32 } = this.machine.ram;
    const first = (FRAMES.data * PAGE_SIZE) / 4;
    for (let word = 0; word < (DATA_PAGES * PAGE_SIZE) / 4; word++) u32[first + word] = this.random.next();
  }

  /** Writes RAM from outside the hart, as a kernel does. @param at offset in RAM, bytes */
  write(at: number, words: Uint32Array): void {
    const { ram } = this.machine;
    ram.u32.set(words, at / 4);
    ram.wrote(at, words.byteLength);
  }

  writeWord(at: number, word: number): void {
    this.write(at, Uint32Array.of(word));
  }

  /** Puts code in its frames: as it was made, or the other. */
  writeCode(words: Uint32Array, page: number): void {
    const part = words.subarray((page * PAGE_SIZE) / 4, ((page + 1) * PAGE_SIZE) / 4);
    this.write((FRAMES.code + page) * PAGE_SIZE, part);
  }

  /** Enters a mapping in the tables. No fence. */
  map(space: Space, { va, frame, flags, level, raw }: Mapping): void {
    if (raw) space.tables.write(space.tables.pte(va, level), frame, flags);
    else space.tables.map(va, frame * PAGE_SIZE, flags, level);
  }

  /** Puts the mapping of the page of `va` back in the present space. False: there is none. */
  repair(va: VirtualAddress): boolean {
    const space = this.spaces[this.current];
    if (space.tables instanceof SegmentTables && this.random.below(2) === 0) space.tables.restore(va);
    const mapping = space.mappings.get(Math.floor(va / PAGE_SIZE) * PAGE_SIZE);
    if (mapping !== undefined) this.map(space, mapping);
    return mapping !== undefined;
  }

  /** Everything as at the beginning, but for data and time. */
  restart(): void {
    const { program, other, shape } = this.plan;
    for (let page = 0; page < shape.codePages; page++) {
      this.writeCode(program.words, page);
      this.write(
        (FRAMES.otherCode + page) * PAGE_SIZE,
        other.subarray((page * PAGE_SIZE) / 4, ((page + 1) * PAGE_SIZE) / 4),
      );
    }
    for (const { tables } of this.spaces) if (tables instanceof SegmentTables) tables.restoreAll();
    for (const space of this.spaces) for (const mapping of space.mappings.values()) this.map(space, mapping);
    this.hart.sfenceVma();
    this.enter(this.random.below(this.spaces.length));
    this.setRegisters();
    this.hart.csr[CSR_SLOT.scounteren] = 7n;
    this.hart.csr[CSR_SLOT.sepc] = BigInt.asUintN(64, BigInt(this.entry()));
  }

  /** At any of the code's addresses. */
  entry(): VirtualAddress {
    const { entry } = this.plan.program;
    const { scheme } = this.plan.shape;
    const bases =
      scheme === "bare"
        ? [RAM_BASE + FRAMES.code * PAGE_SIZE]
        : scheme === "segments"
          ? [CODE, CODE, SUPER + FRAMES.code * PAGE_SIZE]
          : [CODE, CODE, CODE, ALIAS, SUPER + FRAMES.code * PAGE_SIZE, HIGH];
    return bases[this.random.below(bases.length)] + entry;
  }

  enter(index: number): void {
    const { asid, tables } = this.spaces[index];
    this.current = index;
    const { scheme, mode } = this.plan.shape;
    this.hart.setSatp(scheme === "paging" ? mode : scheme, asid, tables.root);
  }

  setRegisters(): void {
    const { x } = this.hart;
    const { random } = this;
    for (const register of VALUES) x[register] = randomValue(random);
    const { data, stackEnd, alias, devices } = this.places();
    const base = data[random.below(data.length)];
    x[SP] = BigInt(stackEnd - 512);
    x[GP] = BigInt(base + 2 * PAGE_SIZE + 0x800 * random.below(3));
    x[EDGE] = BigInt(base + PAGE_SIZE * (1 + random.below(DATA_PAGES)));
    x[TP] = BigInt(alias);
    x[DEVICE] = BigInt(devices);
  }

  /** Where the registers point that a program goes by. */
  private places(): { data: number[]; stackEnd: number; alias: number; devices: number } {
    const { shape } = this.plan;
    const stackEnd = STACK + STACK_PAGES * PAGE_SIZE;
    const inRam = (base: number, frame: number) => base + frame * PAGE_SIZE;
    if (shape.scheme === "bare") {
      const end = inRam(RAM_BASE, FRAMES.stack + STACK_PAGES);
      const alias = inRam(RAM_BASE, FRAMES.code);
      return { data: [inRam(RAM_BASE, FRAMES.data)], stackEnd: end, alias, devices: MEMORY_MAP.uart0.base };
    }
    if (shape.scheme === "segments") {
      const at = (segment: number) => segment * SEGMENT_SIZE;
      const data = [at(SEGMENT.data), at(SEGMENT.data), inRam(SUPER, FRAMES.data)];
      return { data, stackEnd: at(SEGMENT.stack + 1), alias: inRam(SUPER, FRAMES.code), devices: at(SEGMENT.devices) };
    }
    const data = [DATA, DATA, inRam(SUPER, FRAMES.data)];
    if (isSv48(shape)) data.push(inRam(HUGE + RAM_BASE, FRAMES.data));
    return { data, stackEnd, alias: ALIAS, devices: DEVICES + PAGE_SIZE };
  }
}

const isSv48 = ({ scheme, mode }: Shape): boolean => scheme === "paging" && mode === "sv48";

/** Values at which arithmetic changes its ways, and any others. */
export function randomValue(random: Random): bigint {
  const any = BigInt.asIntN(64, (BigInt(random.next()) << 32n) | BigInt(random.next()));
  const kind = random.below(4);
  if (kind === 0) return BigInt.asIntN(64, (1n << BigInt(random.below(64))) - BigInt(random.below(3)));
  return kind === 1 ? any >> BigInt(random.below(64)) : any;
}
