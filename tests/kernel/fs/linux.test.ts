import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CALLS, file, golden, runProgram } from "./computers.ts";
import { casesOf, translate } from "./script.ts";

const folder = new URL("calls/", import.meta.url);
const scripts = readdirSync(folder).map((name) => name.replace(".calls", ""));

describe("file calls give on Quire what they give on Linux", () => {
  for (const name of scripts) {
    const source = readFileSync(new URL(`${name}.calls`, folder), "latin1");
    const linux = casesOf(readFileSync(golden(`${name}.txt`), "latin1"));
    const script = file("script", translate(source, name));
    let quire: Map<string, string>;
    const run = () => {
      quire ??= casesOf(runProgram([file("calls", CALLS, 0o755), script], ["/calls", "/script"]));
      return quire;
    };
    it(`${name}: every case of the script was recorded`, () => {
      const titles = source.match(/^# .*/gm)!.map((line) => line.slice(2));
      expect([...linux.keys()]).toEqual(titles);
    });
    for (const [title, expected] of linux) it(`${name}: ${title}`, () => expect(run().get(title)).toBe(expected));
  }
});
