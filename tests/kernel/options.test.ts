/** Options: one table for type, default, parsing and help. */
import { describe, expect, test } from "vitest";
import { OPTIONS, OptionError, type OptionName, withDefaults } from "../../kernel/options.ts";

const parse = (name: OptionName, text: string) => OPTIONS[name].parse(text);

describe("options", () => {
  test("every default is a value that its own row accepts", () => {
    for (const row of Object.values(OPTIONS)) expect(() => row.parse(row.default)).not.toThrow();
  });

  test("what is given replaces the default, and only that", () => {
    const options = withDefaults({ ram: 2 ** 24, hostname: "x" });
    expect(options).toEqual({ ...withDefaults({}), ram: 2 ** 24, hostname: "x" });
    expect(withDefaults({ ram: undefined as never }).ram).toBe(2 ** 27);
  });

  test("sizes of memory are read with and without units", () => {
    expect(parse("ram", "64M")).toBe(2 ** 26);
    expect(parse("ram", "65536k")).toBe(2 ** 26);
    expect(parse("ram", "1GiB")).toBe(2 ** 30);
    expect(parse("ram", `${2 ** 23}`)).toBe(2 ** 23);
  });

  test("swap is as large as memory, of a size, or none", () => {
    expect(withDefaults({}).swap).toBe("ram");
    expect(parse("swap", "0")).toBe(0);
    expect(parse("swap", "256M")).toBe(2 ** 28);
    expect(() => parse("swap", "36K")).toThrow("40K to 16G");
    expect(() => parse("swap", "40961")).toThrow("whole pages");
  });

  test("huge pages are asked for by number, or by number and size", () => {
    expect(parse("hugepages", "64")).toEqual([{ order: 9, count: 64 }]);
    expect(parse("hugepages", "1G:1,2M:8")).toEqual([
      { order: 18, count: 1 },
      { order: 9, count: 8 },
    ]);
    for (const wrong of ["", "x", "4M:1", "2M:", "1,2", "2M:1,2M:2", "-1"])
      expect(() => parse("hugepages", wrong), wrong).toThrow("numbers by size (2M, 1G)");
  });

  test("a value that does not fit is refused with what was expected", () => {
    const refused: [OptionName, string, RegExp][] = [
      ["ram", "512K", /'512K' is not a memory size from 1M to 2G/],
      ["ram", "4194305", /whole pages/],
      ["ram", "lots", /'lots'/],
      ["tlb", "3x4", /powers of two/],
      ["tlb", "64", /SETSxWAYS/],
      ["paging", "sv57", /not one of: sv39, sv48/],
      ["seed", "-1", /whole number from 0/],
      ["quantum", "10", /from 1000/],
      ["hostname", "a b", /host name/],
      ["scheduler", "lottery", /round-robin, run-to-completion/],
    ];
    for (const [name, text, message] of refused) {
      expect(() => parse(name, text), `${name} ${text}`).toThrow(OptionError);
      expect(() => parse(name, text), `${name} ${text}`).toThrow(message);
    }
  });
});
