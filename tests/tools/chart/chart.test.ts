/** tools/chart: the same data to text and to SVG. */
import { describe, expect, it } from "vitest";
import type { BarChart, LineChart } from "../../../tools/chart/chart.ts";
import { evenCells, scaleFor, shortNumber } from "../../../tools/chart/scale.ts";
import { svgChart } from "../../../tools/chart/svg.ts";
import { terminalChart } from "../../../tools/chart/terminal.ts";

const LINES: LineChart = {
  kind: "lines",
  title: "a < b & c",
  x: { title: "frames" },
  y: { title: "faults" },
  series: [
    {
      name: "fifo",
      points: [
        [3, 9],
        [4, 10],
        [5, 5],
      ],
    },
    {
      name: "opt",
      points: [
        [3, 7],
        [4, 6],
        [5, 5],
      ],
    },
  ],
};
const BARS: BarChart = {
  kind: "bars",
  title: "faults",
  categories: ["3 frames", "4 frames"],
  y: { title: "faults" },
  series: [{ name: "fifo", values: [9, 10] }],
};

describe("scales", () => {
  it("have round numbers at their ticks, as many as were asked for at most", () => {
    expect(scaleFor({ title: "" }, [0, 10], 7).ticks).toEqual([0, 2, 4, 6, 8, 10]);
    expect(scaleFor({ title: "" }, [0, 0.3], 4).ticks).toEqual([0, 0.1, 0.2, 0.3]);
    expect(scaleFor({ title: "" }, [4, 64], 10, true).ticks).toEqual([10, 20, 30, 40, 50, 60]);
    expect(scaleFor({ title: "", scale: "log" }, [3, 2000], 7).ticks).toEqual([1, 10, 100, 1000, 10_000]);
    expect(scaleFor({ title: "", scale: "log2" }, [4, 128], 3).ticks).toEqual([4, 16, 64]);
  });

  it("begin at 0 unless that wastes half of the room, and hold one value alone", () => {
    expect(scaleFor({ title: "" }, [900, 1000], 5).ticks[0]).toBe(900);
    expect(scaleFor({ title: "" }, [100, 1000], 5).ticks[0]).toBe(0);
    const { place } = scaleFor({ title: "" }, [7, 7], 5);
    expect(place(7)).toBeGreaterThanOrEqual(0);
    expect(place(7)).toBeLessThanOrEqual(1);
  });

  it("have two numbers at least, also where little room is for numbers", () => {
    expect(scaleFor({ title: "" }, [1, 9], 2, true).ticks).toEqual([2, 4, 6, 8]);
    expect(scaleFor({ title: "" }, [0.2, 0.3], 1, true).ticks.length).toBeGreaterThan(1);
  });

  it("take so many cells that their ticks are equally far apart, where that costs few", () => {
    const five = scaleFor({ title: "" }, [0, 20], 4);
    expect([5, 6, 7, 8, 9, 10].map((most) => evenCells(five, 5, most))).toEqual([5, 5, 5, 5, 9, 9]);
    expect(evenCells(five, 6, 8)).toBe(8);
    // Where the ticks begin is of no matter: 10, 20 ... 60 of 4 to 64.
    expect(evenCells(scaleFor({ title: "" }, [4, 64], 10, true), 60, 70)).toBe(67);
  });

  it("label values that are very small or very great, each with another label", () => {
    for (const unit of [1e-20, 1e-9, 1e22, 1e290]) {
      const labels = scaleFor({ title: "" }, [unit, 3 * unit], 6).ticks.map(shortNumber);
      expect(labels.length).toBeGreaterThan(2);
      expect(new Set(labels).size).toBe(labels.length);
      for (const label of labels) expect(label.length).toBeLessThan(9);
    }
  });

  it("refuse what a logarithm has no place for", () => {
    expect(() => scaleFor({ title: "t", scale: "log" }, [0, 3], 5)).toThrow("axis 't': 0 has no place");
  });

  it("write numbers short", () => {
    expect([0, 0.25, 1500, 9999, 20_000, 65_536, 1_500_000, -3e9].map(shortNumber)).toEqual([
      "0",
      "0.25",
      "1500",
      "9999",
      "20k",
      "65536",
      "1.5M",
      "-3G",
    ]);
  });
});

describe("charts as SVG", () => {
  it("are well-formed, escaped, small and always the same", () => {
    const svg = svgChart(LINES);
    expect(svg).toBe(svgChart(LINES));
    expect(svg).toContain("<title>a &lt; b &amp; c</title>");
    expect(svg.match(/class="line s\d"/g)).toHaveLength(4);
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(svg.length).toBeLessThan(5000);
  });

  it("put values where the axis says", () => {
    const svg = svgChart(BARS);
    const heights = [...svg.matchAll(/<rect class="f0"[^>]*height="([\d.]+)"/g)].map(([, height]) => Number(height));
    expect(heights[0]! / heights[1]!).toBeCloseTo(0.9, 2);
  });

  it("leave out points on a straight line, and no others", () => {
    const points = [0, 1, 2, 3, 4].map((x) => [x, x < 3 ? x : 0] as const);
    const path = /class="line s0" d="([^"]+)"/.exec(svgChart({ ...LINES, series: [{ name: "a", points }] }))![1]!;
    expect(path.split("L")).toHaveLength(4);
  });
});

describe("charts as text", () => {
  it("keep to their size", () => {
    const lines = terminalChart(LINES, { columns: 60, rows: 10 }).trimEnd().split("\n");
    expect(lines.every((line) => line.length <= 60)).toBe(true);
    expect(lines).toHaveLength(2 + 10 + 3);
  });

  it("show a few curves by letters with their names at their ends, one in dots", () => {
    const several = terminalChart(LINES);
    expect(several).toMatch(/ f fifo$/m);
    expect(several).toMatch(/ o opt$/m);
    expect(several).toMatch(/[fo]{3}/);
    expect(terminalChart({ ...LINES, series: LINES.series.slice(0, 1) })).toMatch(/[\u2801-\u28ff]/);
  });

  it("have a panel for each of many curves, to one scale, and say where the least of all is", () => {
    const series = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => {
      return { name: `curve ${n}`, points: [3, 4, 5].map((x) => [x, n * x] as const) };
    });
    for (const columns of [60, 80, 120]) {
      const distances = (lines: readonly string[]) => {
        const rows = lines.flatMap((line, row) => (line.includes("┤") ? [row] : []));
        return new Set(rows.slice(1).map((row, i) => row - rows[i]!));
      };
      const lines = terminalChart({ ...LINES, series }, { columns })
        .trimEnd()
        .split("\n");
      expect(lines.every((line) => line.length <= columns)).toBe(true);
      for (const { name } of series) expect(lines.filter((line) => line.includes(name))).toHaveLength(1);
      // The least one has no dots beside its own curve.
      expect(lines.join("\n")).toContain("·");
      expect(lines.at(-1)).toContain("up: faults; across: frames");
      // From the first panel's heading to its axis.
      expect(
        distances(
          lines.slice(
            1,
            lines.findIndex((line) => line.includes("└")),
          ),
        ).size,
      ).toBe(1);
    }
    const paint = (style: unknown, text: string) => (style === "bold" ? `<${text}>` : text);
    expect(terminalChart({ ...LINES, series }, { paint })).toContain("<curve 9>");
  });

  it("name curves by what tells them apart", () => {
    const names = ["process 1, space 1", "process 2, space 4"];
    const several = terminalChart({ ...LINES, series: LINES.series.map((each, i) => ({ ...each, name: names[i]! })) });
    expect(several).toContain("1 process 1, space 1   2 process 2, space 4");
  });

  it("draw bars in proportion, with their numbers", () => {
    const bars = terminalChart(BARS, { columns: 40 }).split("\n").slice(2, 4);
    const [nine, ten] = bars.map((line) => line.match(/█/g)!.length);
    expect(nine! / ten!).toBeCloseTo(0.9, 1);
    expect(bars.map((line) => Number(line.split(" ").at(-1)))).toEqual([9, 10]);
  });

  it("say what is wrong with a chart", () => {
    expect(() => terminalChart({ ...BARS, categories: ["one"] })).toThrow("a value for each category");
    expect(() => svgChart({ ...LINES, series: [{ name: "s", points: [] }] })).toThrow("series 's' is empty");
  });
});

describe("A curve", () => {
  const curve = (points: LineChart["series"][number]["points"]): LineChart => ({
    ...LINES,
    series: [{ name: "one", points }],
  });

  it("that goes up and down again at one x shows how far it went", () => {
    const peak = [
      [1, 0],
      [1, 10],
      [1, 5],
      [2, 5],
    ] as const;
    const path = /class="line s0" d="([^"]+)"/.exec(svgChart(curve(peak)))![1]!;
    expect(path.split("L")).toHaveLength(4);
  });

  it("has values between which there is room for numbers", () => {
    const far = [
      [1, 1e308],
      [2, -1e308],
    ] as const;
    for (const draw of [terminalChart, svgChart]) expect(() => draw(curve(far))).toThrow("no numbers from -1e+300 to");
  });
});

describe("axes of whole numbers", () => {
  it.each([
    [
      [1, 2],
      [1, 2],
    ],
    [
      [0, 3],
      [0, 1, 2, 3],
    ],
  ])("have no label between them: %j", (values, ticks) => {
    expect(scaleFor({ title: "frames" }, values, 8, true).ticks).toEqual(ticks);
    expect(scaleFor({ title: "frames" }, values, 8).ticks.every(Number.isInteger)).toBe(true);
  });

  it("are not those of measures", () => {
    expect(scaleFor({ title: "s" }, [0, 0.5], 5, true).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });
});
