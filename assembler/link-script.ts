/**
 * Where sections go: GNU ld's default script for elf64lriscv (`ld --verbose`), as a table.
 *
 * (1) An input section belongs to the first row, and there to the first group, that has a pattern for its name.
 * (2) Inside a group the order is that of the files, then of the sections in a file, save where the row sorts.
 * (3) Rows stand in the order of their addresses.
 */

/** A pattern: `*` stands for any characters. A group's patterns are filled in together. */
type Group = readonly string[];

export interface SectionRow {
  readonly kind: "section";
  readonly name: string;
  readonly groups: readonly Group[];
  /** Take the row only if all its inputs are read-only (or: only if one is writable). */
  readonly only?: "read-only" | "writable";
  /** How the inputs of each group are sorted: "priority" by the number at the end of the name. */
  readonly sort?: "name" | "priority";
  /** Symbols at its first byte and behind its last; those with "?" only if somebody asks for them. */
  readonly start?: string;
  readonly end?: string;
  /** Its end is a multiple of 8. */
  readonly padded?: boolean;
}

export interface SymbolRow {
  readonly kind: "symbol";
  /** With "?" at its end: defined only if somebody asks for it and nobody defines it (PROVIDE). */
  readonly name: string;
}

/** Moves the location counter: to the next page of other rights, to the data segment, to a multiple of 8. */
export interface MoveRow {
  readonly kind: "move";
  readonly to: "text" | "rodata" | "data" | "aligned" | "data-end";
}

export type ScriptRow = SectionRow | SymbolRow | MoveRow;

const section = (name: string, ...groups: Group[]): SectionRow => ({ kind: "section", name, groups });
const symbol = (name: string): SymbolRow => ({ kind: "symbol", name });
const move = (to: MoveRow["to"]): MoveRow => ({ kind: "move", to });
const array = (name: string, old: string): SectionRow => ({
  ...section(name, [`${name}.*`, `${old}.*`], [name, old]),
  sort: "priority",
  start: `_${name.replace(".", "_")}_start?`,
  end: `_${name.replace(".", "_")}_end?`,
});

// biome-ignore format: a table is read in columns
export const SCRIPT: readonly ScriptRow[] = [
  symbol("__executable_start?"),
  section(".interp", [".interp"]),
  section(".note.gnu.build-id", [".note.gnu.build-id"]),
  section(".hash", [".hash"]),
  section(".gnu.hash", [".gnu.hash"]),
  section(".dynsym", [".dynsym"]),
  section(".dynstr", [".dynstr"]),
  section(".rela.dyn", [".rela.dyn"]),
  move("text"),
  section(".init", [".init"]),
  symbol("_PROCEDURE_LINKAGE_TABLE_?"),
  section(".text",
    [".text.unlikely", ".text.*_unlikely", ".text.unlikely.*"], [".text.exit", ".text.exit.*"],
    [".text.startup", ".text.startup.*"], [".text.hot", ".text.hot.*"], [".text.sorted.*"],
    [".text", ".stub", ".text.*", ".gnu.linkonce.t.*"]),
  section(".fini", [".fini"]),
  symbol("__etext?"), symbol("_etext?"), symbol("etext?"),
  move("rodata"),
  section(".rodata", [".rodata", ".rodata.*", ".gnu.linkonce.r.*"]),
  section(".rodata1", [".rodata1"]),
  section(".sdata2", [".sdata2", ".sdata2.*", ".gnu.linkonce.s2.*"]),
  section(".sbss2", [".sbss2", ".sbss2.*", ".gnu.linkonce.sb2.*"]),
  { ...section(".eh_frame", [".eh_frame"], [".eh_frame.*"]), only: "read-only" },
  { ...section(".gcc_except_table", [".gcc_except_table", ".gcc_except_table.*"]), only: "read-only" },
  move("data"),
  { ...section(".eh_frame", [".eh_frame"], [".eh_frame.*"]), only: "writable" },
  { ...section(".gcc_except_table", [".gcc_except_table", ".gcc_except_table.*"]), only: "writable" },
  { ...section(".preinit_array", [".preinit_array"]), start: "__preinit_array_start?", end: "__preinit_array_end?" },
  array(".init_array", ".ctors"),
  array(".fini_array", ".dtors"),
  section(".jcr", [".jcr"]),
  section(".data.rel.ro", [".data.rel.ro.local*", ".gnu.linkonce.d.rel.ro.local.*"],
    [".data.rel.ro", ".data.rel.ro.*", ".gnu.linkonce.d.rel.ro.*"]),
  section(".dynamic", [".dynamic"]),
  { ...section(".data", [".data", ".data.*", ".gnu.linkonce.d.*"]), start: "__DATA_BEGIN__" },
  section(".data1", [".data1"]),
  section(".got", [".got.plt"], [".igot.plt"], [".got"], [".igot"]),
  { ...section(".sdata", [".srodata.cst16"], [".srodata.cst8"], [".srodata.cst4"], [".srodata.cst2"],
    [".srodata", ".srodata.*"], [".sdata", ".sdata.*", ".gnu.linkonce.s.*"]), start: "__SDATA_BEGIN__" },
  symbol("_edata"), symbol("edata?"),
  symbol("__bss_start"),
  section(".sbss", [".dynsbss"], [".sbss", ".sbss.*", ".gnu.linkonce.sb.*"], [".scommon"]),
  { ...section(".bss", [".dynbss"], [".bss", ".bss.*", ".gnu.linkonce.b.*"], ["COMMON"]), padded: true },
  move("aligned"),
  symbol("__BSS_END__"), symbol("__global_pointer$"), symbol("_end"), symbol("end?"),
  move("data-end"),
  section(".comment", [".comment"]),
  section(".gnu.build.attributes", [".gnu.build.attributes", ".gnu.build.attributes.*"]),
  section(".debug_aranges", [".debug_aranges"]),
  section(".debug_pubnames", [".debug_pubnames"]),
  section(".debug_info", [".debug_info", ".gnu.linkonce.wi.*"]),
  section(".debug_abbrev", [".debug_abbrev"]),
  section(".debug_line", [".debug_line", ".debug_line.*", ".debug_line_end"]),
  section(".debug_frame", [".debug_frame"]),
  section(".debug_str", [".debug_str"]),
  section(".debug_loc", [".debug_loc"]),
  section(".debug_macinfo", [".debug_macinfo"]),
  section(".debug_pubtypes", [".debug_pubtypes"]),
  section(".debug_ranges", [".debug_ranges"]),
  section(".debug_addr", [".debug_addr"]),
  section(".debug_line_str", [".debug_line_str"]),
  section(".debug_loclists", [".debug_loclists"]),
  section(".debug_macro", [".debug_macro"]),
  section(".debug_names", [".debug_names"]),
  section(".debug_rnglists", [".debug_rnglists"]),
  section(".debug_str_offsets", [".debug_str_offsets"]),
];

/** Sections that are left out of executables. */
const DISCARDED = [".note.GNU-stack", ".gnu_debuglink", ".gnu.lto_*"];

/** A row and a group of it. */
export interface ScriptMatch {
  row: SectionRow;
  group: number;
}

const globToRegExp = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );

const PATTERNS = SCRIPT.flatMap((row) =>
  row.kind !== "section"
    ? []
    : row.groups.flatMap((group, i) =>
        group.map((pattern) => ({ match: { row, group: i }, glob: globToRegExp(pattern) })),
      ),
);

const DISCARDED_GLOBS = DISCARDED.map(globToRegExp);

/** Whether sections of this name do not reach the executable. */
export function isDiscarded(name: string): boolean {
  return DISCARDED_GLOBS.some((glob) => glob.test(name));
}

/**
 * By invariant (1): the row for an input section, or undefined for an orphan.
 * `writable` says of a row's name whether one of its inputs is writable, for rows with `only`.
 */
export function matchRow(name: string, writable: (rowName: string) => boolean): ScriptMatch | undefined {
  return PATTERNS.find(({ match, glob }) => {
    const { only, name: rowName } = match.row;
    return glob.test(name) && (only === undefined || (only === "writable") === writable(rowName));
  })?.match;
}
