/** `--share` as a user runs it: the built command, a folder, and the programs of the guest. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
let folder: string;
let shared: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "quire-share-"));
  shared = join(folder, "shared");
  fs.mkdirSync(shared);
  fs.writeFileSync(join(folder, "secret"), "secret\n");
  fs.writeFileSync(join(shared, "text"), "from the host\n");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** The host writes no file beyond 512 bytes. */
const limited = (args: readonly string[], input: string) =>
  spawnSync("sh", ["-c", 'ulimit -f 1; exec "$@"', "sh", process.execPath, QUIRE, ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    timeout: 60_000,
  });

function quire(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [QUIRE, ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

test("a shell of the guest works in the folder, and what it leaves is there", () => {
  const commands = `cd /host
    cat text
    mkdir made
    sort < text > made/sorted
    echo from the guest >> text
    ln -s ../../secret made/link
    ln text hard
    cp /bin/cat made/program
    made/program made/sorted
    mv made/sorted moved
    rm made/program
    ls
    cat made/link`;
  const { status, stdout, stderr } = quire(["boot", "--share", "shared"], commands);
  expect(stdout).toBe("from the host\nfrom the host\nhard\nmade\nmoved\ntext\n");
  // /host/made/../../secret is /secret, in the guest.
  expect(stderr).toContain("No such file or directory");
  expect(status).toBe(1);
  expect(fs.readFileSync(join(shared, "text"), "utf8")).toBe("from the host\nfrom the guest\n");
  expect(fs.readFileSync(join(shared, "moved"), "utf8")).toBe("from the host\n");
  expect(fs.readlinkSync(join(shared, "made/link"))).toBe("../../secret");
  expect(fs.statSync(join(shared, "hard")).ino).toBe(fs.statSync(join(shared, "text")).ino);
  expect(fs.readdirSync(join(shared, "made"))).toEqual(["link"]);
});

test("a program gets the folder too, and --get reads from it", () => {
  fs.writeFileSync(
    join(folder, "open.s"),
    `        .globl main
main:   addi sp, sp, -16
        sd ra, (sp)
        la a0, path
        li a1, 0x41             # O_WRONLY | O_CREAT
        li a2, 0644
        call open
        la a1, text
        li a2, 13
        call write
        li a0, 0
        ld ra, (sp)
        addi sp, sp, 16
        ret
        .section .rodata
path:   .asciz "/host/written"
text:   .asciz "by a program\\n"
`,
  );
  const { status, stderr } = quire(["run", "--share", "shared", "--get", "/host/written:copy", "open.s"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(fs.readFileSync(join(shared, "written"), "utf8")).toBe("by a program\n");
  expect(fs.readFileSync(join(folder, "copy"), "utf8")).toBe("by a program\n");
});

test("HOSTDIR:ro leaves the folder as it is", () => {
  const commands = `cat /host/text; echo no > /host/new; rm /host/text; mount | grep host
    mount -o remount,rw /host`;
  const { stdout, stderr } = quire(["boot", "--share", "shared:ro"], commands);
  expect(stdout).toMatch(/^from the host\nhost on \/host type 9p \(ro,/);
  expect(stderr.match(/Read-only file system/g)?.length).toBe(2);
  expect(stderr).toContain("mount: /host: cannot remount host read-write, is write-protected.\n");
  expect(fs.readdirSync(shared)).toEqual(["text"]);
});

test("what the host could not write is said at the end, with status 1 and not the guest's 0", () => {
  const { status, stdout, stderr } = limited(["boot", "--share", "shared"], "cat /bin/cat > /host/large; echo done");
  expect(status).toBe(1);
  expect(stdout).toMatch(/^done$/m);
  expect(stderr.split("\n").filter((line) => line.startsWith("quire:"))).toEqual([
    "quire: --share shared: file too large",
  ]);
  // A failure of the guest's own stays what it was, and less than the limit is no failure.
  expect(limited(["boot", "--share", "shared"], "cat /bin/cat > /host/large; exit 7").status).toBe(7);
  expect(limited(["boot", "--share", "shared"], "echo small > /host/small").status).toBe(0);
});

test("what is no folder is refused with a sentence", () => {
  for (const [name, says] of [
    ["nothing", "no such file or directory"],
    ["secret", "is not a directory"],
    ["nothing:ro", "no such file or directory"],
  ])
    expect(quire(["boot", "--share", name])).toEqual({
      status: 2,
      stdout: "",
      stderr: `quire: --share ${name.replace(":ro", "")}: ${says}\n`,
    });
  // Nor has anything been done by then.
  quire(["disk", "make", "--size", "16M", "--system", "image"]);
  const before = fs.readFileSync(join(folder, "image"));
  const put = ["--disk", "image", "--put", "secret:/home/secret"];
  expect(quire(["boot", ...put, "--share", "nothing"]).status).toBe(2);
  expect(fs.readFileSync(join(folder, "image")).equals(before)).toBe(true);
  fs.mkdirSync(join(folder, "odd:ro"));
  expect(quire(["boot", "--share", "odd:ro"], "touch /host/f").status).toBe(0);
  expect(fs.readdirSync(join(folder, "odd:ro"))).toEqual(["f"]);
});
