/** `quire boot --disk`: what the guest leaves in an image, judged by e2fsck and read again by `quire disk` and debugfs. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { noise } from "../tools/host-trees.ts";
import { outputOf, testWith } from "./tools.ts";

process.env.PATH = `${process.env.PATH}:/sbin:/usr/sbin`;

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
let folder = "";
let images = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-boot-disk-"));
  writeFileSync(join(folder, "data"), noise(300_000));
});
afterAll(() => rmSync(folder, { recursive: true }));

function quire(args: readonly string[], input = "") {
  const options = { cwd: folder, input, encoding: "latin1", timeout: 120_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [QUIRE, ...args], options);
  return { status, stdout, stderr };
}

function done(...args: string[]): void {
  expect(quire(args)).toEqual({ status: 0, stdout: "", stderr: "" });
}

function newImage(...options: string[]): string {
  const name = `${images++}.img`;
  done("disk", "make", name, "--size", "16M", ...options);
  return name;
}

function expectClean(image: string): void {
  const { status, stdout } = spawnSync("e2fsck", ["-fn", image], { cwd: folder, encoding: "utf8" });
  expect({ status, stdout: status === 0 ? "" : stdout }).toEqual({ status: 0, stdout: "" });
}

const hash = (image: string) =>
  createHash("sha256")
    .update(readFileSync(join(folder, image)))
    .digest("hex");

const SCRIPT = `mkdir -p /home/a/b
cp /data /home/a/b/copy
for i in 1 2 3 4 5 6 7 8 9; do echo $i > /home/a/$i; done
rm /home/a/5
mv /home/a/6 /home/a/b/six
ln /home/a/1 /home/a/b/one
ln -s ../1 /home/a/b/link
cat /home/a/b/link
`;

describe("an image that was booted from", () => {
  for (const size of ["1024", "2048", "4096"]) {
    testWith(["e2fsck", "debugfs"], `is clean and holds what the guest wrote, with blocks of ${size}`, () => {
      const image = newImage("--system", "--block-size", size);
      done("disk", "put", image, "data", "/");
      expect(quire(["boot", "--disk", image], SCRIPT)).toEqual({ status: 0, stdout: "1\n", stderr: "" });
      expectClean(image);
      expect(quire(["disk", "ls", image, "/home/a", "/home/a/b"]).stdout).toBe(
        "/home/a:\n1\n2\n3\n4\n7\n8\n9\nb\n\n/home/a/b:\ncopy\nlink\none\nsix\n",
      );
      expect(quire(["disk", "cat", image, "/home/a/b/copy"]).stdout).toBe(
        Buffer.from(noise(300_000)).toString("latin1"),
      );
      expect(outputOf("debugfs", ["-R", "cat /home/a/b/six", join(folder, image)]).toString()).toBe("6\n");
      expect(quire(["boot", "--disk", image], "cat /home/a/7; rm -r /home/a\n").stdout).toBe("7\n");
      expectClean(image);
    });
  }

  testWith(["e2fsck"], "is left alone with --snapshot, files of --put and all", () => {
    const image = newImage("--system");
    const before = hash(image);
    const kept = ["boot", "--snapshot", "--disk", image, "--put", "data:/new/", "--get", "/new/copy:out"];
    expect(quire(kept, "cp /new/data /new/copy; rm -r /demos\n")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(new Uint8Array(readFileSync(join(folder, "out")))).toEqual(noise(300_000));
    expect(hash(image)).toBe(before);
    expectClean(image);
  });

  testWith(["e2fsck"], "keeps the program of quire run, and what it wrote", () => {
    const image = newImage("--system");
    const source =
      '.globl main\nmain: la a0, path\nli a1, 0x42\nli a2, 0644\ncall open\nli a0, 7\ncall exit\n.rodata\npath: .asciz "/made"\n';
    writeFileSync(join(folder, "program.s"), source);
    expect(quire(["run", "--disk", image, "program.s"])).toEqual({ status: 7, stdout: "", stderr: "" });
    expectClean(image);
    expect(quire(["disk", "ls", image, "/home/program", "/made"]).status).toBe(0);
  });

  testWith(["e2fsck"], "further disks are mounted and kept, eight in all", () => {
    const drives = Array.from({ length: 6 }, () => newImage());
    const script = `${drives.map((_, i) => `mount /dev/vd${"bcdefg"[i]} /mnt && echo ${i} > /mnt/which && umount /mnt`).join("\n")}\n`;
    expect(quire(["boot", ...drives.flatMap((drive) => ["--drive", drive])], script)).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
    drives.forEach((drive, i) => {
      expectClean(drive);
      expect(quire(["disk", "cat", drive, "/which"]).stdout).toBe(`${i}\n`);
    });
  });
});
