/** How a program of a suite is run: what it expects, on which computer, linked to which place. */
import type { OptionName, Options } from "../../kernel/options.ts";
import { optionsWithoutEffect } from "../../kernel/schemes/options.ts";
import { layoutFor, type ProgramOptions } from "../compile.ts";
import { parseMachineOptions, splitDrives } from "../machine-options.ts";
import { type Expectation, parseExpectation } from "./expectation.ts";

export interface Plan {
  readonly expectation: Expectation;
  /** The program's own options of the machine. */
  readonly own: Partial<Options>;
  /** The suite's, but for those that mean nothing under the program's own translation scheme. */
  readonly rest: Partial<Options>;
  /** Both together: the program's count. */
  readonly options: Partial<Options>;
  /** Paths of disk images, as the program names them. */
  readonly drives: readonly string[];
  readonly place: Pick<ProgramOptions, "pie" | "textBase" | "dataBase">;
  /** Why it is not run; null: it is. */
  readonly skip: string | null;
}

/** @param machine options for what the program leaves open. @throws ExpectationError, UsageError, OptionError */
export function planOf(source: string, machine: Partial<Options>): Plan {
  const first = parseExpectation(source, machine.translation);
  const own = parseMachineOptions(splitDrives(first.machine).words);
  const { translation = machine.translation ?? "paging" } = own;
  const expectation = own.translation === undefined ? first : parseExpectation(source, translation);
  const idle = optionsWithoutEffect({ ...machine, translation }).map(({ name }) => name);
  const usable = Object.entries(machine).filter(
    ([name]) => own.translation === undefined || !idle.includes(name as OptionName),
  );
  const rest = Object.fromEntries(usable) as Partial<Options>;
  const options = { ...rest, ...own };
  return {
    expectation,
    own,
    rest,
    options,
    drives: splitDrives(expectation.machine).drives,
    place: placeOf(expectation, options),
    skip: expectation.skip ?? optionsWithoutEffect(options)[0]?.text ?? null,
  };
}

function placeOf({ pie: isPie, at }: Expectation, options: Partial<Options>): Plan["place"] {
  const usual = layoutFor(options);
  const pie = isPie || (usual.pie === true && at === null);
  return { pie, textBase: at ?? undefined, dataBase: pie ? undefined : usual.dataBase };
}
