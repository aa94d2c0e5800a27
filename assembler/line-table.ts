/** in flux */
import type { LineRow, ObjectFile } from "./elf.ts";
export function objectLines(_object: ObjectFile): LineRow[] { return []; }
