/**
 * The engines to compare, by name: those of the processor with their parameters, and wrong ones that prove that the
 * comparison finds what is wrong (planted.ts).
 *
 *   reference                     the interpreter
 *   NAME:key=value,key=value      MachineConfig.engine = NAME, with members of MachineConfig.translation: numbers, on, off
 *   planted:NAME                  the interpreter with a planted fault
 */

import { ENGINES } from "../../cpu/engines.ts";
import type { Machine, MachineConfig } from "../../cpu/machine.ts";
import { PLANTED } from "./planted.ts";

export interface Engine {
  /** As on the command line. */
  readonly name: string;
  readonly config: Partial<MachineConfig>;
  /** Called with each machine of this engine before it runs. */
  plant?(machine: Machine): void;
}

export const REFERENCE: Engine = { name: "reference", config: { engine: "reference" } };

function value(text: string): number | boolean | string {
  if (text === "on" || text === "off") return text === "on";
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** @throws Error there is no such planted fault */
export function engineNamed(name: string): Engine {
  const [stem, rest = ""] = name.split(/:(.*)/s);
  if (stem === "planted") {
    const plant = PLANTED[rest];
    if (plant === undefined)
      throw new Error(`no fault is called ${rest}; there are ${Object.keys(PLANTED).join(", ")}`);
    return { name, config: REFERENCE.config, plant };
  }
  const parameters = rest.split(",").filter((word) => word !== "");
  const pairs = parameters.map((word) => word.split("=")).map(([key, text = "on"]) => [key, value(text)] as const);
  const engine = ENGINES.find((each) => each === stem);
  if (engine === undefined) throw new Error(`there is no engine ${stem}; there are ${ENGINES.join(", ")}`);
  return { name, config: { engine, translation: { start: 0, ...Object.fromEntries(pairs) } } };
}
