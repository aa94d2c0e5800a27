import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { packCpio, readCpio } from "../../kernel/fs/cpio.ts";
import { bytes, directory, file, golden, text } from "../kernel/fs/computers.ts";
import { outputOf, testWith } from "./tools.ts";

const folder = mkdtempSync(join(tmpdir(), "quire-"));
afterAll(() => rmSync(folder, { recursive: true }));

const GCC = "riscv64-linux-gnu-gcc";
/** As tests/kernel/programs/build has them. */
const FLAGS =
  "-Os -w -march=rv64ima_zicsr_zifencei -mabi=lp64 -static -nostdlib -ffreestanding -fno-pic -no-pie -s -Wl,-z,norelro,-z,separate-code,--build-id=none";

describe("archives and GNU cpio", () => {
  testWith(["cpio"], "cpio lists and unpacks what packCpio packs", () => {
    const archive = join(folder, "ours.cpio");
    const big = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
    writeFileSync(
      archive,
      packCpio([
        directory("d"),
        file("d/big", big),
        file("empty", ""),
        { path: "l", mode: 0o120777, data: bytes("d/big") },
      ]),
    );
    const listed = spawnSync("cpio", ["-t", "--quiet"], { input: readFileSync(archive) });
    expect(listed.stdout.toString()).toBe("d\nd/big\nempty\nl\n");
    const to = join(folder, "unpacked");
    mkdirSync(to);
    expect(spawnSync("cpio", ["-i", "--quiet"], { input: readFileSync(archive), cwd: to }).status).toBe(0);
    expect(Uint8Array.from(readFileSync(join(to, "d/big")))).toEqual(big);
    expect(Uint8Array.from(readFileSync(join(to, "l")))).toEqual(big);
  });

  testWith(["cpio"], "readCpio reads what cpio packs", () => {
    const from = join(folder, "from");
    mkdirSync(join(from, "sub"), { recursive: true });
    writeFileSync(join(from, "sub/a"), "contents of a");
    writeFileSync(join(from, "b"), "");
    const input = ".\nsub\nsub/a\nb\n";
    const archive = Uint8Array.from(spawnSync("cpio", ["-o", "-H", "newc", "--quiet"], { input, cwd: from }).stdout);
    const files = readCpio((position, length) => archive.subarray(position, position + length), archive.length);
    expect(files.map(({ name }) => name)).toEqual([".", "sub", "sub/a", "b"]);
    expect(text(archive.subarray(files[2].position, files[2].position + files[2].size))).toBe("contents of a");
  });
});

describe("the golden programs of the file tests", () => {
  const sources = {
    "calls.elf": "../kernel/fs/programs/calls.c",
    "file-work.elf": "../kernel/fs/programs/file-work.c",
    "list-tree.elf": "../kernel/fs/programs/list-tree.c",
    "init.elf": "../kernel/programs/init.c",
  };
  for (const [name, source] of Object.entries(sources))
    testWith([GCC], `${name} is what ${source.split("/").at(-1)} compiles to: the same instructions and data`, () => {
      const out = join(folder, name);
      outputOf(GCC, [...FLAGS.split(" "), "-o", out, new URL(source, import.meta.url).pathname]);
      expect(Uint8Array.from(readFileSync(out))).toEqual(Uint8Array.from(readFileSync(golden(name))));
    });
});
