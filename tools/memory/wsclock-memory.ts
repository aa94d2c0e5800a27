/**
 * Working-set clock over a reference string, without a look at every page each time. The policy (replacement-wsclock.ts) scans all
 * pages when none has left its working set: where little time passes, that is at every fault. Here the pages of each process lie
 * in a heap by what such a scan would find, and what it would do to the others is left until it matters.
 *
 *   accessed[name]   a stamp: the number of whole scans before the access, plus one
 *   a stamp of now   the next scan finds the page used
 *   an older one     a scan since then has found it used: that scan's time is its time of use ─► `late`
 *
 * (1) Victims are those of replacement-wsclock.ts, one by one. Where some page has left its working set, that code itself runs.
 * (2) In a heap a page is where it belongs, or nearer to the top: its time of use and its turn only grow.
 * (3) `turn` is the order in which the hand comes to the pages of the queue.
 */
import { LIST, moveToHead, tailOf } from "../../kernel/vm/page-lists.ts";
import type { ReplacementPolicy } from "../../kernel/vm/replacement-memory.ts";
import { WINDOW, wsclockPolicy } from "../../kernel/vm/replacement-wsclock.ts";
import { PageHeap } from "./page-heap.ts";
import type { ReferenceString } from "./reference-string.ts";
import { ReplayMemory } from "./replay-memory.ts";

/** A process's clock at whole scans: from scan `from[i]` on it said `time[i]`. */
interface ClockHistory {
  readonly from: number[];
  readonly time: number[];
}

const POLICY: ReplacementPolicy = {
  victim: (m) => (m as WsclockMemory).victim(),
  spare(m, page) {
    moveToHead(m, LIST.queue, page);
    (m as WsclockMemory).turnComesLast(page);
  },
};

export class WsclockMemory extends ReplayMemory {
  private readonly heaps = new Map<number, PageHeap>();
  private readonly clocks = new Map<number, ClockHistory>();
  private readonly turn: Float64Array;
  private lastTurn = 0;
  /** By page: what its place in the heap is by. */
  private readonly heapTime: Float64Array;
  private readonly heapTurn: Float64Array;

  /** @param resident pages that may be here at once @param onCondemned hears of each page that has to go */
  constructor(string: ReferenceString, resident: number, onCondemned: (page: number) => void) {
    super(string, POLICY, "wsclock", resident, onCondemned);
    const pages = string.kinds.length;
    this.turn = new Float64Array(pages);
    this.heapTime = new Float64Array(pages);
    this.heapTurn = new Float64Array(pages);
  }

  victim(): number {
    const { virtual } = this.vm.reclaim;
    let [oldest, idle] = [-1, -1];
    for (const [pid, heap] of this.heaps) {
      const page = this.oldestUnused(heap);
      if (page < 0) continue;
      const itsIdle = (virtual.get(pid) ?? 0) - this.heapTime[page]!;
      const isOlder = itsIdle > idle || (itsIdle === idle && this.turn[page]! < this.turn[oldest]!);
      if (isOlder) [oldest, idle] = [page, itsIdle];
    }
    if (idle > WINDOW) return this.victimByScan();
    this.scanned();
    return oldest >= 0 ? oldest : tailOf(this, LIST.queue);
  }

  /** The policy's own way. Those that its hand has passed have their next turn after all others. */
  private victimByScan(): number {
    const page = wsclockPolicy.victim(this);
    const { listNext } = this.vm.frames;
    const passed: number[] = [];
    for (let link = this.vm.reclaim.heads[LIST.queue]!; link !== 0; link = listNext[link - 1]!) {
      if (this.turn[link - 1] === this.lastTurn) break;
      passed.push(link - 1);
    }
    for (const each of passed.reverse()) this.turnComesLast(each);
    return page;
  }

  turnComesLast(page: number): void {
    this.turn[page] = ++this.lastTurn;
  }

  /** The page of the heap that has been unused for longest, of equal ones the one whose turn is first; -1: all are in use. */
  private oldestUnused(heap: PageHeap): number {
    const used: number[] = [];
    let found = -1;
    for (let page = heap.top(); page !== undefined && found < 0; page = heap.top()) {
      if (this.isUsedNow(page)) {
        heap.remove(page);
        used.push(page);
      } else if (this.isInPlace(page)) found = page;
      else this.putInPlace(heap, page);
    }
    for (const page of used) heap.put(page);
    return found;
  }

  private isInPlace(page: number): boolean {
    return this.heapTime[page] === this.vm.reclaim.usedAt[page] && this.heapTurn[page] === this.turn[page];
  }

  private putInPlace(heap: PageHeap, page: number): void {
    this.heapTime[page] = this.vm.reclaim.usedAt[page]!;
    this.heapTurn[page] = this.turn[page]!;
    heap.put(page);
  }

  /** Whether a look at the page now would find it used. What earlier scans have found is settled; they see the queue only. */
  private isUsedNow(page: number): boolean {
    const { accessed, names, usedByCall } = this;
    const now = this.vm.frames.list[page] === LIST.queue ? this.stamp : 1;
    let used = usedByCall[page]! >= now;
    let before = used ? 0 : usedByCall[page]!;
    if (before > 0) usedByCall[page] = 0;
    for (let name = names.first[page]!; name !== 0; name = names.next[name - 1]!) {
      const stamp = accessed[name - 1]!;
      if (stamp >= now) used = true;
      else if (stamp > 0) {
        accessed[name - 1] = 0;
        if (stamp > before) before = stamp;
      }
    }
    if (before > 0) this.late(page, before);
    return used;
  }

  /** Whole scan number `scan` has found the page used. */
  private late(page: number, scan: number): void {
    const { usedAt, usedBy } = this.vm.reclaim;
    const history = this.clocks.get(usedBy[page]!);
    if (history === undefined) return;
    let [low, high] = [0, history.from.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (history.from[middle]! <= scan) low = middle + 1;
      else high = middle;
    }
    if (low > 0) usedAt[page] = Math.max(usedAt[page]!, history.time[low - 1]!);
  }

  /** A whole scan is over: it has found used whatever has a stamp of now. */
  private scanned(): void {
    for (const [pid, time] of this.vm.reclaim.virtual) {
      let history = this.clocks.get(pid);
      if (history === undefined) {
        history = { from: [], time: [] };
        this.clocks.set(pid, history);
      }
      if (history.time.at(-1) === time) continue;
      history.from.push(this.stamp);
      history.time.push(time);
    }
    this.stamp++;
  }

  override access(name: number): void {
    if (this.accessed[name] !== 0) this.isUsedNow(this.string.pageOfName[name]!);
    super.access(name);
  }

  override useByCall(page: number): void {
    this.isUsedNow(page);
    super.useByCall(page);
  }

  override takeAccessed(page: number): number {
    this.isUsedNow(page);
    return super.takeAccessed(page);
  }

  override takeReferenced(page: number): boolean {
    this.isUsedNow(page);
    return super.takeReferenced(page);
  }

  override forgetAccess(name: number): void {
    this.isUsedNow(this.string.pageOfName[name]!);
    super.forgetAccess(name);
  }

  /** Scans that it was not listed for have not seen it: whatever use of it is noted is of now. */
  override entered(page: number): void {
    const { accessed, names, usedByCall, stamp } = this;
    for (let name = names.first[page]!; name !== 0; name = names.next[name - 1]!)
      if (accessed[name - 1] !== 0) accessed[name - 1] = stamp;
    if (usedByCall[page] !== 0) usedByCall[page] = stamp;
    this.turnComesLast(page);
    this.putInPlace(this.heapOf(page), page);
  }

  override leaveList(page: number): void {
    if (this.vm.frames.list[page] === LIST.queue) {
      this.isUsedNow(page);
      this.heapOf(page).remove(page);
    }
    super.leaveList(page);
  }

  private heapOf(page: number): PageHeap {
    const pid = this.vm.reclaim.usedBy[page]!;
    const known = this.heaps.get(pid);
    if (known !== undefined) return known;
    const { heapTime, heapTurn } = this;
    const heap = new PageHeap(
      heapTime.length,
      (a, b) => heapTime[a]! < heapTime[b]! || (heapTime[a] === heapTime[b] && heapTurn[a]! < heapTurn[b]!),
    );
    this.heaps.set(pid, heap);
    return heap;
  }
}
