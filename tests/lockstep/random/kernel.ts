/**
 * Kernel: what handles the traps of a random program. It repairs, skips, changes page tables, code, registers and address
 * spaces, with the fences that it should make and without: whatever it does, both engines must do the same afterwards.
 *
 * (1) It decides by the state of its machine and its own random source, which are equal in both.
 * (2) A program that gets nowhere is begun again.
 */

import { DISK, DISK_COMMAND } from "../../../cpu/devices/disk.ts";
import { INTERRUPT_CONTROLLER } from "../../../cpu/devices/interrupt-controller.ts";
import { TIMER } from "../../../cpu/devices/timer.ts";
import { CSR_SLOT, csrNumber, scauseCode, scauseIsInterrupt } from "../../../cpu/hart.ts";
import { type Machine, MEMORY_MAP } from "../../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../../cpu/paging.ts";
import { CAUSE, INTERRUPT } from "../../../cpu/trap.ts";
import { ALIAS, CODE, DATA, DATA_PAGES, FRAMES, HIGH, RA, SUPER } from "./layout.ts";
import { SegmentTables } from "./tables.ts";
import { randomValue, type World } from "./world.ts";

const CYCLES_PER_TICK = 100;
/** Instructions between two traps with which a program gets on. */
const HEADWAY = 30;
/** Traps without headway after which everything begins again. */
const PATIENCE = 25;
/** Ticks between timer interrupts where they are not what a case is about: they get it out of loops without end. */
const RARELY = 2500;
/** Instructions after which a program may begin again. */
const LONG = 100_000;

/** All that a kernel knows beside what its machine does. */
export interface KernelState {
  readonly random: Uint32Array;
  readonly current: number;
  readonly counts: readonly number[];
}

export class Kernel {
  /** Traps without headway, and instret at the last trap. */
  private streak = 0;
  private last = 0;
  /** instret at the last beginning. */
  private begun = 0;
  traps = 0;
  restarts = 0;
  /** Cycles by which the next timer interrupt is shifted, where they come often. */
  private phase = 0;

  constructor(readonly world: World) {
    const { machine } = world;
    const { sie } = CSR_SLOT;
    const { has } = world.plan.shape;
    machine.harts[0].csr32[2 * sie] = (1 << INTERRUPT.timer) | (has.has("disk") ? 1 << INTERRUPT.external : 0);
    if (has.has("disk")) this.register("interruptController", INTERRUPT_CONTROLLER.enable, 1 << MEMORY_MAP.disk0.irq);
    this.setTimer();
  }

  save(): KernelState {
    const { streak, last, begun, traps, restarts, phase } = this;
    const { random, current } = this.world;
    return { random: random.state.slice(), current, counts: [streak, last, begun, traps, restarts, phase] };
  }

  restore({ random, current, counts }: KernelState): void {
    this.world.random.state.set(random);
    this.world.current = current;
    [this.streak, this.last, this.begun, this.traps, this.restarts, this.phase] = counts;
  }

  private get random() {
    return this.world.random;
  }

  private get machine(): Machine {
    return this.world.machine;
  }

  private register(device: keyof typeof MEMORY_MAP, offset: number, value: number): void {
    this.machine.bus.write(MEMORY_MAP[device].base + offset, 4, value);
  }

  /** The next timer interrupt: long hence; or soon, or where they drift through the program cycle by cycle. */
  private setTimer(): void {
    const { shape } = this.world.plan;
    const now = Math.floor(this.machine.clock.cycles / CYCLES_PER_TICK);
    const drifts = shape.has.has("timer") && shape.seed % 2 === 0;
    const soon = this.random.below(3) === 0 ? this.random.below(3) : this.random.below(200);
    const late = shape.has.has("timer") ? soon : this.random.below(RARELY);
    // Interrupts come at any phase, not only where ticks begin.
    this.machine.clock.charge(drifts ? this.phase++ % CYCLES_PER_TICK : this.random.below(CYCLES_PER_TICK));
    this.register("timer", TIMER.mtimecmp + 4, 0);
    this.register("timer", TIMER.mtimecmp, now + (drifts ? 4 : late));
  }

  handle(): void {
    const { hart } = this.world;
    this.traps++;
    const { instret } = hart.counters;
    this.streak = instret - this.last < HEADWAY ? this.streak + 1 : 0;
    this.last = instret;
    if (scauseIsInterrupt(hart)) this.interrupt(scauseCode(hart));
    else if (this.streak > PATIENCE) this.restart();
    else this.exception(scauseCode(hart));
  }

  /** The program has run for long: it may be in a loop without end, or far from what it was. */
  private stuck(): boolean {
    return this.last - this.begun > LONG && this.random.below(4) === 0;
  }

  private restart(): void {
    this.restarts++;
    this.begun = this.last;
    this.streak = 0;
    this.world.restart();
  }

  private interrupt(code: number): void {
    if (code === INTERRUPT.timer) this.setTimer();
    else this.diskDone();
    if (this.random.below(4) === 0) this.change();
    if (this.stuck()) this.restart();
  }

  private diskDone(): void {
    const claim = this.machine.bus.read(MEMORY_MAP.interruptController.base + INTERRUPT_CONTROLLER.claim, 4);
    if (claim === MEMORY_MAP.disk0.irq) this.register("disk0", DISK.acknowledge, 1);
    this.register("interruptController", INTERRUPT_CONTROLLER.claim, claim);
  }

  private exception(code: number): void {
    const { hart } = this.world;
    const va = csrNumber(hart, CSR_SLOT.stval);
    switch (code) {
      case CAUSE.environmentCall:
        this.change();
        this.skip();
        return;
      case CAUSE.instructionPageFault:
      case CAUSE.instructionAccessFault:
        this.lost(va);
        return;
      case CAUSE.loadPageFault:
      case CAUSE.storePageFault:
        this.fault(va);
        return;
      default:
        if (this.random.below(8) === 0) this.change();
        this.skip();
    }
  }

  private skip(): void {
    const { csr } = this.world.hart;
    csr[CSR_SLOT.sepc] = BigInt.asUintN(64, csr[CSR_SLOT.sepc] + 4n);
  }

  /** There is no code: repair the page, go back to the caller, or begin again. */
  private lost(va: number): void {
    const { hart } = this.world;
    if (this.random.below(4) > 0 && this.world.repair(signed(va))) this.fence(signed(va));
    else if (this.random.below(3) > 0) hart.csr[CSR_SLOT.sepc] = BigInt.asUintN(64, hart.x[RA]);
    else this.restart();
  }

  private fault(va: number): void {
    if (this.random.below(2) === 0 && this.world.repair(signed(va))) this.fence(signed(va));
    if (this.random.below(4) > 0) this.skip();
    if (this.random.below(16) === 0) this.change();
  }

  /** The fence of a page, sometimes another one, sometimes none. */
  private fence(va: number): void {
    const { hart, spaces, current } = this.world;
    const { asid } = spaces[current];
    const kind = this.random.below(8);
    if (kind < 4) hart.sfenceVma(va);
    else if (kind === 4) hart.sfenceVma(va, asid);
    else if (kind === 5) hart.sfenceVma(undefined, asid);
    else if (kind === 6) hart.sfenceVma();
  }

  /** Does one of the things that kernels do. */
  private change(): void {
    const { has } = this.world.plan.shape;
    if (has.has("swaps") && this.random.below(4) > 0) {
      this.swapCode();
      return;
    }
    const changes = [...ALWAYS, ...(has.has("spaces") ? OF_SPACES : []), ...(this.hasSegments ? OF_SEGMENTS : [])];
    changes[this.random.below(changes.length)].call(this);
  }

  private get hasSegments(): boolean {
    const { tables } = this.world.spaces[0];
    return tables instanceof SegmentTables;
  }

  /** Another descriptor, mostly with a fence. */
  changeDescriptor(): void {
    const { spaces } = this.world;
    const { tables } = spaces[this.random.below(spaces.length)];
    if (tables instanceof SegmentTables) tables.change();
    this.fence(CODE);
  }

  nothing(): void {}

  someFence(): void {
    this.fence(this.somePage());
  }

  private somePage(): number {
    const { random, world } = this;
    const pages = world.plan.shape.codePages;
    const bases = [
      DATA + PAGE_SIZE * random.below(DATA_PAGES),
      SUPER,
      ...[CODE, ALIAS, HIGH].map((base) => base + PAGE_SIZE * random.below(pages)),
    ];
    return bases[random.below(bases.length)];
  }

  /** A word of the code, or a page. */
  changeCode(): void {
    const { random, world } = this;
    const { program, other, shape } = world.plan;
    const page = random.below(shape.codePages);
    const kind = random.below(4);
    if (kind === 0) world.writeCode(program.words, page);
    else if (kind === 1) world.writeCode(other, page);
    else if (program.slots.length > 0) {
      const slot = program.slots[random.below(program.slots.length)];
      world.writeWord(FRAMES.code * PAGE_SIZE + slot, (random.below(2) === 0 ? program.words : other)[slot / 4]);
    }
  }

  changeRegisters(): void {
    const { hart } = this.world;
    const register = 10 + this.random.below(8);
    hart.x[register] = randomValue(this.random);
    if (this.random.below(8) === 0) hart.csr32[2 * CSR_SLOT.scounteren] = this.random.below(8);
  }

  receive(): void {
    this.machine.uarts[0].receive(Uint8Array.of(this.random.below(256)));
  }

  readDisk(): void {
    const { random, world } = this;
    const { shape } = world.plan;
    if (!shape.has.has("disk")) return;
    const sectors = (shape.codePages * PAGE_SIZE) / 512;
    const sector = random.below(sectors);
    const count = 1 + random.below(Math.min(4, sectors - sector));
    const frame = random.below(4) === 0 ? FRAMES.data : FRAMES.code;
    this.register("disk0", DISK.sector, sector);
    this.register("disk0", DISK.count, count);
    this.register("disk0", DISK.addressLow, this.machine.ram.base + frame * PAGE_SIZE + sector * 512);
    this.register("disk0", DISK.command, DISK_COMMAND.read);
  }

  switchSpace(): void {
    const { world, random } = this;
    world.enter(random.below(world.spaces.length));
    if (random.below(4) === 0) world.hart.sfenceVma();
  }

  /** Another frame, other permissions, A and D cleared, or no mapping at all, in some space. */
  changeMapping(): void {
    const { world, random } = this;
    const space = world.spaces[random.below(world.spaces.length)];
    const mapping = space.mappings.get(this.somePage());
    if (mapping === undefined) return;
    const { va, level } = mapping;
    const kind = random.below(6);
    if (kind === 0) space.tables.write(space.tables.pte(va, level), 0, 0);
    else if (kind === 1) world.map(space, { ...mapping, flags: mapping.flags & ~(PTE.A | PTE.D) });
    else if (kind === 2) world.map(space, { ...mapping, flags: mapping.flags & ~(PTE.W | PTE.D) });
    else if (kind === 3 && level === 0) world.map(space, { ...mapping, frame: mapping.frame ^ 1 });
    else if (kind === 4 && level === 0) this.moveFrame(va);
    else world.map(space, mapping);
    this.fence(va);
  }

  /** One page of the code becomes that of the other program, or again what it was: the code around it stays. */
  swapCode(): void {
    const { world, random } = this;
    const space = world.spaces[world.current];
    const page = random.below(world.plan.shape.codePages);
    const mapping = space.mappings.get([CODE, ALIAS, HIGH][random.below(3)] + page * PAGE_SIZE);
    if (mapping === undefined) return;
    const first = this.machine.ram.base / PAGE_SIZE;
    world.map(space, { ...mapping, frame: first + page + (random.below(2) === 0 ? FRAMES.code : FRAMES.otherCode) });
    this.fence(mapping.va);
  }

  /** Copies a page to another frame and maps that, as swapping or copy-on-write does; what was there is overwritten. */
  private moveFrame(va: number): void {
    const { world, machine } = this;
    const space = world.spaces[world.current];
    const mapping = space.mappings.get(va);
    if (mapping === undefined) return;
    const from = mapping.frame - machine.ram.base / PAGE_SIZE;
    if (!(from >= 0 && from < FRAMES.spare)) return;
    const to = FRAMES.spare + this.random.below(16);
    world.write(to * PAGE_SIZE, machine.ram.u32.slice((from * PAGE_SIZE) / 4, ((from + 1) * PAGE_SIZE) / 4));
    world.map(space, { ...mapping, frame: machine.ram.base / PAGE_SIZE + to });
  }
}

const ALWAYS = [
  Kernel.prototype.nothing,
  Kernel.prototype.nothing,
  Kernel.prototype.someFence,
  Kernel.prototype.changeCode,
  Kernel.prototype.changeRegisters,
  Kernel.prototype.receive,
  Kernel.prototype.readDisk,
];

const OF_SPACES = [
  Kernel.prototype.switchSpace,
  Kernel.prototype.switchSpace,
  Kernel.prototype.swapCode,
  Kernel.prototype.swapCode,
  Kernel.prototype.changeMapping,
  Kernel.prototype.changeMapping,
  Kernel.prototype.changeMapping,
];

const OF_SEGMENTS = [Kernel.prototype.changeDescriptor, Kernel.prototype.changeDescriptor];

/** stval is unsigned; addresses here are as the hart has them. */
function signed(va: number): number {
  return va >= 2 ** 63 ? va - 2 ** 64 : va;
}
