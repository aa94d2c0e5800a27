/** The invariants of a mounted ext2 hold after work, and a state that breaks one is found: a planted bug for each. */
import { describe, expect, it } from "vitest";
import { checkVolumes } from "../../../../kernel/fs/ext2fs/check.ts";
import type { Volume } from "../../../../kernel/fs/ext2fs/types.ts";
import type { Kernel } from "../../../../kernel/kernel.ts";
import { guest } from "../../guest.ts";
import { diskWith, start } from "../../programs.ts";
import { newImage } from "../ext2/disks.ts";

/** Mounts the disk, makes and writes a file, removes another, and stops in the middle of things: nothing has gone home yet. */
const WORK = guest(`
    la   a0, device
    la   a1, folder
    la   a2, type
    li   a3, 0
    li   a4, 0
    syscall mount
    bnez a0, bad
    li   a0, -100
    la   a1, gone
    li   a2, 0102
    li   a3, 0644
    syscall openat
    bltz a0, bad
    syscall close
    li   a0, -100
    la   a1, path
    li   a2, 0102
    li   a3, 0644
    syscall openat
    bltz a0, bad
    la   a1, folder
    li   a2, 4
    syscall write
    li   a0, -100
    la   a1, gone
    li   a2, 0
    syscall unlinkat
    bnez a0, bad
1:  j    1b
bad: syscall exit_group
    .data
device: .asciz "/dev/vdb"
folder: .asciz "/tmp"
type: .asciz "ext2"
path: .asciz "/tmp/file"
gone: .asciz "/tmp/gone"
`);

function atWork(): { k: Kernel; v: Volume } {
  const disk = newImage({ size: 2 ** 20, blockSize: 1024 }).bytes;
  const program = start(["work"], { disks: [diskWith({ work: WORK }), disk] }, { work: WORK });
  const outcome = program.computer.run({ idle: "skip", instructionLimit: 100_000 });
  const k = program.computer.kernel;
  const [v] = [...k.fs.volumes.values()];
  if (outcome.kind !== "limit" || v === undefined) throw new Error(JSON.stringify(outcome));
  return { k, v };
}

const first = <T>(values: Iterable<T>): T => [...values][0];

const BUGS: readonly (readonly [string, string, (v: Volume, k: Kernel) => void])[] = [
  ["a node without its inode", "volume (1)", (v, k) => k.fs.inodes.delete(first(v.nodes.values()).inode)],
  ["an inode without its node", "volume (1)", (v) => v.nodes.delete([...v.nodes.keys()].at(-1)!)],
  [
    "a dirty block in a clean page",
    "volume (2)",
    (v) => v.dirty.set(900, { kind: "inodes", since: v.changes, writing: false }),
  ],
  ["blocks in a wrong order", "volume (3)", (v) => Object.assign(first(v.dirty.values()), { since: v.changes + 1 })],
  ["a wanted block that is clean", "volume (4)", (v) => v.wanted.add(901)],
  ["a wanted block whose first ones are not", "volume (4)", (v) => v.wanted.add(first(v.order.before.keys()))],
  ["an order seen from one end only", "volume (5)", (v) => v.order.after.delete(first(v.order.after.keys()))],
  ["a task that waits for nothing and is not ready", "volume (6)", (v) => first(v.tasks.values()).blocks.clear()],
  ["a block that a task does not know it waits for", "volume (6)", (v) => v.waiting.set(902, new Set([1]))],
  [
    "an index that misses names",
    "volume (8)",
    (v) => v.indexes.set(2, { names: new Map(), blocks: 1, state: "complete", room: 0 }),
  ],
  [
    "a page that is kept elsewhere",
    "volume (7)",
    (_, k) => {
      for (const { inode, places } of k.vm.cache.objects.values())
        if (inode?.fs === "ext2" && places.size > 0)
          places.set(first(places.keys()), [{ disk: 1, position: 4096, length: 1024, offset: 0 }]);
    },
  ],
];

describe("the invariants of a mounted ext2", () => {
  it("hold in the middle of work", () => {
    const { k, v } = atWork();
    expect([v.dirty.size > 3, v.tasks.size, v.order.before.size > 0]).toEqual([true, 1, true]);
    checkVolumes(k);
  });

  it.each(BUGS)("are broken by %s: %s", (_, message, plant) => {
    const { k, v } = atWork();
    plant(v, k);
    expect(() => checkVolumes(k)).toThrow(message);
  });
});
