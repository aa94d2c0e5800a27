import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import { CALLS, directory, file, golden, INIT, runProgram } from "./computers.ts";
import { callsImage } from "./ext2-calls/image.ts";
import { casesOf, translate } from "./script.ts";

const source = readFileSync(new URL("ext2-calls/ext2.calls", import.meta.url), "latin1");

function run(blockSize: number): Map<string, string> {
  const root = packCpio([
    directory("tmp", 0o1777),
    file("init", INIT, 0o755),
    file("calls", CALLS, 0o755),
    file("script", translate(source, "ext2")),
  ]);
  return casesOf(runProgram([], ["/calls", "/script"], { disks: [root, callsImage(blockSize)] }));
}

describe.each([1024, 4096])(
  "calls on a mounted ext2 give what they give on Linux, with blocks of %i bytes",
  (blockSize) => {
    const linux = casesOf(readFileSync(golden(`ext2-${blockSize}.txt`), "latin1"));
    let quire: Map<string, string>;
    it("every case of the script was recorded", () => {
      const titles = source.match(/^# .*/gm)!.map((line) => line.slice(2));
      expect([...linux.keys()]).toEqual(titles);
    });
    for (const [title, expected] of linux)
      it(title, () => {
        quire ??= run(blockSize);
        expect(quire.get(title)).toBe(expected);
      });
  },
);
