/** Contents of files of a mounted ext2 where a page is several blocks, some of which are missing, or on their way out. */
import { describe, expect, it } from "vitest";
import { problemsOf } from "../ext2/checker.ts";
import { DROP_CACHES, MOUNT, resultsOf, runScript, shownBy, UNMOUNT } from "./scripted.ts";

const MAKE = 'openat AT_FDCWD "/w/f" O_CREAT|O_RDWR 0644 > f';

describe("a page of which only a part lies on the disk", () => {
  it("keeps what it holds when there is no room to write all of it", () => {
    const worked = runScript([
      MOUNT,
      MAKE,
      'put b0 "hello"',
      "pwrite64 $f b0 1024 0",
      'openat AT_FDCWD "/w/fill" O_CREAT|O_RDWR 0644 > g',
      "quiet",
      ...Array.from({ length: 110 }, (_, i) => `pwrite64 $g b1 10000 ${i * 10_000}`),
      "loud",
      "sync",
      ...DROP_CACHES,
      "pwrite64 $f b1 4096 0",
      "pread64 $f b3 5 0",
      "show bytes b3 5",
    ]);
    expect(resultsOf(worked).slice(-2)).toEqual([-28, 5]);
    expect(shownBy(worked)).toEqual(["hello"]);
  });
});

describe("a file that is being cut in the background", () => {
  // More indirect blocks than one step cuts, and none of them cached: the rest goes when the call has returned.
  const STEP = 256 * 1024;
  const sparse = Array.from({ length: 300 }, (_, i) => `pwrite64 $f b0 1024 ${i * STEP}`);
  const cutting = [
    MOUNT,
    MAKE,
    "quiet",
    ...sparse,
    "close $f",
    UNMOUNT,
    ...DROP_CACHES,
    MOUNT,
    'openat AT_FDCWD "/w/f" O_RDWR 0 > f',
    "ftruncate $f 0",
  ];

  it("keeps what is written into it meanwhile, and nobody else gets it", () => {
    const worked = runScript(
      [
        ...cutting,
        'put b1 "new"',
        "pwrite64 $f b1 3 0",
        "fsync $f",
        'openat AT_FDCWD "/w/g" O_CREAT|O_RDWR 0644 > g',
        "pwrite64 $g b2 60000 0",
        "pwrite64 $f b1 3 3",
        "loud",
        "close $f",
        "close $g",
        UNMOUNT,
        ...DROP_CACHES,
        MOUNT,
        'openat AT_FDCWD "/w/f" O_RDWR 0 > f',
        "pread64 $f b3 100 0",
        "show bytes b3 6",
        'openat AT_FDCWD "/w/g" O_RDWR 0 > g',
        "pread64 $g b3 3 0",
        "show bytes b3 3",
      ],
      2 ** 22,
    );
    expect(shownBy(worked)).toEqual(["newnew", "\\x00\\x00\\x00"]);
    expect(resultsOf(worked)).toContain(6);
    expect(problemsOf(worked.disk)).toEqual([]);
  });
});
