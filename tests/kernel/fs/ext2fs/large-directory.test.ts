/** Directories of many blocks: what is remembered of their names is what is in their blocks, while names come, go and move. */
import { expect, it } from "vitest";
import { FLAGS } from "../../../../kernel/abi.ts";
import { list } from "../../../../kernel/fs/ext2/directory.ts";
import { MemoryImage } from "../../../../kernel/fs/ext2/image.ts";
import { checkVolumes } from "../../../../kernel/fs/ext2fs/check.ts";
import { diskMachine, imageWith } from "../../../campaigns/disk-machine.ts";
import { ArrayStore } from "../../../campaigns/disk-stores.ts";
import { Disk, ROOT } from "../ext2/disks.ts";

const { O_CREAT, O_EXCL, O_RDWR } = FLAGS.open;
const MAKE = O_CREAT | O_EXCL | O_RDWR;
const ENOENT = 2;
const EEXIST = 17;
const COUNT = 150;

const path = (i: number) => `/mnt/a-name-of-some-length-${String(i).padStart(4, "0")}`;

it("remembers the names of a large directory as they are in its blocks", () => {
  const lines: string[] = [];
  const expected: number[] = [];
  const names = new Set(["lost+found"]);
  const add = (line: string, result: number, change: () => void = () => {}) => {
    lines.push(line);
    expected.push(result);
    change();
  };
  const make = (i: number) => {
    add(`o 0 ${MAKE} ${path(i)}`, 0, () => names.add(path(i).slice(5)));
    add("c 0", 0);
  };
  const remove = (i: number) => add(`u ${path(i)}`, 0, () => names.delete(path(i).slice(5)));
  for (let i = 0; i < COUNT; i++) make(i);
  for (let i = 0; i < COUNT; i += 3) remove(i);
  add(`u ${path(3)}`, -ENOENT);
  add(`o 0 ${MAKE} ${path(4)}`, -EEXIST);
  for (let i = 1; i < COUNT; i += 9)
    add(`r ${path(i)} ${path(i + 10_000)}`, 0, () => {
      names.delete(path(i).slice(5));
      names.add(path(i + 10_000).slice(5));
    });
  for (let i = 0; i < COUNT; i += 6) make(i);
  add(`m ${path(5000)}`, 0, () => names.add(path(5000).slice(5)));
  add(`r ${path(2)} ${path(5)}`, 0, () => names.delete(path(2).slice(5)));

  const store = new ArrayStore(imageWith(1024, 2 ** 22, []));
  let looks = 0;
  const { computer } = diskMachine([lines], store, ({ line, result }) => {
    expect(Math.min(result ?? 0, 0), lines[line]).toBe(expected[line]);
    if (line % 20 !== 0) return;
    checkVolumes(computer.kernel);
    for (const { indexes } of computer.kernel.fs.volumes.values())
      for (const { state } of indexes.values()) if (state === "complete") looks++;
  });
  expect(computer.run({ idle: "skip", instructionLimit: 1e9 })).toMatchObject({ kind: "off", status: 0 });
  expect(looks).toBeGreaterThan(5);
  const { view } = new Disk(new MemoryImage(store.bytes, 1024));
  expect(new Set(list(view, ROOT, 0, 1e6).map(({ name }) => name))).toEqual(names);
});
