/**
 * The engines to compare, by name: those of the processor with their parameters, and wrong ones that prove that the
 * comparison finds what is wrong (planted.ts).
 *
 *   reference                     the interpreter
 *   NAME:key=value,key=value      MachineConfig.engine = NAME, with members of MachineConfig.translation; start=0 unless given
 *   planted:NAME                  the interpreter with a planted fault
 */

import { ENGINES } from "../../cpu/engines.ts";
import type { Machine, MachineConfig } from "../../cpu/machine.ts";
import type { TranslationConfig } from "../../cpu/translator/layout.ts";
import { PLANTED } from "./planted.ts";

export interface Engine {
  /** As on the command line. */
  readonly name: string;
  readonly config: Partial<MachineConfig>;
  /** Called with each machine of this engine before it runs. */
  plant?(machine: Machine): void;
}

export const REFERENCE: Engine = { name: "reference", config: { engine: "reference" } };

const PARAMETERS: Readonly<Record<keyof TranslationConfig, true>> = {
  heat: true,
  misses: true,
  start: true,
  codeBytes: true,
};

/** A member of MachineConfig.translation from `key=value`. @throws Error there is no such member, or it is no number */
function parameter(word: string): readonly [string, number] {
  const [key, text = ""] = word.split("=");
  if (!(key in PARAMETERS))
    throw new Error(`an engine has no parameter ${key}; there are ${Object.keys(PARAMETERS).join(", ")}`);
  if (!/^\d+$/.test(text)) throw new Error(`${word}: ${key} is a number`);
  return [key, Number(text)];
}

/** @throws Error there is no such engine, parameter or planted fault */
export function engineNamed(name: string): Engine {
  const [stem, rest = ""] = name.split(/:(.*)/s);
  if (stem === "planted") {
    const plant = PLANTED[rest];
    if (plant === undefined)
      throw new Error(`no fault is called ${rest}; there are ${Object.keys(PLANTED).join(", ")}`);
    return { name, config: REFERENCE.config, plant };
  }
  const parameters = rest.split(",").filter((word) => word !== "");
  const engine = ENGINES.find((each) => each === stem);
  if (engine === undefined) throw new Error(`there is no engine ${stem}; there are ${ENGINES.join(", ")}`);
  return { name, config: { engine, translation: { start: 0, ...Object.fromEntries(parameters.map(parameter)) } } };
}
