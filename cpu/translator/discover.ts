/**
 * Discover: from an entry to a region. Follows branches, JAL x0 and falls, not calls, as far as the limits go; what lies
 * beyond is `away`. So a tail call to a function that is near becomes a part of the region, others leave it, and so do those of
 * AUIPC and JALR.
 *
 * First code is visited, from the starts of blocks that are known, in a window of pages around the entry; then what has been visited is
 * cut into blocks. Places are indices of instructions in the window.
 *
 * (1) A place that is visited is a start, or is reached by falling from the place before and from nowhere else.
 * (2) All places of a region are within REACH of its entry, so in the window.
 * (3) The arrays are kept from region to region, cleared where they were used.
 */

import type { Insn } from "../decode.ts";
import { decodeCached } from "../decode-cache.ts";
import { INSTRUCTIONS, type Mnemonic } from "../isa.ts";
import { panic } from "../panic.ts";
import { counterRead } from "./counters.ts";
import { ENTRIES_PER_PAGE, INSTRUCTION_SHIFT } from "./layout.ts";
import { MEANINGS } from "./meaning.ts";
import { isLink } from "./operations.ts";
import type { Block, BlockEnd, Region, RegionPage, Target } from "./region.ts";

/** What regions are made from. */
export interface Code {
  /** The instruction word at `offset` in the page. Where it changes later, the region must go. */
  word(page: RegionPage, offset: number): number;
  /** The page at that distance (a multiple of 4096); null where none is mapped or known. At 0 there is one. */
  pageAt(distance: number): RegionPage | null;
  /** Whether jumps have been seen to arrive there: asked for where a jump through a register may lead. */
  isLanding(page: RegionPage, offset: number): boolean;
  /** Whether tier 1 emits the instruction within a block. Not asked for jumps and branches. */
  emits(mnemonic: Mnemonic): boolean;
}

/** Instructions of a region at most: the host's optimising compiler takes 0.1 ms for each. */
const MOST_INSTRUCTIONS = 512;
/** Starts of blocks at most, not counting those where long blocks are cut: labels nest as deep. */
const MOST_BLOCKS = 128;
/** Instructions of a block at most. A block runs only when there are cycles for all of it; the rest is left to tier 0. */
const LONGEST_BLOCK = 64;
/** Bytes that a place may lie from the entry: functions that are longer are not hot all over. A page, so that there are three. */
const REACH = 4096;
/** Bytes that a landing may lie from a jump: a switch and its cases, an interpreter's loop. */
const LANDING_REACH = 2048;

/** Distances of known targets stay small integers. */
const FARTHEST = 2 ** 29;

const STEP = 1 << INSTRUCTION_SHIFT;
const PAGE = 4096;
/** Distance of place 0, and how many places there are. */
const LOW = -PAGE;
const PLACES = 3 * ENTRIES_PER_PAGE;

/** Of a place. A block begins there; it is known what stands there; a loop begins or a call comes back there; a landing. */
const START = 1;
const VISITED = 2;
const EXPLAINED = 4;
const LANDING = 8;

/** What stands at a place. */
const PLAIN = 0;
const BRANCH = 1;
const JUMP = 2;
const CALL = 3;
const CALL_REGISTER = 4;
const JUMP_REGISTER = 5;
const LEAVE = 6;
/** In the table of kinds only: PLAIN where it reads a counter, else LEAVE. */
const CSR = 7;

const SP = 2;

const distanceOf = (place: number) => LOW + place * STEP;
const placeOf = (distance: number) => (distance - LOW) >> INSTRUCTION_SHIFT;

/** What stands where an instruction stands, regardless of its operands. */
type Kinds = Record<Mnemonic, number>;

function kindsFor(emits: Code["emits"]): Kinds {
  const kinds = {} as Kinds;
  for (const mnemonic of Object.keys(INSTRUCTIONS) as Mnemonic[]) {
    const { kind } = MEANINGS[mnemonic];
    if (kind === "branch") kinds[mnemonic] = BRANCH;
    else if (kind === "jump") kinds[mnemonic] = JUMP;
    else if (kind === "jumpRegister") kinds[mnemonic] = JUMP_REGISTER;
    else if (!emits(mnemonic)) kinds[mnemonic] = LEAVE;
    else kinds[mnemonic] = kind === "csr" ? CSR : PLAIN;
  }
  return kinds;
}

/**
 * AUIPC and JALR together, as linkers that do not relax leave calls and tail calls: the distance that they lead to; else null.
 * @param place of `insn`; `before` is the instruction before it
 */
function knownTarget(before: Insn | null, insn: Insn, place: number): number | null {
  if (before?.mnemonic !== "auipc" || insn.mnemonic !== "jalr" || before.rd !== insn.rs1 || before.rd === 0)
    return null;
  const target = distanceOf(place - 1) + ((before.imm << 12) | 0) + insn.imm;
  return target % STEP === 0 && Math.abs(target) < FARTHEST ? target : null;
}

class Discovery {
  private code!: Code;
  private emits: Code["emits"] | null = null;
  private kinds!: Kinds;
  /** The window's pages; undefined: not asked for yet. */
  private readonly pages: (RegionPage | null | undefined)[] = [];
  private readonly flags = new Uint8Array(PLACES);
  private readonly kind = new Uint8Array(PLACES);
  private readonly insns: Insn[] = new Array(PLACES).fill(null as unknown as Insn);
  /** By place: the block that begins there. */
  private readonly blockAt = new Int32Array(PLACES);
  private readonly queue = new Int32Array(PLACES);
  private queued = 0;
  /** Places that may belong to the region, and those that have flags, each with both ends. */
  private from = 0;
  private to = 0;
  private lowest = 0;
  private highest = 0;
  private instructions = 0;
  /** Of them at most. */
  private most = 0;
  private starts = 0;
  /** Places of jumps that may have landings. */
  private readonly jumps: number[] = [];

  discover(code: Code, offset: number, most: number): Region {
    const entry = placeOf(offset);
    this.most = most;
    this.begin(code, entry);
    this.target(entry, START);
    this.visitAll();
    this.land();
    const landings: number[] = [];
    const starts = this.number(entry);
    const blocks = starts.map((place, index) => {
      if ((this.flags[place] & LANDING) !== 0) landings.push(index);
      return this.block(place);
    });
    const region = { blocks, pages: this.pagesOf(blocks), landings };
    this.clear();
    return region;
  }

  private begin(code: Code, entry: number): void {
    this.code = code;
    if (code.emits !== this.emits) {
      this.kinds = kindsFor(code.emits);
      this.emits = code.emits;
    }
    this.pages.fill(undefined);
    this.pages.length = 3;
    this.from = Math.max(0, entry - REACH / STEP);
    this.to = Math.min(PLACES - 1, entry + REACH / STEP);
    this.lowest = entry;
    this.highest = entry;
    this.queued = 0;
    this.instructions = 0;
    this.starts = 0;
    this.jumps.length = 0;
  }

  private clear(): void {
    this.flags.fill(0, this.lowest, this.highest + 1);
  }

  private pageOf(place: number): RegionPage | null {
    const index = (place / ENTRIES_PER_PAGE) | 0;
    const known = this.pages[index];
    if (known !== undefined) return known;
    const page = this.code.pageAt(LOW + index * PAGE);
    if (page === null && index === 1) panic("the page of a region's entry is known", { index });
    this.pages[index] = page;
    return page;
  }

  /** Control comes to `place`, for the reason that the flag says: a block begins there, if the limits allow it. */
  private target(place: number, flag: number): void {
    if (place < this.from || place > this.to || this.pageOf(place) === null) return;
    const flags = this.flags[place];
    if ((flags & START) === 0) {
      if (this.starts === MOST_BLOCKS) return;
      this.starts++;
      if ((flags & VISITED) === 0) this.queue[this.queued++] = place;
      if (place < this.lowest) this.lowest = place;
      if (place > this.highest) this.highest = place;
    }
    this.flags[place] = flags | START | flag;
  }

  /** Visits what is queued, the first first: so what is near is in the region when a limit is reached. */
  private visitAll(): void {
    for (let next = 0; next < this.queued; next++) this.visit(this.queue[next]);
    this.queued = 0;
  }

  /** From a start to where control does not fall any further, or to code that has been visited. */
  private visit(start: number): void {
    let place = start;
    for (;;) {
      if ((this.flags[place] & VISITED) !== 0 || this.instructions === this.most) return;
      const kind = this.look(place);
      this.flags[place] |= VISITED;
      this.kind[place] = kind;
      if (place > this.highest) this.highest = place;
      if (kind === LEAVE) return;
      this.instructions++;
      if (kind !== PLAIN) {
        const before = place === start ? null : this.insns[place - 1];
        this.visitEnd(place, kind, before);
        return;
      }
      place++;
      if (place > this.to) return;
      // Blocks end where pages end.
      if (place % ENTRIES_PER_PAGE === 0) {
        this.target(place, START);
        return;
      }
    }
  }

  private visitEnd(place: number, kind: number, before: Insn | null): void {
    if (kind === JUMP_REGISTER) {
      const insn = this.insns[place];
      if (!isLink(insn.rs1) && knownTarget(before, insn, place) === null) this.jumps.push(place);
      return;
    }
    if (kind === JUMP || kind === BRANCH) {
      const { imm } = this.insns[place];
      this.target(place + (imm >> INSTRUCTION_SHIFT), imm <= 0 ? EXPLAINED : START);
    }
    if (kind === BRANCH) this.target(place + 1, START);
    if (kind === CALL || kind === CALL_REGISTER) this.target(place + 1, EXPLAINED);
  }

  /** What stands at `place`: its kind; the instruction is kept. */
  private look(place: number): number {
    const page = this.pageOf(place)!;
    const insn = decodeCached(this.code.word(page, distanceOf(place) - page.at));
    if (insn === null) return LEAVE;
    this.insns[place] = insn;
    const kind = this.kinds[insn.mnemonic];
    if (kind === CSR) return counterRead(insn) === null ? LEAVE : PLAIN;
    if (kind === JUMP || kind === BRANCH) {
      // A target where no instruction can begin is an exception of the jump.
      if (insn.imm % STEP !== 0) return LEAVE;
      return kind === JUMP && insn.rd !== 0 ? CALL : kind;
    }
    return kind === JUMP_REGISTER && insn.rd !== 0 ? CALL_REGISTER : kind;
  }

  /**
   * Looks for landings around the first jump that may have some, those behind it first, as cases follow their switch.
   * Who counts arrivals may not know from where: where a loop begins or a call comes back in code that is known, that explains
   * them. So all that a landing leads to is visited before the next one is looked for. Other places that
   * branches lead to may be landings as well: compilers share the ends of cases.
   */
  private land(): void {
    if (this.jumps.length === 0) return;
    const jump = this.jumps[0];
    const reach = LANDING_REACH / STEP;
    const last = Math.min(this.to, jump + reach);
    const first = Math.max(this.from, jump - reach);
    for (let place = jump + 1; place <= last && this.landAt(place); place++);
    for (let place = jump; place >= first && this.landAt(place); place--);
  }

  /** @returns whether it makes sense to look any further on that side */
  private landAt(place: number): boolean {
    const flags = this.flags[place];
    if ((flags & EXPLAINED) !== 0) return true;
    const page = this.pageOf(place);
    if (page === null || !this.code.isLanding(page, distanceOf(place) - page.at)) return true;
    if ((flags & VISITED) === 0 && this.isPrologue(place)) return false;
    this.target(place, LANDING);
    this.visitAll();
    return this.starts < MOST_BLOCKS && this.instructions < this.most;
  }

  /** Whether a function begins there that makes room on the stack. */
  private isPrologue(place: number): boolean {
    if (this.look(place) === LEAVE) return false;
    const { mnemonic, rd, rs1, imm } = this.insns[place];
    return mnemonic === "addi" && rd === SP && rs1 === SP && imm < 0;
  }

  /** Numbers the blocks: the entry, then by their places. Long ones are cut. @returns the places of their starts */
  private number(entry: number): number[] {
    const { flags, blockAt } = this;
    const places = [entry];
    let length = 0;
    for (let place = this.lowest; place <= this.highest; place++) {
      if ((flags[place] & VISITED) === 0) continue;
      if ((flags[place] & START) !== 0 || length === LONGEST_BLOCK) {
        flags[place] |= START;
        length = 0;
        blockAt[place] = place === entry ? 0 : places.length;
        if (place !== entry) places.push(place);
      }
      length++;
    }
    return places;
  }

  private block(start: number): Block {
    const insns: Insn[] = [];
    let place = start;
    do {
      if (this.kind[place] !== PLAIN)
        return { at: distanceOf(start), insns, end: this.end(place, insns.at(-1) ?? null) };
      insns.push(this.insns[place]);
      place++;
    } while (place < PLACES && (this.flags[place] & (START | VISITED)) === VISITED);
    return { at: distanceOf(start), insns, end: { kind: "goto", to: this.towards(place), jump: false } };
  }

  /** @param before the instruction before, in the same block */
  private end(place: number, before: Insn | null): BlockEnd {
    const insn = this.insns[place];
    const known = knownTarget(before, insn, place);
    switch (this.kind[place]) {
      case BRANCH: {
        const taken = this.towards(place + (insn.imm >> INSTRUCTION_SHIFT));
        return { kind: "branch", insn, taken, next: this.towards(place + 1) };
      }
      case JUMP:
        return { kind: "goto", to: this.towards(place + (insn.imm >> INSTRUCTION_SHIFT)), jump: true };
      case CALL:
        return { kind: "call", insn, callee: distanceOf(place) + insn.imm, back: this.towards(place + 1) };
      case CALL_REGISTER:
        if (known !== null) return { kind: "call", insn, callee: known, back: this.towards(place + 1) };
        return { kind: "callRegister", insn, back: this.towards(place + 1) };
      case JUMP_REGISTER:
        if (known !== null) return { kind: "goto", to: this.towards(placeOf(known)), jump: true };
        return { kind: "jumpRegister", insn, isReturn: isLink(insn.rs1) };
      default:
        return { kind: "leave" };
    }
  }

  private towards(place: number): Target {
    const isBlock = place >= 0 && place < PLACES && (this.flags[place] & (START | VISITED)) === (START | VISITED);
    return isBlock ? { block: this.blockAt[place] } : { away: distanceOf(place) };
  }

  /** The pages that blocks lie in, the entry's first. */
  private pagesOf(blocks: readonly Block[]): RegionPage[] {
    const used = [false, false, false];
    for (const { at } of blocks) used[(at - LOW) >> 12] = true;
    return [1, 0, 2].filter((index) => used[index]).map((index) => this.pages[index]!);
  }
}

const discovery = new Discovery();

/**
 * The region whose first instruction lies at `offset` in the page at distance 0. Its only block may be empty and `leave` at once. Not reentrant.
 * @param most instructions at most
 */
export function discover(code: Code, offset: number, most = MOST_INSTRUCTIONS): Region {
  return discovery.discover(code, offset, most);
}
