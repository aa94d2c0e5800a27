/** A mounted ext2 that is to become one for reading only, while somebody uses what has no name any more. */
import { describe, expect, it } from "vitest";
import { problemsOf } from "../ext2/checker.ts";
import { MOUNT, resultsOf, runScript } from "./scripted.ts";

const READ_ONLY = 'mount "/dev/vdb" "/w" "ext2" MS_REMOUNT|MS_RDONLY 0';

const USED: readonly (readonly [string, readonly string[], string])[] = [
  [
    "a directory that was removed while it is open",
    ['mkdirat AT_FDCWD "/w/d" 0755', 'openat AT_FDCWD "/w/d" O_RDONLY 0 > f', 'unlinkat AT_FDCWD "/w/d" AT_REMOVEDIR'],
    "close $f",
  ],
  [
    "a file that was removed while it is mapped",
    [
      'openat AT_FDCWD "/w/f" O_CREAT|O_RDWR 0644 > f',
      "pwrite64 $f b0 5000 0",
      "mmap 0 4096 PROT_READ MAP_PRIVATE $f 0 > m",
      "close $f",
      'unlinkat AT_FDCWD "/w/f" 0',
    ],
    "munmap $m 4096",
  ],
  [
    "a directory without a name that a file in use had its newest name in",
    [
      'mkdirat AT_FDCWD "/w/d" 0755',
      'mknodat AT_FDCWD "/w/f" S_IFREG|0644 0',
      'linkat AT_FDCWD "/w/f" AT_FDCWD "/w/d/g" 0',
      'openat AT_FDCWD "/w/d/g" O_RDONLY 0 > f',
      'unlinkat AT_FDCWD "/w/d/g" 0',
      'unlinkat AT_FDCWD "/w/d" AT_REMOVEDIR',
    ],
    "close $f",
  ],
];

describe("mounting anew for reading", () => {
  it.each(USED)("is refused for %s, and done when nobody uses it", (_, lines, end) => {
    const worked = runScript([MOUNT, ...lines, READ_ONLY, end, READ_ONLY]);
    const results = resultsOf(worked);
    expect([results.at(-3), results.at(-1)]).toEqual([-16, 0]);
    expect(problemsOf(worked.disk)).toEqual([]);
  });
});
