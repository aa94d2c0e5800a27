/**
 * A reference string run again, in memory of another size and under another policy: the kernel's own policies behind the
 * kernel's own limit (kernel/vm/resident-limit.ts). The recorded run itself, with its own policy and limit, gives its own
 * arrivals and victims again.
 *
 * (1) A page that an event names and that is not here arrives: a fault. Who is here is a hit, and costs one comparison.
 * (2) `fresh`, the pages that may not go yet, is the run's own where the run had the same arrival; an arrival that the run
 *     did not have stands for itself, as in the textbooks.
 * (3) What the recorded run did for want of RAM or of slots of swap (`taken`, `stayed`, full swap) is done again by the replay of
 *     that very run only: other sizes have room.
 */
import { deactivate, frameEnters, isPolicys, treatAsDisposable } from "../../kernel/vm/page-lists.ts";
import { REPLACEMENT_POLICIES } from "../../kernel/vm/replacement-policies.ts";
import { arriveUnderLimit } from "../../kernel/vm/resident-limit.ts";
import type { VmPolicies } from "../../kernel/vm/types.ts";
import { EVENT, EVENT_BITS, type ReferenceString, SWAP_ROOMS } from "./reference-string.ts";
import { GIVEN_UP, ReplayMemory, WRITTEN } from "./replay-memory.ts";
import { WsclockMemory } from "./wsclock-memory.ts";

/** Hears of what a replay does, in order. */
export interface ReplayWatcher {
  /** The page was not here. Its victims, if any, were told before. */
  arrived?(page: number): void;
  condemned?(page: number): void;
  /** After each read and write, by its number from 0. @param here by page: 1 where it is in RAM */
  referenced?(index: number, page: number, here: Uint8Array): void;
}

/**
 * @returns arrivals: faults that brought a page. @param frames pages that may be here at once
 * @param byScan wsclock looks at all pages each time, as in the kernel, instead of at those that matter: slow, with the same victims
 */
export function replay(
  string: ReferenceString,
  replacement: VmPolicies["replacement"],
  frames: number,
  watcher: ReplayWatcher = {},
  byScan = false,
): number {
  const onCondemned = (page: number) => watcher.condemned?.(page);
  const memory =
    replacement === "wsclock" && !byScan
      ? new WsclockMemory(string, frames, onCondemned)
      : new ReplayMemory(string, REPLACEMENT_POLICIES[replacement], replacement, frames, onCondemned);
  const run = new Replay(string, memory, watcher);
  run.all();
  return run.arrivals;
}

class Replay {
  arrivals = 0;
  private references = 0;
  /** By page: names that it has now, once it has had one; and by name whether it is one of them. */
  private readonly named: Int32Array;
  private readonly isNamed: Uint8Array;
  /** By page: kept by a lock. */
  private readonly held: Uint8Array;
  /** The policy and the limit are those of the recorded run. */
  private readonly isOwn: boolean;

  constructor(
    private readonly string: ReferenceString,
    private readonly memory: ReplayMemory,
    private readonly watcher: ReplayWatcher,
  ) {
    this.named = new Int32Array(string.kinds.length);
    this.isNamed = new Uint8Array(string.pageOfName.length);
    this.held = new Uint8Array(string.kinds.length);
    this.isOwn =
      string.origin.replacement === memory.vm.policies.replacement &&
      string.origin.resident === memory.vm.reclaim.resident;
  }

  /** The common case, a reference to a page that is here, is decided in this loop. */
  all(): void {
    const { codes, pageOfName } = this.string;
    const { memory } = this;
    const { here, accessed } = memory;
    const watched = this.watcher.referenced !== undefined;
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!;
      const event = code & ((1 << EVENT_BITS) - 1);
      const argument = code >> EVENT_BITS;
      if (event === EVENT.read && here[pageOfName[argument]!] === 1 && !watched) {
        if (accessed[argument] !== memory.stamp) memory.access(argument);
      } else if (event <= EVENT.write) this.reference(argument, event === EVENT.write);
      else this.other(event, argument);
    }
  }

  private reference(name: number, isWrite: boolean): void {
    const { memory } = this;
    const page = this.string.pageOfName[name]!;
    if (memory.here[page] === 0) {
      memory.vm.reclaim.fresh.length = 0;
      this.name(name);
      this.arrive(page, this.string.kinds[page] === "anonymous");
    }
    if (memory.accessed[name] !== memory.stamp) memory.access(name);
    if (isWrite) {
      memory.dirty[page] = 1;
      if (memory.disposable[page] === GIVEN_UP) memory.disposable[page] = WRITTEN;
    }
    this.watcher.referenced?.(this.references++, page, memory.here);
  }

  private arrive(page: number, dirty: boolean): void {
    const { memory } = this;
    memory.takeReferenced(page);
    arriveUnderLimit(memory, memory.policy, page, memory.isFile(page));
    memory.entered(page);
    memory.here[page] = 1;
    memory.dirty[page] = dirty ? 1 : 0;
    this.arrivals++;
    this.watcher.arrived?.(page);
  }

  private name(name: number): void {
    if (this.isNamed[name] === 1) return;
    this.isNamed[name] = 1;
    this.named[this.string.pageOfName[name]!]!++;
  }

  private other(event: number, argument: number): void {
    const { memory, string } = this;
    if (event === EVENT.moment) this.tellMoment(argument);
    else if (event === EVENT.tick) memory.policy.sample?.(memory);
    else if (event === EVENT.progress) memory.vm.reclaim.fresh.length = 0;
    else if (event === EVENT.named) this.name(argument);
    else if (event === EVENT.unnamed) this.unname(argument);
    else if (event === EVENT.arrives || event === EVENT.arrivesDirty) {
      this.name(argument);
      const page = string.pageOfName[argument]!;
      if (memory.here[page] === 0) this.arrive(page, event === EVENT.arrivesDirty);
    } else if (event >= EVENT.becomesCode) this.learn(event, argument);
    else if (event === EVENT.stayed) this.stay(argument);
    else if (memory.here[argument] === 1) this.change(event, argument);
  }

  /** What is so whether or not the page is here. */
  private learn(event: number, argument: number): void {
    const { memory } = this;
    const { reclaim, settings } = memory.vm;
    if (event === EVENT.becomesCode) memory.code[argument] = 1;
    else if (event === EVENT.becomesData) memory.code[argument] = 0;
    else if (event === EVENT.cleared) {
      memory.forgetAccess(argument);
      memory.takeReferenced(this.string.pageOfName[argument]!);
    } else if (event === EVENT.room) {
      const room = SWAP_ROOMS[argument]!;
      reclaim.room = room === "room" || (room === "full" && !this.isOwn);
    } else if (event === EVENT.swappiness) settings.swappiness = argument;
    else if (event === EVENT.clockEnds) reclaim.virtual.delete(argument);
  }

  private stay(page: number): void {
    const { memory } = this;
    if (!this.isOwn || memory.here[page] === 1) return;
    memory.here[page] = 1;
    frameEnters(memory, page, memory.isFile(page));
    memory.entered(page);
  }

  private tellMoment(index: number): void {
    const { reclaim } = this.memory.vm;
    const { now, pid, virtual } = this.string.moments;
    reclaim.now = now[index]!;
    reclaim.running = pid[index]!;
    if (pid[index]! > 0) reclaim.virtual.set(pid[index]!, virtual[index]!);
  }

  /** The last name takes the page along: it may have left the recorded run's RAM before, but not this one's. */
  private unname(name: number): void {
    const { memory } = this;
    const page = this.string.pageOfName[name]!;
    memory.forgetAccess(name);
    if (this.isNamed[name] === 0) return;
    this.isNamed[name] = 0;
    if (--this.named[page]! > 0 || memory.here[page] === 0) return;
    memory.leave(page);
    this.held[page] = 0;
  }

  /** Something happens to a page that is here. */
  private change(event: number, page: number): void {
    const { memory } = this;
    const listed = isPolicys(memory.vm.frames.list[page]!) && memory.vm.frames.list[page] !== 0;
    if (event === EVENT.gone || (event === EVENT.taken && this.isOwn)) {
      memory.takeAccessed(page);
      memory.leave(page);
      this.held[page] = 0;
    } else if (event === EVENT.dirtied || event === EVENT.cleaned || event === EVENT.stuck) {
      memory.dirty[page] = event === EVENT.cleaned ? 0 : 1;
      memory.stuck[page] = event === EVENT.stuck ? 1 : 0;
    } else if (event === EVENT.used) {
      if (memory.usedByCall[page] !== 0 && listed) memory.policy.usedAgain?.(memory, page);
      memory.useByCall(page);
    } else if (event === EVENT.held && listed) {
      memory.leaveList(page);
      this.held[page] = 1;
    } else if (event === EVENT.released && this.held[page] === 1) {
      this.held[page] = 0;
      frameEnters(memory, page, memory.isFile(page));
      memory.entered(page);
    } else if (event === EVENT.cooled && listed) {
      memory.takeAccessed(page);
      memory.takeReferenced(page);
      deactivate(memory, page);
    } else if (event === EVENT.disposable && listed) {
      memory.takeAccessed(page);
      memory.disposable[page] = GIVEN_UP;
      // Its slot of swap, if it had one, is given back: written to again it must be written.
      memory.dirty[page] = 1;
      treatAsDisposable(memory, page);
    }
  }
}
