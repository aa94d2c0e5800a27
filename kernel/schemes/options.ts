/**
 * Options of the machine that mean nothing under a translation scheme. Whoever gives one there is told so (computer.ts), rather
 * than left to wonder at results that do not change.
 *
 * (1) What `holds` says of a value: it is what is so under the scheme anyway, or it can be had there. Then it may be given.
 * (2) `--swap` and `--replacement` are not here: without pages no process is in swap, but files in memory are (tmpfs), and pages
 *     of files are replaced under every scheme.
 */
import type { OptionName, Options } from "../options.ts";
import type { TranslationName } from "../vm/shape.ts";

interface Row<Name extends OptionName> {
  readonly under: readonly TranslationName[];
  /** Why not, as the end of a sentence. */
  readonly why: string;
  readonly holds?: (value: Options[Name]) => boolean;
  /** Other values mean something. */
  readonly partly?: true;
}

type Rows = { readonly [Name in OptionName]?: readonly Row<Name>[] };

const PIECES: readonly TranslationName[] = ["bare", "segments"];
const PAGED: readonly TranslationName[] = ["segmented-paging", "paging"];
const NO_PAGES = "memory is not made of pages";

const ROWS: Rows = {
  "segment-fit": [{ under: PAGED, why: "any free frame will do, so there is no hole to choose" }],
  compaction: [
    { under: PAGED, why: "any free frame will do, so nothing has to be moved together" },
    { under: ["bare"], why: "programs see physical addresses, so nothing can be moved", holds: (on) => !on },
  ],
  paging: [
    { under: ["bare", "segments", "segmented-paging"], why: "there are no page tables of three or four levels" },
  ],
  tlb: [{ under: PIECES, why: "there is no TLB" }],
  "tlb-replacement": [{ under: PIECES, why: "there is no TLB" }],
  hugepages: [
    { under: PIECES, why: NO_PAGES, holds: (sizes) => sizes.every(({ count }) => count === 0) },
    {
      under: ["segmented-paging"],
      why: "a page of 1G would be a whole segment",
      partly: true,
      holds: (sizes) => sizes.every(({ order, count }) => order <= LARGEST_IN_SEGMENT || count === 0),
    },
  ],
  fork: [
    { under: ["segments"], why: "fork copies all memory at once", holds: (name) => name === "eager" },
    { under: ["bare"], why: "there is no fork" },
  ],
  population: [
    { under: PIECES, why: "a mapping has all its memory from the start", holds: (name) => name === "eager" },
  ],
  frames: [{ under: PIECES, why: "the highest free frame is taken, so that the rest stays in one piece" }],
  "working-set": [{ under: PIECES, why: "nobody sees which pages a process uses", holds: (window) => window === 0 }],
  resident: [{ under: PIECES, why: "all memory of a process is in RAM", holds: (pages) => pages === 0 }],
  thp: [{ under: PIECES, why: NO_PAGES, holds: (when) => when === "never" }],
  aslr: [{ under: PIECES, why: "where things lie is not left to chance", holds: (on) => !on }],
};

/** Of 2M, as a power of two of frames: hugetlb/sizes.ts. */
const LARGEST_IN_SEGMENT = 9;

const SCHEMES: readonly TranslationName[] = ["bare", "segments", "segmented-paging", "paging"];

/** Why `name`, given with this value, means nothing under `scheme`; null: it does mean something, or says what is so. */
function refusalOf<Name extends OptionName>(name: Name, value: Options[Name], scheme: TranslationName): string | null {
  const rows = ROWS[name] as readonly Row<Name>[] | undefined;
  const row = rows?.find(({ under }) => under.includes(scheme));
  return row === undefined || row.holds?.(value) === true ? null : row.why;
}

/** Schemes under which the option means something; null: under all. */
export function schemesOf(name: OptionName): readonly TranslationName[] | null {
  const without = (ROWS[name] ?? []).flatMap(({ under, partly }) => (partly === true ? [] : under));
  return without.length === 0 ? null : SCHEMES.filter((scheme) => !without.includes(scheme));
}

function explain<Name extends OptionName>(name: Name, value: Options[Name], scheme: TranslationName): string | null {
  const why = refusalOf(name, value, scheme);
  if (why === null) return null;
  const others = SCHEMES.filter((other) => refusalOf(name, value, other) === null).join(", ");
  return `--${name}: it has no effect with --translation ${scheme}, for ${why}: expected it left out, or another scheme (${others})`;
}

/** Of options that were given, those without effect under the scheme among them: a sentence each. */
export function optionsWithoutEffect(given: Partial<Options>): { readonly name: OptionName; readonly text: string }[] {
  const { translation = "paging" } = given;
  return (Object.keys(ROWS) as OptionName[]).flatMap((name) => {
    const value = given[name];
    const text = value === undefined ? null : explain(name, value, translation);
    return text === null ? [] : [{ name, text }];
  });
}
