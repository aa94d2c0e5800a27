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

  test("is another under a translation scheme that has lines of its own, and only for the keys that these have", () => {
    const source =
      "#: exit 1\n#: stdout one\n#: under bare segments: stdout two\n#: under bare: stdout~ t*\n#: under bare: fail no fork\n";
    const [two, any] = [
      { kind: "exact", text: "two" },
      { kind: "pattern", text: "t*" },
    ];
    expect(parseExpectation(source)).toEqual(parseExpectation("#: exit 1\n#: stdout one\n"));
    expect(parseExpectation(source, "segments")).toMatchObject({ exit: 1, stdout: [two], fail: null });
    expect(parseExpectation(source, "bare")).toMatchObject({ exit: 1, stdout: [two, any], fail: "no fork" });
  });

  test.each([
    ["#: under paper: exit 1", /'paper' is not one of: bare, segments/],
    ["#: under bare", /is no expectation/],
    ["#: under bare: exti 3", /is no expectation/],
    ["#: under bare: exit x", /line 1: .*whole number/],
    ["#: exti 3", /line 1: #: exti 3: it is no expectation; known are exit/],
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
