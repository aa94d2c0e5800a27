/**
 * Memory as a replay keeps it: the kernel's lists and books (kernel/vm/page-lists.ts, refault-activation.ts) around pages that are
 * numbers, so that the kernel's policies run on it as they are.
 */
import { frameLeaves } from "../../kernel/vm/page-lists.ts";
import { drawOf } from "../../kernel/vm/policy-chance.ts";
import type { ReplacementPolicy } from "../../kernel/vm/replacement-memory.ts";
import type { LimitedMemory } from "../../kernel/vm/resident-limit.ts";
import type { VmPolicies } from "../../kernel/vm/types.ts";
import { createPolicyState } from "../../kernel/vm/watermarks.ts";
import type { ReferenceString } from "./reference-string.ts";

/** Linux's default. */
const SWAPPINESS = 60;

const noStatistics = () => ({
  refilled: 0,
  activated: 0,
  deactivated: 0,
  refaultsAnonymous: 0,
  refaultsFile: 0,
  refaultActivationsAnonymous: 0,
  refaultActivationsFile: 0,
  refaultRestoresAnonymous: 0,
  refaultRestoresFile: 0,
});

/** By page: its names, as a linked list of numbers plus one. */
function namesByPage({ pageOfName, kinds }: ReferenceString): { first: Int32Array; next: Int32Array } {
  const first = new Int32Array(kinds.length);
  const next = new Int32Array(pageOfName.length);
  for (let name = pageOfName.length - 1; name >= 0; name--) {
    next[name] = first[pageOfName[name]!]!;
    first[pageOfName[name]!] = name + 1;
  }
  return { first, next };
}

/** What MADV_FREE has made of a page. */
export const GIVEN_UP = 1;
export const WRITTEN = 2;

export class ReplayMemory implements LimitedMemory {
  readonly vm: LimitedMemory["vm"];
  /** By name: A of its entry, as the `stamp` of when it was set; 0: it is not set. */
  readonly accessed: Int32Array;
  /** By page: the stamp of its last use by a call, or 0. */
  readonly usedByCall: Int32Array;
  /** By page. */
  readonly here: Uint8Array;
  readonly dirty: Uint8Array;
  /** Dirty, but cannot be written now. */
  readonly stuck: Uint8Array;
  readonly code: Uint8Array;
  /** GIVEN_UP, or WRITTEN since then. */
  readonly disposable: Uint8Array;
  /** What an access that happens now leaves in `accessed` and `usedByCall`. */
  stamp = 1;
  protected readonly names: { first: Int32Array; next: Int32Array };

  /** @param onCondemned hears of each page that has to go */
  constructor(
    protected readonly string: ReferenceString,
    readonly policy: ReplacementPolicy,
    replacement: VmPolicies["replacement"],
    resident: number,
    private readonly onCondemned: (page: number) => void,
  ) {
    const { kinds, origin } = string;
    const pages = kinds.length;
    this.names = namesByPage(string);
    this.accessed = new Int32Array(string.pageOfName.length);
    this.here = new Uint8Array(pages);
    this.dirty = new Uint8Array(pages);
    this.usedByCall = new Int32Array(pages);
    this.stuck = new Uint8Array(pages);
    this.code = Uint8Array.from(kinds, (kind) => (kind === "code" ? 1 : 0));
    this.disposable = new Uint8Array(pages);
    this.vm = {
      policies: { replacement },
      frames: {
        count: origin.frames,
        list: new Uint8Array(pages),
        listNext: new Int32Array(pages),
        listPrevious: new Int32Array(pages),
        age: new Uint8Array(pages),
        block: new Uint8Array(pages),
      },
      reclaim: createPolicyState({ replacement, resident, follows: true, seed: origin.seed }, pages),
      settings: { swappiness: SWAPPINESS },
      statistics: noStatistics(),
    };
    this.vm.reclaim.room = origin.hasSwap;
  }

  isFile(page: number): boolean {
    const kind = this.string.kinds[page]!;
    return kind === "file" || kind === "code";
  }

  condemn(page: number): void {
    this.takeAccessed(page);
    this.takeReferenced(page);
    this.leave(page);
    this.onCondemned(page);
  }

  needsNoSlot(page: number): boolean {
    return this.string.kinds[page] !== "anonymous" || this.disposable[page] === GIVEN_UP;
  }

  /** The page is in RAM no more. */
  leave(page: number): void {
    this.leaveList(page);
    this.here[page] = 0;
    this.stuck[page] = 0;
    this.dirty[page] = 0;
    this.disposable[page] = 0;
  }

  /** The policy has taken the page into its lists (resident-limit.ts). */
  entered(_page: number): void {}

  leaveList(page: number): void {
    frameLeaves(this, page);
  }

  takeAccessed(page: number): number {
    const { accessed, names } = this;
    let count = 0;
    for (let name = names.first[page]!; name !== 0; name = names.next[name - 1]!) {
      if (accessed[name - 1] !== 0) count++;
      accessed[name - 1] = 0;
    }
    return count;
  }

  /** A program, or the kernel for it, uses the page by this name. */
  access(name: number): void {
    this.accessed[name] = this.stamp;
  }

  useByCall(page: number): void {
    this.usedByCall[page] = this.stamp;
  }

  /** The entry is no more. */
  forgetAccess(name: number): void {
    this.accessed[name] = 0;
  }

  takeReferenced(page: number): boolean {
    const used = this.usedByCall[page] !== 0;
    this.usedByCall[page] = 0;
    return used;
  }

  isMappedCode(page: number): boolean {
    return this.code[page] !== 0;
  }

  isDisposable(page: number): boolean {
    return this.disposable[page] !== 0;
  }

  isDirty(page: number): boolean {
    return this.dirty[page] !== 0;
  }

  clean(page: number): boolean {
    if (this.stuck[page] === 1) return false;
    this.dirty[page] = 0;
    return true;
  }

  virtualTime(page: number): number {
    const { virtual, usedBy } = this.vm.reclaim;
    return virtual.get(usedBy[page]!) ?? 0;
  }

  hasSwap(): boolean {
    return this.vm.reclaim.room;
  }

  chance(below: number): number {
    return drawOf(this.vm.reclaim, below);
  }

  charge(): void {}
}
