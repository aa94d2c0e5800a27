/** What could not be freed, since the disk failed: room is lost, so the disk does not say that it is whole. */
import { describe, expect, it } from "vitest";
import { DiskError } from "../../../../cpu/devices/disk-store.ts";
import { ArrayStore } from "../../../campaigns/disk-stores.ts";
import { Disk, newImage } from "../ext2/disks.ts";
import { DROP_CACHES, MOUNT, resultsOf, runScript, UNMOUNT } from "./scripted.ts";

/** Cannot read a block once it is told so. */
class FailingStore extends ArrayStore {
  position = -1;

  override read(position: number, into: Uint8Array): void {
    const isIn = this.position >= position && this.position < position + into.length;
    if (isIn) throw new DiskError("bad");
    super.read(position, into);
  }
}

/** Of the superblock; bit 0: clean. */
const STATE = 1024 + 58;

/** Makes a file and removes it, from a disk whose block bitmap can be read or not. */
function work(fails: boolean) {
  const image = newImage({ size: 2 ** 22, blockSize: 4096 });
  const bitmap = new Disk(image).fs.groups[0].blockBitmap * 4096;
  const store = new FailingStore(image.bytes);
  const lines = [
    MOUNT,
    'openat AT_FDCWD "/w/f" O_CREAT|O_RDWR 0644 > f',
    "pwrite64 $f b0 100000 0",
    "close $f",
    "sync",
    ...DROP_CACHES,
    'unlinkat AT_FDCWD "/w/f" 0',
    "sync",
    UNMOUNT,
  ];
  const worked = runScript(lines, store, (event) => {
    if (event.type === "syscall-enter" && event.name === "unlinkat") store.position = fails ? bitmap : -1;
    if (event.type === "syscall-exit" && event.name === "umount2") store.position = -1;
  });
  return { results: resultsOf(worked), clean: worked.bytes[STATE] & 1 };
}

describe("a file system in which something could not be freed", () => {
  it("is not said to be clean when it is unmounted", () => {
    expect(work(true)).toMatchObject({ clean: 0 });
    const { results, clean } = work(false);
    expect([results.at(-1), clean]).toEqual([0, 1]);
  });
});
