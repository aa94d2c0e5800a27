/** The kernel's side of a share as a part of the computer: snapshots, memory pressure, hosts that talk nonsense. */
import * as fs from "node:fs";
import { expect, test } from "vitest";
import { Random } from "../../../../cpu/random.ts";
import { checkFiles } from "../../../../kernel/fs/check.ts";
import { checkVm } from "../../../../kernel/vm/check.ts";
import { withShared } from "./shared.ts";

const SCRIPT = `openat AT_FDCWD "d/f" O_RDWR 0 > f
  openat AT_FDCWD "gone" O_RDONLY 0 > g
  pread64 $f b1 4 0 > n
  show bytes b1 $n
  unlinkat AT_FDCWD "gone" 0
  mkdirat AT_FDCWD "@now" 0
  pread64 $f b1 4 4096 > n
  show bytes b1 $n
  pwrite64 $f "W" 1 1
  fsync $f
  pread64 $g b1 4 0
  openat AT_FDCWD "d/new" O_CREAT|O_WRONLY 0644 > h
  write $h "new" 3
  close $h`;

test("a restored computer finds its files again by their names, and what has none is stale", () =>
  withShared(({ path, boot }) => {
    fs.mkdirSync(path("d"));
    const fill = () => {
      fs.writeFileSync(path("d/f"), "a".repeat(4096) + "b".repeat(4096));
      fs.writeFileSync(path("gone"), "gone");
      fs.rmSync(path("d/new"), { force: true });
    };
    fill();
    let taken: ReturnType<typeof started.computer.snapshot> | null = null;
    const started = boot(SCRIPT, { now: () => started.computer.machine.flush() });
    // Stop at a moment in the middle: after the step, which is the last before the second page is read.
    const { computer } = started;
    for (let limit = 10_000; taken === null; limit += 2_000) {
      computer.run({ idle: "skip", instructionLimit: limit });
      if (!fs.existsSync(path("gone"))) taken = computer.snapshot();
    }
    const first = started.finish();
    expect(first.slice(-9)).toContain("3");
    expect(fs.readFileSync(path("d/new"), "latin1")).toBe("new");
    fill();
    computer.restore(taken);
    const second = started.finish();
    expect(fs.readFileSync(path("d/f"), "latin1").slice(0, 3)).toBe("aWa");
    expect(fs.readFileSync(path("d/new"), "latin1")).toBe("new");
    expect(second).toContain('"bbbb"');
    // The file without a name was the old session's.
    expect(second.filter((line) => line === "-5" || line === "-116").length).toBeGreaterThan(0);
  }));

test("looking from outside sees the host's files", () =>
  withShared(({ path, boot }) => {
    const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => i);
    fs.writeFileSync(path("f"), bytes);
    const { computer, finish } = boot(
      `openat AT_FDCWD "f" O_RDWR 0 > f
      pwrite64 $f "new" 3 5000
      mkdirat AT_FDCWD "@open" 0`,
      { open: () => {} },
    );
    finish();
    bytes.set([0x6e, 0x65, 0x77], 5000);
    expect(computer.readFile("/host/f")).toEqual(bytes);
    expect(computer.readFile("/host/none")).toBeNull();
  }));

test("a file larger than memory goes to the guest and back", () =>
  withShared(({ path, run }) => {
    const size = 3 * 2 ** 20;
    const bytes = Buffer.alloc(size, "0123456789abcdef!");
    fs.writeFileSync(path("large"), bytes);
    // A call may move less than it is asked to.
    const again = `sendfile $g $f 0 ${size}\n`.repeat(50);
    run(
      `openat AT_FDCWD "large" O_RDONLY 0 > f
       openat AT_FDCWD "copy" O_CREAT|O_RDWR 0644 > g
       ${again}
       close $g`,
      {},
      { ram: 2 * 2 ** 20, swap: 0 },
    );
    expect(fs.readFileSync(path("copy")).equals(bytes)).toBe(true);
  }));

test("hosts that answer with nonsense get errors, and nothing else", () => {
  for (let seed = 1; seed <= 20; seed++)
    withShared(({ path, server, boot }) => {
      fs.mkdirSync(path("d"));
      fs.writeFileSync(path("d/f"), "content");
      const random = new Random(seed);
      let asked = 0;
      const exchange = (request: Uint8Array) => {
        const reply = server.exchange(request);
        // The session and the mount have begun; from then on every third answer or so is damaged.
        if (++asked <= 3 || random.below(3) !== 0) return reply;
        if (random.below(4) === 0) return random.bytes(random.below(200));
        const damaged = reply.slice(0, random.below(5) === 0 ? random.below(reply.length) : reply.length);
        for (let i = random.below(4); i >= 0 && damaged.length > 0; i--)
          damaged[random.below(damaged.length)] = random.below(256);
        return damaged;
      };
      const { computer, finish } = boot(
        `${SCRIPT.replace(/.*@now.*\n/, "")}
        openat AT_FDCWD "." O_RDONLY|O_DIRECTORY 0 > d
        getdents64 $d b1 4096
        renameat2 AT_FDCWD "d" AT_FDCWD "e" 0
        symlinkat "x" AT_FDCWD "s"
        readlinkat AT_FDCWD "s" b1 100
        statfs "/host" b0
        mkdirat AT_FDCWD "e/x" 0755
        unlinkat AT_FDCWD "e/x" AT_REMOVEDIR
        linkat AT_FDCWD "e/f" AT_FDCWD "l" 0
        fchmodat AT_FDCWD "l" 0600`,
        {},
        { share: { readOnly: false, exchange } },
      );
      finish();
      checkVm(computer.kernel);
      checkFiles(computer.kernel);
    });
});
