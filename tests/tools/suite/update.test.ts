import { describe, expect, test } from "vitest";
import { parseExpectation } from "../../../tools/suite/expectation.ts";
import { updatedSource } from "../../../tools/suite/update.ts";

const observed = { stdout: "hello\n  two\n", stderr: "", status: 3, signal: null };

describe("--update", () => {
  test("replaces what was observed and keeps how to run it", () => {
    const source = "# a test\n#: args x\n#: exit 0\n#: stdout old\n#: limit 500\nmain: ret\n";
    const updated = updatedSource(source, observed);
    expect(updated).toBe("# a test\n#: exit 3\n#: stdout hello\n#: stdout   two\n#: args x\n#: limit 500\nmain: ret\n");
    expect(parseExpectation(updated)).toMatchObject({ exit: 3, args: ["x"], limit: 500 });
  });

  test("puts an expectation at the top of a source that has none", () => {
    expect(updatedSource("main: ret\n", { ...observed, stdout: "" })).toBe("#: exit 3\nmain: ret\n");
  });

  test("records a signal by its name, and errors where there are some", () => {
    const updated = updatedSource("", { stdout: "", stderr: "oops\n", status: 139, signal: "SIGSEGV" });
    expect(parseExpectation(updated)).toMatchObject({ signal: "SIGSEGV", stderr: [{ kind: "exact", text: "oops" }] });
  });

  test("changes nothing when done twice", () => {
    const once = updatedSource("# x\n#: exit 0\nmain: ret\n", observed);
    expect(updatedSource(once, observed)).toBe(once);
  });

  test("for one translation scheme leaves what is said for the others", () => {
    const source = "# A title\n#: stdout 1\n#: under bare segments: stdout 2\nmain:\n";
    const updated = updatedSource(source, { stdout: "3\n", stderr: "", status: 0, signal: null }, "bare");
    expect(updated).toBe(
      "# A title\n#: stdout 1\n#: under segments: stdout 2\n#: under bare: exit 0\n#: under bare: stdout 3\nmain:\n",
    );
  });
});
