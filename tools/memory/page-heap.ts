/**
 * Pages in a heap, in an order that its owner knows: which one is the first is known at once, a page that comes, moves or goes
 * costs the logarithm of how many there are.
 *
 * (1) Whoever changes what the order of a page depends on puts the page again.
 */
export class PageHeap {
  private readonly pages: number[] = [];
  private readonly place: Int32Array;

  /** @param pages that there may be, numbered from 0 on @param isAbove whether page `a` comes before page `b` */
  constructor(
    pages: number,
    private readonly isAbove: (a: number, b: number) => boolean,
  ) {
    this.place = new Int32Array(pages).fill(-1);
  }

  /** The first page; undefined: there is none. */
  top(): number | undefined {
    return this.pages[0];
  }

  /** Takes the page in, or to its new place. */
  put(page: number): void {
    if (this.place[page] === -1) this.set(this.pages.length, page);
    this.down(this.up(this.place[page]!));
  }

  /** Does nothing for a page that is not in it. */
  remove(page: number): void {
    const at = this.place[page]!;
    if (at === -1) return;
    this.place[page] = -1;
    const last = this.pages.pop()!;
    if (last === page) return;
    this.set(at, last);
    this.down(this.up(at));
  }

  private set(at: number, page: number): void {
    this.pages[at] = page;
    this.place[page] = at;
  }

  private up(from: number): number {
    const page = this.pages[from]!;
    let at = from;
    for (; at > 0; at = (at - 1) >> 1) {
      const above = this.pages[(at - 1) >> 1]!;
      if (!this.isAbove(page, above)) break;
      this.set(at, above);
    }
    this.set(at, page);
    return at;
  }

  private down(from: number): void {
    const page = this.pages[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.pages.length) break;
      if (child + 1 < this.pages.length && this.isAbove(this.pages[child + 1]!, this.pages[child]!)) child++;
      if (!this.isAbove(this.pages[child]!, page)) break;
      this.set(at, this.pages[child]!);
      at = child;
    }
    this.set(at, page);
  }
}
