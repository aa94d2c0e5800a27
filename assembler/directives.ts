/** Every directive by name: the rows of directives/, by subject. */
import { DATA_DIRECTIVES } from "./directives/data.ts";
import { DEBUG_DIRECTIVES } from "./directives/debug.ts";
import { META_DIRECTIVES } from "./directives/meta.ts";
import type { DirectiveRow } from "./directives/row.ts";
import { SECTION_DIRECTIVES } from "./directives/section.ts";
import { SYMBOL_DIRECTIVES } from "./directives/symbol.ts";

export const DIRECTIVES: ReadonlyMap<string, DirectiveRow> = new Map([
  ...Object.entries(SECTION_DIRECTIVES),
  ...Object.entries(SYMBOL_DIRECTIVES),
  ...Object.entries(DATA_DIRECTIVES),
  ...Object.entries(META_DIRECTIVES),
  ...Object.entries(DEBUG_DIRECTIVES),
]);
