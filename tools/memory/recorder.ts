/**
 * Records the reference string of a run: the kernel and the MMU tell (kernel/vm/reference-observer.ts), the file is
 * reference-file.ts'.
 *
 * (1) A page keeps its number while it is away: by its slot of swap, or its place in its file. A new private page, and what
 *     copy-on-write made of one, has a new number.
 * (2) Code counts at every access to data: the string of an instruction in page F that loads from D is F D. Repetitions of
 *     the last page, and from the third round on of the last two, are left out: with two frames and more every policy has
 *     the same faults without them, as both pages are here and have been used. (OPT and LRU see the order that they leave.)
 *     Nothing is left out for longer than PRECISION of the process's own time: whoever asks when a page was used (working sets)
 *     gets times that are at most so much too early. A page of code is in use for as long as instructions come from it.
 * (3) Each page of a transparent huge page has a number of its own, from its first use on: no arrival is written, as the
 *     replay, which has single pages, decides itself whether that is a fault. The pool's pages are not in the string.
 * (4) Where memory is not made of pages (segments, bare) the string is what it would be if it were: a page is a place of a process,
 *     from its first use until it is unmapped, and nothing is shared. No arrival is written.
 * (5) What the replay of the same run keeps of a page (`states`) is kept here too, and written where the kernel differs from it:
 *     dirt that somebody else wrote home, a part of a file that became code.
 */
import { type Access, FETCH, STORE } from "../../cpu/access.ts";
import type { PageKey, PageKind, PageState, ReferenceObserver, SwapRoom } from "../../kernel/vm/reference-observer.ts";
import type { ReferenceFileWriter } from "./reference-file.ts";
import { type StringOrigin, SWAP_ROOMS } from "./reference-string.ts";
import type { ReplayWatcher } from "./replay.ts";

/** Cycles, 1 us. */
export const PRECISION = 1000;

const NONE = -1;
/** In pageIn: part of a huge page that nobody has used, so it has no number yet. */
const UNUSED = -2;

/** Bits of what a replay thinks of a page: replay-memory.ts. */
const STATE = { dirty: 1, stuck: 2, code: 4 } as const;

/** Events that are about a page. */
type PageEvent =
  | "gone"
  | "used"
  | "held"
  | "released"
  | "cooled"
  | "disposable"
  | "taken"
  | "stayed"
  | "dirtied"
  | "cleaned"
  | "stuck";

export class Recorder implements ReferenceObserver {
  private space = 0;
  private pages = 0;
  private names = 0;
  /** By frame index: the page in it, and the name by which it was used last. */
  private readonly pageIn: Int32Array;
  private readonly lastSpace: Int32Array;
  private readonly lastPlace: Float64Array;
  private readonly lastName: Int32Array;
  private readonly pageOfName: number[] = [];
  private readonly isNamed: boolean[] = [];
  /** By identity: pages that are, or have been, away. */
  private readonly identities = new Map<PageKey, number>();
  /** By space: names by page number. */
  private readonly spaces = new Map<number, Map<number, number>>();
  private fetched = NONE;
  /** Own time of whoever runs, up to which it is known that instructions came from there. */
  private fetchedUntil = 0;
  /** Who runs; see ReferenceObserver.running. */
  private pid = 0;
  private lead = 0;
  /** Whether the file knows who runs, and where. */
  private isTold = false;
  /** By pid: its own time as the file knows it. */
  private readonly told = new Map<number, number>();
  /** By page. */
  private readonly states: number[] = [];
  /** By frame: chosen to go. */
  private readonly isCondemned: Uint8Array;
  private room: SwapRoom | "" = "";
  private swappiness = -1;
  private readonly filter: RepetitionFilter;

  /** @param origin of the run @param watcher hears of arrivals and victims as of those of a replay @param byPlace there are no pages: (4) */
  constructor(
    private readonly file: ReferenceFileWriter,
    private readonly origin: StringOrigin,
    private readonly watcher: Pick<ReplayWatcher, "arrived" | "condemned"> = {},
    private readonly byPlace = false,
  ) {
    const { frames } = origin;
    this.pageIn = new Int32Array(frames).fill(NONE);
    this.lastSpace = new Int32Array(frames);
    this.lastPlace = new Float64Array(frames);
    this.lastName = new Int32Array(frames).fill(NONE);
    this.isCondemned = new Uint8Array(frames);
    this.filter = new RepetitionFilter((name, isWrite, time) => {
      this.tellTime(time);
      file.reference(name, isWrite);
    });
  }

  accessed(index: number, page: number, access: Access, now: number): void {
    const name = this.nameIn(index, this.space, page);
    const time = now - this.lead;
    this.fetchedSince(time);
    if (access === FETCH) this.fetched = name;
    else if (this.fetched !== NONE) this.filter.reference(this.fetched, false, time);
    if (name === NONE) return;
    if (access === STORE) this.states[this.pageOfName[name]!]! |= STATE.dirty;
    this.filter.reference(name, access === STORE, time);
  }

  trapped(now: number): void {
    this.fetchedSince(now - this.lead);
    this.fetched = NONE;
  }

  /** Instructions have come from the page up to now, though none used memory. */
  private fetchedSince(time: number): void {
    if (this.fetched !== NONE)
      for (let at = this.fetchedUntil + PRECISION; at < time; at += PRECISION)
        this.filter.reference(this.fetched, false, at);
    this.fetchedUntil = time;
  }

  touched(index: number, space: number, page: number, write: boolean, now: number | null): void {
    const name = this.nameIn(index, space, page);
    if (name === NONE) return;
    if (write) this.states[this.pageOfName[name]!]! |= STATE.dirty;
    this.filter.reference(name, write, now === null ? (this.told.get(this.pid) ?? 0) : now - this.lead);
  }

  activated(space: number): void {
    this.space = space;
    this.fetched = NONE;
    this.isTold = false;
  }

  running(pid: number, lead: number): void {
    this.lead = lead;
    if (pid === this.pid) return;
    this.pid = pid;
    this.isTold = false;
  }

  /** @param time of whoever runs, its own */
  private tellTime(time: number): void {
    const { pid, space, file } = this;
    if (!this.isTold) file.other("active", space, pid);
    this.isTold = true;
    const passed = time - (this.told.get(pid) ?? time);
    if (passed > 0) file.other("passed", passed);
    // Less than before: another process with the same number.
    if (passed !== 0 || !this.told.has(pid)) this.told.set(pid, time);
  }

  arrived(index: number, space: number, page: number, identity: PageKey, kind: PageKind, dirty: boolean): void {
    const known = this.pageIn[index]! >= 0 ? this.pageIn[index]! : this.identities.get(identity);
    const number = known ?? this.newPage(kind);
    if (identity !== "") this.identities.set(identity, number);
    this.pageIn[index] = number;
    const name = this.nameOf(number, space, page);
    this.isCondemned[index] = 0;
    this.settleCode(number, kind === "code");
    this.states[number] = (this.states[number]! & STATE.code) | (dirty ? STATE.dirty : 0);
    this.filter.flush();
    this.file.arrival(name, dirty);
    this.watcher.arrived?.(number);
  }

  mapped(index: number, space: number, page: number): void {
    if (this.pageIn[index]! >= 0) this.nameIn(index, space, page);
  }

  mappedHuge(index: number, space: number, page: number, pages: number): void {
    for (let i = 0; i < pages; i++) {
      if (this.pageIn[index + i] === NONE) this.pageIn[index + i] = UNUSED;
      this.mapped(index + i, space, page + i);
    }
  }

  collapsed(from: number, identity: PageKey, to: number): void {
    const page = this.pageIn[from]! >= 0 ? this.pageIn[from]! : this.identities.get(identity);
    this.pageIn[from] = NONE;
    if (page !== undefined) this.pageIn[to] = page;
  }

  inherited(identity: PageKey, space: number, page: number): void {
    const number = this.identities.get(identity);
    if (number !== undefined) this.nameOf(number, space, page);
  }

  /** Nothing for the file: a replay chooses its own. */
  condemned(index: number): void {
    this.isCondemned[index] = 1;
    this.watcher.condemned?.(this.pageIn[index]!);
  }

  stayed(index: number): void {
    this.isCondemned[index] = 0;
    this.tellPage("stayed", index);
  }

  evicted(index: number, identity: PageKey, advised: boolean): void {
    const page = this.pageIn[index]!;
    if (page >= 0 && identity !== "") this.identities.set(identity, page);
    if (advised) this.tellPage("gone", index);
    // Without a limit it was the policy: that is for each replay to decide.
    else if (this.origin.resident > 0 && this.isCondemned[index] === 0) this.tellPage("taken", index);
    this.leaves(index);
  }

  departed(index: number): void {
    this.tellPage("gone", index);
    this.leaves(index);
  }

  private leaves(index: number): void {
    this.pageIn[index] = NONE;
    this.isCondemned[index] = 0;
  }

  usedByCall(index: number): void {
    this.tellPage("used", index);
  }

  held(index: number): void {
    this.tellPage("held", index);
  }

  released(index: number): void {
    this.tellPage("released", index);
  }

  cooled(index: number): void {
    this.tellPage("cooled", index);
  }

  disposable(index: number): void {
    this.tellPage("disposable", index);
    if (this.pageIn[index]! >= 0) this.states[this.pageIn[index]!]! |= STATE.dirty;
  }

  cleared(index: number, space: number, page: number): void {
    const name = this.nameIn(index, space, page);
    if (name === NONE) return;
    this.filter.flush();
    this.file.other("cleared", name);
  }

  cleaned(index: number): void {
    if (this.pageIn[index]! >= 0) this.states[this.pageIn[index]!]! &= ~STATE.dirty;
  }

  looked(index: number, { dirty, stuck, code }: PageState): void {
    const page = this.pageIn[index]!;
    if (page < 0) return;
    this.settleCode(page, code);
    const now = (dirty ? STATE.dirty : 0) | (dirty && stuck ? STATE.stuck : 0);
    if ((this.states[page]! & ~STATE.code) === now) return;
    this.states[page] = (this.states[page]! & STATE.code) | now;
    this.tellPage(dirty ? (stuck ? "stuck" : "dirtied") : "cleaned", index);
  }

  conditions(room: SwapRoom, swappiness: number): void {
    if (room === this.room && swappiness === this.swappiness) return;
    this.filter.flush();
    if (room !== this.room) this.file.other("room", SWAP_ROOMS.indexOf(room));
    if (swappiness !== this.swappiness) this.file.other("swappiness", swappiness);
    this.room = room;
    this.swappiness = swappiness;
  }

  clockEnded(pid: number): void {
    this.filter.flush();
    this.file.other("clockEnds", pid);
  }

  moment(now: number, pid: number, virtual: number): void {
    this.filter.flush();
    this.file.moment(now, pid, virtual);
  }

  tick(): void {
    this.filter.flush();
    this.file.other("tick");
  }

  progressed(): void {
    this.filter.flush();
    this.file.other("progress");
  }

  forgot(space: number, first: number, last: number): void {
    const names = this.spaces.get(space);
    if (names === undefined) return;
    const places = last - first < names.size ? range(first, last) : [...names.keys()];
    for (const page of places) {
      const name = page >= first && page < last ? names.get(page) : undefined;
      if (name !== undefined) this.unname(names, page, name);
    }
  }

  ended(space: number): void {
    this.forgot(space, 0, Number.POSITIVE_INFINITY);
    this.spaces.delete(space);
  }

  moved(space: number, from: number, to: number): void {
    const names = this.spaces.get(space);
    const name = names?.get(from);
    if (names === undefined || name === undefined) return;
    names.delete(from);
    names.set(to, name);
  }

  /** The end of the run: the file is complete. */
  end(): void {
    this.filter.flush();
    this.file.end();
  }

  private settleCode(page: number, isCode: boolean): void {
    if (((this.states[page]! & STATE.code) !== 0) === isCode) return;
    this.states[page]! ^= STATE.code;
    this.filter.flush();
    this.file.other(isCode ? "becomesCode" : "becomesData", page);
  }

  private tellPage(event: PageEvent, index: number): void {
    const page = this.pageIn[index]!;
    if (page < 0) return;
    this.filter.flush();
    this.file.other(event, page);
  }

  private newPage(kind: PageKind): number {
    this.filter.flush();
    this.file.newPage(kind);
    this.states.push(kind === "code" ? STATE.code : 0);
    return this.pages++;
  }

  /** The name of what the frame holds, as seen at a place; NONE: no page of a process. */
  private nameIn(index: number, space: number, place: number): number {
    if (this.byPlace) return this.spaces.get(space)?.get(place) ?? this.nameOf(this.newPage("anonymous"), space, place);
    if (this.pageIn[index] === UNUSED) this.pageIn[index] = this.newPage("anonymous");
    const page = this.pageIn[index]!;
    if (page === NONE) return NONE;
    const last = this.lastName[index]!;
    const same = last !== NONE && this.lastPlace[index] === place && this.lastSpace[index] === space;
    if (same && this.isNamed[last] && this.pageOfName[last] === page) return last;
    const name = this.nameOf(page, space, place);
    this.lastName[index] = name;
    this.lastPlace[index] = place;
    this.lastSpace[index] = space;
    return name;
  }

  private nameOf(page: number, space: number, place: number): number {
    let names = this.spaces.get(space);
    if (names === undefined) {
      names = new Map();
      this.spaces.set(space, names);
    }
    const old = names.get(place);
    if (old !== undefined && this.pageOfName[old] === page) return old;
    if (old !== undefined) this.unname(names, place, old);
    this.filter.flush();
    this.file.other("newName", page, space, place);
    names.set(place, this.names);
    this.pageOfName.push(page);
    this.isNamed.push(true);
    return this.names++;
  }

  private unname(names: Map<number, number>, place: number, name: number): void {
    this.filter.flush();
    this.file.other("unnamed", name);
    if (this.byPlace) this.file.other("gone", this.pageOfName[name]!);
    names.delete(place);
    if (this.fetched === name) this.fetched = NONE;
    this.isNamed[name] = false;
  }
}

const range = (first: number, last: number) => Array.from({ length: last - first }, (_, i) => first + i);

/** Leaves out what changes nothing: recorder (2). */
class RepetitionFilter {
  /** The last four that were written, the latest first. */
  private last = [NONE, NONE, NONE, NONE];
  private lastWrites = [false, false];
  private lastTimes = [0, 0];
  /** The one that was referenced last, when that was left out; else NONE. */
  private latest = NONE;
  private latestTime = 0;

  /** @param out takes what is to be in the file */
  constructor(private readonly out: (name: number, isWrite: boolean, time: number) => void) {}

  /** @param time of whoever runs, its own */
  reference(name: number, isWrite: boolean, time: number): void {
    const isRepetition = this.isRepetition(name, isWrite);
    if (isRepetition && time - this.lastTimes[name === this.last[0] ? 0 : 1]! < PRECISION) {
      this.latest = name;
      this.latestTime = time;
      return;
    }
    this.settle();
    if (isRepetition && name === this.last[0]) {
      this.out(name, isWrite, time);
      this.lastTimes[0] = time;
    } else this.write(name, isWrite, time);
  }

  /** A write that is left out needs one of the same page before it. */
  private isRepetition(name: number, isWrite: boolean): boolean {
    const [a, b, c, d] = this.last;
    const alternate = a === c && b === d && b !== NONE;
    const current = this.latest === NONE ? a : this.latest;
    if (name !== current && !(alternate && (name === a || name === b))) return false;
    return !isWrite || this.lastWrites[name === a ? 0 : 1]!;
  }

  /** Something else follows. */
  flush(): void {
    this.settle();
    this.last = [NONE, NONE, NONE, NONE];
  }

  /** The one of the two that was referenced last is the last in the file too. */
  private settle(): void {
    const { latest } = this;
    this.latest = NONE;
    if (latest !== NONE && latest !== this.last[0]) this.write(latest, false, this.latestTime);
  }

  private write(name: number, isWrite: boolean, time: number): void {
    this.out(name, isWrite, time);
    const [a, b, c] = this.last;
    this.last = [name, a!, b!, c!];
    this.lastTimes = [time, this.lastTimes[0]!];
    // What the other name has written in the rounds before it has written.
    this.lastWrites = [isWrite || (name === b && this.lastWrites[1]!), this.lastWrites[0]!];
  }
}
