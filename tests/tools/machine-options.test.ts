import { expect, test } from "vitest";
import { OPTIONS } from "../../kernel/options.ts";
import { machineOptions } from "../../tools/commands/options.ts";
import { parseMachineOptions } from "../../tools/machine-options.ts";

test("every option of the machine is found under the name that commander gives it", () => {
  const camel = (name: string) => name.replace(/-./g, (dash) => dash[1]!.toUpperCase());
  const raw = Object.fromEntries(Object.keys(OPTIONS).map((name) => [camel(name), `value of ${name}`]));
  const expected = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, `value of ${name}`]));
  expect(machineOptions({ ...raw, limit: 3 })).toEqual(expected);
  expect(machineOptions({})).toEqual({});
});

test("an option of two words is written with a dash where options are listed in a file", () => {
  expect(parseMachineOptions(["--io-scheduler", "noop", "--ram=16M"])).toEqual({
    "io-scheduler": "noop",
    ram: 16 * 2 ** 20,
  });
});
