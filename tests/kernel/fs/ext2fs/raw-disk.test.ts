/** A disk as its node shows it, before and after it is mounted, and what it says of itself meanwhile. */
import { describe, expect, it } from "vitest";
import { problemsOf } from "../ext2/checker.ts";
import { MOUNT, resultsOf, runScript, shownBy, UNMOUNT } from "./scripted.ts";

const TEXT = "what a file holds";
const MAKE = [
  MOUNT,
  'openat AT_FDCWD "/w/f" O_CREAT|O_RDWR 0644 > f',
  `put b1 "${TEXT}"`,
  `pwrite64 $f b1 ${TEXT.length} 0`,
  "close $f",
  UNMOUNT,
];
/** Where the contents of the file lie: the same work on the same disk puts them in the same place. */
const place = () => Buffer.from(runScript(MAKE).bytes).indexOf(TEXT);

describe("the node of a disk", () => {
  it("shows what files hold that were written while it was mounted", () => {
    const all = Array.from({ length: 16 }, (_, i) => `pread64 $d b0 65536 ${i * 65_536}`);
    const open = 'openat AT_FDCWD "/dev/vdb" O_RDONLY 0 > d';
    const show = [open, `pread64 $d b2 100 ${place()}`, `show bytes b2 ${TEXT.length}`];
    expect(shownBy(runScript([open, ...all, "close $d", ...MAKE, ...show]))).toEqual([TEXT]);
  });

  it("has what was written to it on the disk before it is mounted", () => {
    const worked = runScript([
      ...MAKE,
      'openat AT_FDCWD "/dev/vdb" O_RDWR 0 > d',
      'put b2 "WHAT"',
      `pwrite64 $d b2 4 ${place()}`,
      "close $d",
      MOUNT,
      'openat AT_FDCWD "/w/f" O_RDONLY 0 > f',
      "pread64 $f b3 100 0",
      "show bytes b3 4",
    ]);
    expect(shownBy(worked)).toEqual(["WHAT"]);
    expect(Buffer.from(worked.bytes).indexOf("WHAT a file holds")).toBe(place());
    expect(problemsOf(worked.disk)).toEqual([]);
  });
});

describe("a disk", () => {
  it("has what was written to its node when the power goes off", () => {
    const lines = ['openat AT_FDCWD "/dev/vdb" O_RDWR 0 > d', 'put b2 "raw"', "pwrite64 $d b2 3 600000"];
    for (const end of [[], ["reboot 0xfee1dead 672274793 0x4321fedc 0"]])
      expect(Buffer.from(runScript([...lines, ...end]).bytes).toString("latin1", 600_000, 600_003)).toBe("raw");
  });

  /** Byte of the superblock's state; 1: clean. */
  const STATE = 1024 + 58;

  it("says that it is in use when somebody is quicker than unmounting, whenever that is", () => {
    const outcomes = Array.from({ length: 10 }, (_, i) => {
      const worked = runScript([
        MOUNT,
        "quiet",
        ...Array.from({ length: 10 }, (_, n) => `mkdirat AT_FDCWD "/w/${n}" 0755`),
        `store b5+8 8 ${250_000 + i * 50_000}`,
        "background",
        "loud",
        UNMOUNT,
        "end",
        "nanosleep b5 0",
        'openat AT_FDCWD "/w" O_RDONLY 0 > f',
        "wait",
        'mkdirat AT_FDCWD "/w/more" 0755',
        "sync",
        'openat AT_FDCWD "/dev/vdb" O_RDONLY 0 > d',
        `pread64 $d b0 2 ${STATE}`,
        "loud",
        "show short b0",
      ]);
      const clean = /^ {2}(\d)$/m.exec(worked.output)![1];
      return `${resultsOf(worked)[1]} ${clean}`;
    });
    expect(new Set(outcomes)).toEqual(new Set(["-16 0", "0 1"]));
  });

  it("has what was written into files after somebody was quicker than unmounting, when it is unmounted then", () => {
    const outcomes = Array.from({ length: 12 }, (_, i) => {
      const worked = runScript([
        MOUNT,
        "quiet",
        'openat AT_FDCWD "/w/f" O_CREAT|O_RDWR 0644 > f',
        "pwrite64 $f b1 3 0",
        "close $f",
        ...Array.from({ length: 10 }, (_, n) => `mkdirat AT_FDCWD "/w/${n}" 0755`),
        `store b5+8 8 ${500_000 + i * 30_000}`,
        "background",
        "loud",
        UNMOUNT,
        "end",
        "nanosleep b5 0",
        'openat AT_FDCWD "/w/f" O_RDWR 0 > f',
        "wait",
        'put b1 "new"',
        "pwrite64 $f b1 3 0",
        "close $f",
        UNMOUNT,
        MOUNT,
        'openat AT_FDCWD "/w/f" O_RDWR 0 > f',
        "pread64 $f b2 3 0",
        "loud",
        "show bytes b2 3",
      ]);
      return `${resultsOf(worked)[1]} ${shownBy(worked)[0]}`;
    });
    // Where unmounting was quicker there was no file to write to.
    expect(new Set(outcomes)).toEqual(new Set(["-16 new", "0 \\x00\\x00\\x00"]));
  });
});
