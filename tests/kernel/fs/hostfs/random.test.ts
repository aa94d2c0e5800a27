import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ShareServer } from "../../../../tools/share/server.ts";
import { runProgram } from "../computers.ts";
import { compareRandomWork } from "../random-compare.ts";

/** Every file below a folder with its type, permissions and content. */
function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      const link = stat.isSymbolicLink() ? readlinkSync(path) : "";
      const content = stat.isFile() ? readFileSync(path, "latin1") : link;
      return [name, `${stat.mode.toString(8)} ${stat.nlink} ${content}`];
    }),
  );
}

describe("random work in a shared folder, by several processes", () => {
  const onLinux = process.platform === "linux" ? it : it.skip;
  for (const seed of [1, 2, 3])
    onLinux(`gives what it gives without a guest, and leaves the same files, seed ${seed} (needs a Linux host)`, () => {
      const folder = mkdtempSync(join(tmpdir(), "quire-share-"));
      const share = new ShareServer(folder);
      try {
        const run: typeof runProgram = (files, argv) => runProgram(files, argv, { share });
        compareRandomWork(seed, run, "/host", (tree) => expect(contentsOf(folder)).toEqual(contentsOf(tree)));
      } finally {
        share.close();
        rmSync(folder, { recursive: true });
      }
    });
});
