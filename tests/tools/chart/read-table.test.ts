/** Tables in the output of programs. */
import { describe, expect, test } from "vitest";
import { readTable, tableChart } from "../../../tools/chart/read-table.ts";

const OUTPUT = `3 processes were asked for
processes  rounds/s  faults
        1       980       0
        2      1960.5     3

        3         1       1
over: yes
`;

describe("a table", () => {
  test("is found between other lines", () => {
    expect(readTable(OUTPUT)).toEqual({
      names: ["processes", "rounds/s", "faults"],
      rows: [
        [1, 980, 0],
        [2, 1960.5, 3],
      ],
    });
  });

  test.each(["", "one 1\n", "a b\nc d\n", "1 2\n3 4\n", "name\n1\n2\n"])("is not %j", (text) => {
    expect(readTable(text)).toBeNull();
  });

  test("becomes curves up to where its first column goes back", () => {
    const table = {
      names: ["n", "a", "b"],
      rows: [
        [1, 5, 6],
        [2, 7, 8],
        [1, 9, 9],
      ],
    };
    const chart = tableChart(table, { title: "t", x: "n", y: ["b", "a"] });
    expect(chart.series).toEqual([
      {
        name: "b",
        points: [
          [1, 6],
          [2, 8],
        ],
      },
      {
        name: "a",
        points: [
          [1, 5],
          [2, 7],
        ],
      },
    ]);
  });

  test("goes up by doublings on request, where its first column is positive", () => {
    const table = (first: number) => ({
      names: ["n", "a"],
      rows: [
        [first, 5],
        [8, 7],
      ],
    });
    const curves = { title: "t", x: "n", y: ["a"], log2: true };
    expect(tableChart(table(1), curves).x).toEqual({ title: "n", scale: "log2" });
    expect(() => tableChart(table(0), curves)).toThrow("column 'n' has 0, expected positive values");
  });

  test("says which columns there are instead of one that is missing", () => {
    const table = { names: ["n", "a"], rows: [[1, 5]] };
    expect(() => tableChart(table, { title: "t", x: "n", y: ["c"] })).toThrow("there is no column 'c', but n, a");
  });
});
