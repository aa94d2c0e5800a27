import { describe, expect, test } from "vitest";
import { ExpectationError, parseExpectation, words } from "../../../tools/suite/expectation.ts";

describe("an expectation", () => {
  test("is exit status 0 and any output where the source says nothing", () => {
    expect(parseExpectation("main: ret\n")).toMatchObject({
      exit: 0,
      signal: null,
      stdout: null,
      stderr: null,
      stdin: "",
    });
  });

  test("collects lines in their order, exact ones, patterns and gaps", () => {
    const source = "#: stdout one\n#: stdout~ t*o\n#: stdout...\n#: stdout\n";
    expect(parseExpectation(source).stdout).toEqual([
      { kind: "exact", text: "one" },
      { kind: "pattern", text: "t*o" },
      { kind: "any" },
      { kind: "exact", text: "" },
    ]);
  });

  test("keeps leading blanks of a line", () => {
    expect(parseExpectation("#: stdout   x").stdout).toEqual([{ kind: "exact", text: "  x" }]);
  });

  test("gathers standard input line by line", () => {
    expect(parseExpectation("#: stdin a\n#: stdin b\n").stdin).toBe("a\nb\n");
  });

  test("reads a limit with separators", () => {
    expect(parseExpectation("#: limit 1_000_000").limit).toBe(1_000_000);
  });

  test.each([
    ["#: exti 3", /line 1: "#: exti 3" is no expectation; known are exit/],
    ["\n#: exit three", /line 2: .*expected a whole number from 0 to 255/],
    ["#: exit 256", /whole number/],
    ["#: signal SEGV", /such as SIGSEGV/],
    ["#: signal toString", /such as SIGSEGV/],
    ["#: constructor", /is no expectation/],
    ["#:", /is no expectation/],
  ])("that makes no sense is an error that says so: %j", (source, message) => {
    expect(() => parseExpectation(source)).toThrow(ExpectationError);
    expect(() => parseExpectation(source)).toThrow(message);
  });
});

test("words splits as a shell does", () => {
  expect(words(`a "b c" 'd "e' f\\ g "h\\"i" j'k'l`)).toEqual(["a", "b c", 'd "e', "f g", 'h"i', "jkl"]);
  expect(words("  ")).toEqual([]);
});
