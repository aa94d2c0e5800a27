/** Memory shared by name, and other processes' memory: what Linux 6.1 answered, and what must hold behind the answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS } from "../../kernel/abi.ts";
import { checkKernel } from "../../kernel/check.ts";
import type { Computer } from "../../kernel/computer.ts";
import { checkFiles } from "../../kernel/fs/check.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Process } from "../../kernel/process.ts";
import { attachments, describeSegments, newSegment, removeSegment, residency, segmentById } from "../../kernel/shm.ts";
import { sharedMemoryCalls } from "../../kernel/syscalls/shared-memory.ts";
import { copyOut } from "../../kernel/usercopy.ts";
import { evict } from "../../kernel/vm/reclaim.ts";
import { guest } from "./guest.ts";
import { GOLDEN, start } from "./programs.ts";
import { errnoOf } from "./vm/machines.ts";

const PROGRAMS = ["shared-memory", "memory-files", "process-memory"];

/** Lets a program run in slices of so many instructions, and asserts every invariant at the end of each. */
function checkedRun(name: string, config: Parameters<typeof start>[1], slice: number) {
  const program = start([name], config);
  const { computer } = program;
  for (let limit = slice; ; limit += slice) {
    const outcome = computer.run({ idle: "skip", instructionLimit: limit });
    checkKernel(computer.kernel);
    checkFiles(computer.kernel);
    if (outcome.kind !== "limit") return { outcome, text: program.output() };
  }
}

describe.each(PROGRAMS)("%s", (name) => {
  const expected = readFileSync(join(GOLDEN, `${name}.txt`), "latin1");

  test.each(["sv48", "sv39"] as const)("prints what it prints on Linux, under %s", (paging) => {
    const { outcome, text } = checkedRun(name, { paging }, 50_000);
    expect(outcome).toEqual({ kind: "off", status: 0, message: "power off" });
    expect(text).toBe(expected);
  });

  test("prints the same with the naive variants of every policy", () => {
    const program = start([name], {
      fork: "eager",
      population: "eager",
      frames: "first-fit",
      tlb: { sets: 1, ways: 1 },
    });
    program.finish();
    expect(program.output()).toBe(expected);
  });

  test("leaves nothing behind of what a copy of the state, put back, does again", () => {
    const program = start([name], { ram: 16 * 2 ** 20 });
    program.computer.run({ idle: "skip", instructionLimit: 20_000 });
    const snapshot = program.computer.snapshot();
    const written = program.output().length;
    program.finish();
    const text = program.output();
    program.computer.restore(snapshot);
    program.finish();
    expect(program.output().slice(text.length)).toBe(text.slice(written));
  });
});

/** A computer whose process 1 sleeps for good, and that process. */
function idle(): { computer: Computer; k: Kernel; p: Process } {
  const program = start(
    ["sleeper"],
    {},
    { sleeper: guest("1: li a0, 0\nli a1, 0\nli a2, 0\nli a3, 0\nli a4, 8\nsyscall ppoll\nj 1b\n") },
  );
  program.computer.run({ idle: "return", instructionLimit: 100_000 });
  const { kernel: k } = program.computer;
  return { computer: program.computer, k, p: k.processes.get(1)! };
}

describe("the table of segments", () => {
  const make = (k: Kernel, p: Process, key = 0, bytes = PAGE_SIZE) => newSegment(k, p, key, bytes, 0o600, "whole");

  test("gives indices one after the other, and starts again at 64 with another sequence number", () => {
    const { k, p } = idle();
    const ids: number[] = [];
    for (let i = 0; i < 130; i++) {
      const segment = make(k, p);
      ids.push(segment.id);
      removeSegment(k, segment);
    }
    const expected = Array.from({ length: 130 }, (_, i) => Math.floor(i / 64) * 32768 + (i % 64));
    expect(ids).toEqual(expected);
    expect(k.shm.pages).toBe(0);
    expect(k.vm.cache.objects.size).toBe(new Set(k.vm.cache.files.values()).size);
  });

  test("does not take an index that is in use, and widens the circle for many", () => {
    const { k, p } = idle();
    const kept = Array.from({ length: 64 }, () => make(k, p));
    // The circle is as wide as one and a half times what is there.
    expect([make(k, p).id, make(k, p).id]).toEqual([64, 65]);
    removeSegment(k, kept[10]);
    for (let i = 66; i < 96; i++) make(k, p);
    expect(new Set([...k.shm.segments.values()].map(({ id }) => id)).size).toBe(k.shm.segments.size);
  });

  test("keeps to shmmax, shmall and shmmni", () => {
    const { k, p } = idle();
    k.shm.limits.shmmax = 8 * PAGE_SIZE;
    k.shm.limits.shmall = 10;
    k.shm.limits.shmmni = 2;
    const committed = k.vm.commit.committed;
    expect(errnoOf(() => make(k, p, 0, 8 * PAGE_SIZE + 1))).toBe("EINVAL");
    const first = make(k, p, 0, 8 * PAGE_SIZE);
    expect(errnoOf(() => make(k, p, 0, 3 * PAGE_SIZE))).toBe("ENOSPC");
    const second = make(k, p, 5, 2 * PAGE_SIZE);
    k.shm.limits.shmall = 100;
    expect(errnoOf(() => make(k, p))).toBe("ENOSPC");
    expect(k.vm.commit.committed).toBe(committed + 10);
    removeSegment(k, first);
    removeSegment(k, second);
    expect(k.vm.commit.committed).toBe(committed);
    checkKernel(k);
  });

  test("is strict about what was promised: mode 2 refuses, SHM_NORESERVE is charged page by page", () => {
    const { k, p } = idle();
    const committed = k.vm.commit.committed;
    newSegment(k, p, 0, 1000 * PAGE_SIZE, 0o600, "by page");
    expect(k.vm.commit.committed).toBe(committed);
    k.vm.settings.overcommitMemory = 2;
    k.vm.settings.overcommitRatio = 1;
    expect(errnoOf(() => make(k, p, 0, 3 * k.vm.frames.count * PAGE_SIZE))).toBe("ENOMEM");
    expect(k.vm.commit.committed).toBe(committed);
  });

  test("is shown as /proc/sysvipc/shm shows it", () => {
    const { k, p } = idle();
    const segment = make(k, p, -1, 3 * PAGE_SIZE + 1);
    segment.mode = 0o640;
    segment.uid = 1000;
    const lines = describeSegments(k).split("\n");
    expect(lines[0]).toBe(
      "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap",
    );
    const time = String(segment.changeTime).padStart(10);
    expect(lines[1]).toBe(
      `        -1          0   640                 12289     1     0      0  1000     0     0     0          0          0 ${time}                     0                     0`,
    );
    expect(lines).toHaveLength(3);
  });
});

test("a segment's attachments are the vmas that show it, whoever has them", () => {
  const { k, p } = idle();
  const id = Number(sharedMemoryCalls.shmget(k, p, 7, 4 * PAGE_SIZE, 0o1600));
  const at = Number(sharedMemoryCalls.shmat(k, p, id, 0, 0));
  expect(attachments(segmentById(k, id))).toBe(1);
  removeSegment(k, segmentById(k, id));
  expect(segmentById(k, id).key).toBe(0);
  checkKernel(k);
  expect(sharedMemoryCalls.shmdt(k, p, at)).toBe(0);
  expect(errnoOf(() => segmentById(k, id))).toBe("EINVAL");
  checkKernel(k);
});

test("SHM_LOCK keeps a segment's pages in RAM until SHM_UNLOCK", () => {
  const { k, p } = idle();
  const id = Number(sharedMemoryCalls.shmget(k, p, 7, PAGE_SIZE, 0o1600));
  const at = Number(sharedMemoryCalls.shmat(k, p, id, 0, 0));
  copyOut(k, p, at, new Uint8Array([1, 2, 3]));
  const { object } = segmentById(k, id);
  const index = object.pages.get(0)! - k.vm.frames.first;
  expect(sharedMemoryCalls.shmctl(k, p, id, CONSTANTS.ipc.SHM_LOCK, 0)).toBe(0);
  expect(evict(k, index)).toBe("kept");
  expect(object.pages.size).toBe(1);
  expect(sharedMemoryCalls.shmctl(k, p, id, CONSTANTS.ipc.SHM_UNLOCK, 0)).toBe(0);
  expect(evict(k, index)).not.toBe("kept");
  expect([object.pages.size, object.swapped.size]).toEqual([0, 1]);
  expect(residency([segmentById(k, id)])).toEqual({ resident: 0, swapped: 1 });
  checkKernel(k);
});

test("SHM_LOCK counts for whoever locks, not for who made the segment", () => {
  const { k, p } = idle();
  const { SHM_LOCK, SHM_UNLOCK } = CONSTANTS.ipc;
  p.limits[CONSTANTS.rlimit.RLIMIT_MEMLOCK] = { soft: 2 * PAGE_SIZE, hard: 2 * PAGE_SIZE };
  const own = (uid: number) => {
    p.credentials = { ...p.credentials, uid, euid: uid, suid: uid };
  };
  own(1000);
  const ids = Array.from({ length: 4 }, (_, key) =>
    Number(sharedMemoryCalls.shmget(k, p, 20 + key, PAGE_SIZE, 0o1666)),
  );
  for (const id of ids.slice(0, 3)) segmentById(k, id).uid = 2000;
  const lock = (id: number, command: number) => errnoOf(() => sharedMemoryCalls.shmctl(k, p, id, command, 0));
  own(2000);
  expect(ids.slice(0, 3).map((id) => lock(id, SHM_LOCK))).toEqual(["", "", "ENOMEM"]);
  own(1000);
  expect([ids[0], ids[2], ids[3]].map((id) => lock(id, SHM_LOCK))).toEqual(["", "", ""]);
  expect(lock(ids[1], SHM_UNLOCK)).toBe("");
  own(2000);
  expect(lock(ids[1], SHM_LOCK)).toBe("");
  for (const id of ids) removeSegment(k, segmentById(k, id));
  checkKernel(k);
});

test("a tmpfs counts its pages and inodes, and refuses more than its own", () => {
  const { k } = idle();
  const mounts = [...k.fs.mounts.values()];
  const shm = mounts.find(({ source, fs }) => fs === "tmpfs" && source === "tmpfs")!;
  expect(shm.most).toBe(k.vm.frames.count / 2);
  expect([shm.usedPages, shm.usedInodes]).toEqual([0, 1]);
  for (const { device, usedInodes, fs } of mounts) {
    if (fs === "procfs") continue;
    expect(usedInodes).toBe([...k.fs.inodes.values()].filter((inode) => inode.device === device).length);
  }
});
