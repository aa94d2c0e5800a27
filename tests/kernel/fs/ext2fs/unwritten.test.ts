/** Inodes whose table cannot be read when they are to be written: nobody is told that they are home, and nothing is lost. */
import { describe, expect, it } from "vitest";
import { DiskError } from "../../../../cpu/devices/disk-store.ts";
import { ArrayStore } from "../../../campaigns/disk-stores.ts";
import { newImage } from "../ext2/disks.ts";
import { DROP_CACHES, MOUNT, resultsOf, runScript, UNMOUNT } from "./scripted.ts";

/** Cannot read while it is told so. */
class FailingStore extends ArrayStore {
  bad = false;

  override read(position: number, into: Uint8Array): void {
    if (this.bad) throw new DiskError("bad");
    super.read(position, into);
  }
}

/** Each umask(2) of the script turns the disk bad, or good again. @param end what happens while it is bad, and after */
function work(end: readonly string[]) {
  const store = new FailingStore(newImage({ size: 2 ** 20, blockSize: 1024 }).bytes);
  const start = [MOUNT, 'openat AT_FDCWD "/w/f" O_CREAT|O_RDWR 0644 > f', "fsync $f", "sync", ...DROP_CACHES];
  const lines = [...start, "store b5 8 12", "umask 022", "fchmod $f 0600", "nanosleep b5 0", ...end];
  // The first one is every script's own.
  let turns = -1;
  const worked = runScript(lines, store, (event) => {
    if (event.type === "syscall-enter" && event.name === "umask") store.bad = ++turns % 2 === 1;
  });
  return { ...worked, results: resultsOf(worked) };
}

const LOOK = [MOUNT, 'newfstatat AT_FDCWD "/w/f" b0 0', "show stat b0"];
const MODE = /mode 0100600 /;

describe("an inode whose table could not be read when the flusher wanted to write it", () => {
  it("is written by fsync when it can be", () => {
    const { output, results } = work(["umask 022", "fsync $f", "close $f", UNMOUNT, ...LOOK]);
    expect(results.slice(-5)).toEqual([0, 0, 0, 0, 0]);
    expect(output).toMatch(MODE);
  });

  it("makes fsync and syncfs fail as long as it cannot, and is not forgotten", () => {
    const { output, results } = work(["fsync $f", "syncfs $f", "umask 022", "close $f", UNMOUNT, ...LOOK]);
    expect(results.slice(-7, -5)).toEqual([-5, -5]);
    expect(output).toMatch(MODE);
  });

  it("keeps its file system from being unmounted as long as it cannot be written", () => {
    const { output, results } = work(["close $f", UNMOUNT, "umask 022", UNMOUNT, ...LOOK]);
    expect([results.at(-5), results.at(-3)]).toEqual([-5, 0]);
    expect(output).toMatch(MODE);
  });
});
