/**
 * Who records a run's reference string, as the kernel sees it: told where pages arrive and leave, and of what policies
 * hear of. tools/memory/recorder.ts is one. Types only.
 *
 * (1) Telling changes nothing: a run that is recorded is the run that it would have been.
 * (2) Frames are told of by index. Which page is in one: what `arrived` said last.
 */
import type { AccessObserver } from "../../cpu/access-observer.ts";

/** What a page is known by while it is away: the swap entry that has it; file and page (objectPageKey); "": nothing. */
export type PageKey = number | string;

/** What a page is part of. */
export type PageKind = "anonymous" | "shared" | "file" | "code";

/** Is there a place for anonymous memory: no swap at all, none to spare, or room. */
export type SwapRoom = "none" | "full" | "room";

/** What policies may ask of a page beyond its uses. */
export interface PageState {
  /** It must be written before it can leave, and whether that cannot begin now. */
  readonly dirty: boolean;
  readonly stuck: boolean;
  readonly code: boolean;
}

export interface ReferenceObserver extends AccessObserver {
  /** The next accesses are by programs in this space. */
  activated(space: number): void;
  /**
   * Who has the processor from now on. @param lead cycles of the machine's time that have passed beside the process's own time,
   * which is what it has had of the processor: the same for as long as it runs
   */
  running(pid: number, lead: number): void;
  /** Which time it is, in cycles, who runs (0: nobody), and how much of the processor it has had. */
  moment(now: number, pid: number, virtual: number): void;
  /** Policies are told of the time. */
  tick(): void;
  /** The kernel has touched a page on a process's behalf. @param now virtual time of the machine, in cycles; null: not in the time of the process that runs */
  touched(index: number, space: number, page: number, write: boolean, now: number | null): void;
  /**
   * A process maps a page that nobody mapped before.
   * @param identity what it is known by beyond its stay in RAM; "": a new private page
   * @param dirty it must be written before it can leave
   */
  arrived(index: number, space: number, page: number, identity: PageKey, kind: PageKind, dirty: boolean): void;
  /** A further entry names a frame that somebody maps already. */
  mapped(index: number, space: number, page: number): void;
  /**
   * An entry names a transparent huge page: frames index to index + pages - 1. Each of its pages counts by itself; one that is
   * new arrives when it is used first.
   */
  mappedHuge(index: number, space: number, page: number, pages: number): void;
  /** What one frame has, or what is away by `identity`, is part of a huge page now, whose frame `to` nobody maps yet. */
  collapsed(from: number, identity: PageKey, to: number): void;
  /** A further entry names a page that is away (fork). */
  inherited(identity: PageKey, space: number, page: number): void;
  /** The limit on resident pages has chosen the page to go: resident-limit.ts. */
  condemned(index: number): void;
  /** It could not leave, for a reason that came up after it was chosen: it is back in the lists. */
  stayed(index: number): void;
  /** The page has been taken. @param identity what it comes back by @param advised the program wished it: MADV_PAGEOUT */
  evicted(index: number, identity: PageKey, advised: boolean): void;
  /** Nobody maps the page any more; not because reclaim took it. */
  departed(index: number): void;
  /** Somebody has executed an instruction since the last arrival. */
  progressed(): void;
  /** A call has used a page of a file. */
  usedByCall(index: number): void;
  /** The page is kept in RAM (mlock), and is kept no longer. */
  held(index: number): void;
  released(index: number): void;
  /** Advice: the page has not been used lately. */
  cooled(index: number): void;
  /** MADV_FREE: the page may go unwritten, and policies look at it first. */
  disposable(index: number): void;
  /** It counts as not used lately in this space: clear_refs. */
  cleared(index: number, space: number, page: number): void;
  /** The policy has begun to write the page. */
  cleaned(index: number): void;
  /** Under a limit: what a page of the lists is when the policy is about to choose. */
  looked(index: number, state: PageState): void;
  /** What the policy is about to choose by. @param swappiness vm.swappiness */
  conditions(room: SwapRoom, swappiness: number): void;
  /** The time that the process has had is forgotten: it is no more. */
  clockEnded(pid: number): void;
  /** What a space knew these pages by is gone: munmap. Page numbers, first to last - 1. */
  forgot(space: number, first: number, last: number): void;
  /** The space is gone. */
  ended(space: number): void;
  /** Entries have moved: mremap. */
  moved(space: number, from: number, to: number): void;
}
