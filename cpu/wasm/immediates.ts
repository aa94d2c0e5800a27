/**
 * Immediates: what follows an opcode, by the kinds that the rows of opcodes.ts name. One signature a kind; the methods
 * of a function body have them, under the names of the instructions.
 */

import type {
  BlockType,
  DataIndex,
  ElementIndex,
  FunctionIndex,
  GlobalIndex,
  Label,
  Local,
  ReferenceType,
  TableIndex,
  TypeIndex,
  ValueType,
} from "./types.ts";

export interface Immediates {
  none(): void;
  /** Of numbers without a type; of references with theirs. */
  select(type?: ValueType): void;
  /** Opens a block, of no parameters and results unless a type says so. */
  open(type?: BlockType): Label;
  /** The other branch of the innermost block, which must be an `if`. */
  otherwise(): void;
  /** Ends the innermost block. Where `label` is given it must be that one. */
  close(label?: Label): void;
  label(label: Label): void;
  /** `labels` by the number on the stack, `otherwise` for any number beyond. */
  labels(labels: ArrayLike<Label>, otherwise: Label): void;
  function(index: FunctionIndex): void;
  /** The function of that type which an entry of a table holds; table 0 unless another is given. */
  signature(type: TypeIndex, table?: TableIndex): void;
  local(index: Local): void;
  global(index: GlobalIndex): void;
  table(index: TableIndex): void;
  tables(to: TableIndex, from: TableIndex): void;
  element(index: ElementIndex): void;
  elements(index: ElementIndex, table?: TableIndex): void;
  reference(type: ReferenceType): void;
  /**
   * @param offset added to the address; 0 to 2^32-1, 0 unless given
   * @param align what the address is promised to be a multiple of: a power of two up to the bytes of the access, which
   *   it is unless given. A hint; no engine goes wrong where it is not so.
   */
  access(offset?: number, align?: number): void;
  memory(): void;
  memories(): void;
  data(index: DataIndex): void;
  segment(index: DataIndex): void;
  /** Any 32 bits, signed or unsigned. */
  i32(value: number): void;
  /** A safe integer, or a bigint of 64 bits, signed or unsigned. A number costs no allocation. */
  i64(value: number | bigint): void;
  f32(value: number): void;
  f64(value: number): void;
}
