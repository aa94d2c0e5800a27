/**
 * Layout: where every fragment of a section comes to stand. Tails are tried and tried again until nothing moves, in the
 * order and from the first guesses of GNU as's relaxation, because branches that depend on each other can settle in more
 * than one way.
 *
 * (1) Afterwards the fragments of a section follow each other without gap or overlap, subsections by number.
 * (2) No section is larger than MAX_SECTION bytes, in a file; larger ones are an error, not an allocation.
 */
import { type Fragment, MAX_SECTION, type Section, type Site } from "./model.ts";
import { Alignment, PATIENCE } from "./tail.ts";

/** Bytes that a section without contents may have: half of the smallest address space it could be put in. */
export const MAX_NOBITS = 2 ** 37;

/** Rounds after which sizes that still move are a bug: nothing shrinks after PATIENCE, and all growth is bounded. */
const MAX_ROUNDS = 100_000;

/** The last subsection of a code section is filled up to the section's alignment with nops, as by GNU as. */
function padEnd(section: Section): void {
  if (!section.isCode || section.align === 1) return;
  const last = section.subsections.at(-1)!;
  last.append(new Alignment(section.align, "nops", section.align, null), null);
}

/** First guesses: what has no address yet counts as standing at 0, like in GNU as. */
function estimate(fragments: readonly Fragment[]): void {
  let address = 0;
  for (const fragment of fragments) fragment.address = 0;
  for (const fragment of fragments) {
    fragment.address = address;
    address += fragment.length;
    if (fragment.tail === null) continue;
    fragment.tail.size = fragment.tail.fit(address, 0);
    address += fragment.tail.size;
  }
}

/** One round; true if something moved. */
function relax(fragments: readonly Fragment[], round: number): boolean {
  let stretch = 0;
  let moved = false;
  for (const fragment of fragments) {
    fragment.address += stretch;
    const { tail } = fragment;
    if (tail === null) continue;
    const size = tail.fit(fragment.address + fragment.length, round);
    if (size === tail.size) continue;
    stretch += size - tail.size;
    tail.size = size;
    moved = true;
  }
  return moved;
}

/** A section that is too large, and the statement that made it so. */
export interface TooLarge {
  readonly message: string;
  readonly site: Site | null;
}

/** Gives every fragment of `section` its address. Returns null, or why it cannot be. */
export function layOut(section: Section): TooLarge | null {
  padEnd(section);
  const fragments = section.subsections.flatMap((subsection) => subsection.fragments);
  section.laidOut = true;
  estimate(fragments);
  for (let round = 1; relax(fragments, round); round++) {
    if (round > MAX_ROUNDS) throw new Error(`layout of ${section.name}: ${round} rounds, patience ends at ${PATIENCE}`);
  }
  const last = fragments.at(-1)!;
  section.size = last.address + last.length + (last.tail?.size ?? 0);
  const limit = section.isNobits ? MAX_NOBITS : MAX_SECTION;
  if (section.size <= limit) return null;
  const cause = fragments.find(({ address, length, tail }) => address + length + (tail?.size ?? 0) > limit);
  const message = `section ${section.name} has ${section.size} bytes, the limit is ${limit}`;
  return { message, site: cause?.tailSite ?? null };
}
