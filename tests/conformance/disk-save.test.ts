/**
 * `quire disk put` and `rm`, stopped after any of their writes: e2fsck repairs the image, no other file is harmed, and what was
 * to be replaced is there as it was or as it was to be.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { type DiskStore, MemoryStore } from "../../cpu/devices/disk-store.ts";
import { Random } from "../../cpu/random.ts";
import { readData } from "../../kernel/fs/ext2/data.ts";
import { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import { ROOT_INODE } from "../../kernel/fs/ext2/layout.ts";
import { MAKE_DEFAULTS, make } from "../../kernel/fs/ext2/make.ts";
import type { HostDisk } from "../../tools/disk/file-store.ts";
import { scanTree } from "../../tools/disk/host-tree.ts";
import { existing } from "../../tools/disk/paths.ts";
import { Writer } from "../../tools/disk/put.ts";
import { remove } from "../../tools/disk/remove.ts";
import { saveChanges, type Volume, volumeOn } from "../../tools/disk/volume.ts";
import { noise } from "../tools/host-trees.ts";
import { E2FSCK, findings, repaired } from "./ext2-tools.ts";
import { testWith } from "./tools.ts";

const BLOCK_SIZE = 1024;
const SIZE = 1 << 20;
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-save-"));
  fill("old", 1);
  fill("new", 2);
  fill("next", 3);
  mkdirSync(join(folder, "new", "more"));
  for (let i = 0; i < 16; i++) writeFileSync(join(folder, "new/more", `${i}`.repeat(100)), `${i}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const SIZES = [10, 1024, 13 * 1024, 70_000];

/** A folder with files of several sizes, whose contents are `seed`'s. */
function fill(name: string, seed: number): void {
  mkdirSync(join(folder, name));
  for (const size of SIZES) writeFileSync(join(folder, name, `of-${size}`), noise(size, seed));
}

type Step = { readonly position: number; readonly bytes: Uint8Array } | "flush";

/** A disk in memory that remembers what was done to it. */
class Recorder implements DiskStore {
  readonly steps: Step[] = [];
  readonly size: number;
  readonly below: MemoryStore;
  constructor(image: Uint8Array) {
    this.size = image.length;
    this.below = new MemoryStore(image);
  }
  read(position: number, into: Uint8Array): void {
    this.below.read(position, into);
  }
  write(position: number, bytes: Uint8Array): void {
    this.steps.push({ position, bytes: bytes.slice() });
    this.below.write(position, bytes);
  }
  flush(): void {
    this.steps.push("flush");
  }
  save = () => this.below.save();
  restore = (saved: unknown) => this.below.restore(saved);
}

const asDisk = (store: DiskStore): HostDisk => ({
  path: "image",
  identity: "none",
  store,
  warnings: [],
  failures: new Set(),
  close: () => {},
});

/** What a change does to an image: its writes, and the image that it leaves. */
function changed(image: Uint8Array, use: (volume: Volume) => void): { steps: readonly Step[]; result: Uint8Array } {
  const store = new Recorder(image);
  saveChanges(asDisk(store), volumeOn(asDisk(store), "write").volume, use);
  const result = new Uint8Array(image.length);
  store.read(0, result);
  return { steps: store.steps, result };
}

const put = (name: string, target: string) => (volume: Volume) => {
  const tree = scanTree(join(folder, name), target, { blockSize: BLOCK_SIZE, dense: false, image: null });
  new Writer(volume, { uid: 0, gid: 0 }).put(ROOT_INODE, "/", [tree]);
};

function start(): Uint8Array {
  const image = new MemoryImage(new Uint8Array(SIZE), BLOCK_SIZE);
  const options = { ...MAKE_DEFAULTS, blockSize: BLOCK_SIZE, size: SIZE, uuid: "0".repeat(32), time: 1 };
  make({ ...options, bytesPerInode: 2048 }, (block, bytes) => image.write(block, bytes));
  const kept = changed(image.bytes, put("old", "kept")).result;
  return changed(kept, put("old", "d")).result;
}

function fileIn(image: Uint8Array, path: string): Uint8Array | null {
  const { volume } = volumeOn(asDisk(new MemoryStore(image)), "read");
  try {
    const { ino, size } = existing(volume, path, false);
    return volume.look(path, (v) => readData(v, ino, 0, size));
  } catch {
    return null;
  }
}

/** Images as a stop would leave them: everything up to a flush has arrived, what follows in part. */
function* stops(image: Uint8Array, steps: readonly Step[]): Generator<Uint8Array> {
  const random = new Random(1);
  const safe = image.slice();
  let pending: Exclude<Step, "flush">[] = [];
  for (const step of steps) {
    if (step === "flush") {
      for (const { position, bytes } of pending) safe.set(bytes, position);
      pending = [];
    } else {
      pending.push(step);
      const now = safe.slice();
      for (const { position, bytes } of pending) if (random.below(3) > 0) now.set(bytes, position);
      yield now;
    }
  }
  for (const { position, bytes } of pending) safe.set(bytes, position);
  yield safe;
}

/** @param may what a file of the folder d may be after a stop; null: missing */
function expectRepairable(
  image: Uint8Array,
  use: (volume: Volume) => void,
  may: (found: Uint8Array | null, size: number) => boolean,
): void {
  const { steps, result } = changed(image, use);
  expect(findings(new MemoryImage(result, BLOCK_SIZE))).toBe("");
  let count = 0;
  for (const stopped of stops(image, steps)) {
    // As at boot: an image that says that it is clean is believed.
    const { bytes } = repaired(new MemoryImage(stopped, BLOCK_SIZE), ["-y"]);
    expect(findings(new MemoryImage(bytes, BLOCK_SIZE)), `stop ${count}`).toBe("");
    for (const size of SIZES) {
      expect(fileIn(bytes, `/kept/of-${size}`), `stop ${count}, kept`).toEqual(noise(size, 1));
      expect(may(fileIn(bytes, `/d/of-${size}`), size), `stop ${count}, of-${size}`).toBe(true);
    }
    count++;
  }
  expect(count).toBeGreaterThan(10);
}

const same = (found: Uint8Array | null, size: number, seed: number) =>
  found !== null && Buffer.compare(found, noise(size, seed)) === 0;

describe("an image, wherever writing it stops,", () => {
  testWith([E2FSCK], "has the replaced files as they were or as they were to be", () => {
    expectRepairable(start(), put("new", "d"), (found, size) => same(found, size, 1) || same(found, size, 2));
  });

  testWith([E2FSCK], "has lost nothing but what was being removed", () => {
    expectRepairable(
      start(),
      (volume) => remove(volume, "/d", true),
      (found, size) => found === null || same(found, size, 1),
    );
  });

  testWith([E2FSCK], "has lost nothing but what was being replaced, where there is no room for both", () => {
    let image = start();
    const another = (n: number) => changed(image, put("old", `filler ${n}`)).result;
    for (let n = 0; n < 8; n++) image = another(n);
    expect(() => another(8)).toThrow(/is full/);
    expectRepairable(image, put("next", "d"), () => true);
  });
});
