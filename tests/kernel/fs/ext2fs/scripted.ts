/** Scripts of calls (script.ts) on a computer with an ext2 on its second disk. */
import { expect } from "vitest";
import type { DiskStore } from "../../../../cpu/devices/disk-store.ts";
import type { KernelEvent } from "../../../../kernel/events.ts";
import { packCpio } from "../../../../kernel/fs/cpio.ts";
import { MemoryImage } from "../../../../kernel/fs/ext2/image.ts";
import { bootFiles, CALLS, directory, file, INIT } from "../computers.ts";
import { Disk, newImage } from "../ext2/disks.ts";
import { translate } from "../script.ts";

const BLOCK_SIZE = 1024;
/** Byte of the disk at which the superblock says how large blocks are. */
const LOG_BLOCK_SIZE = 1024 + 24;

export interface Worked {
  /** What the script printed. */
  readonly output: string;
  /** The second disk at the end, as bytes and as a file system. */
  readonly bytes: Uint8Array;
  readonly disk: Disk;
}

/**
 * Runs lines of a script with an ext2 on /dev/vdb; /w is for mounting it.
 * @param store the disk, or bytes of an empty one in blocks of 1 KiB
 */
export function runScript(
  lines: readonly string[],
  store: number | DiskStore = 2 ** 20,
  listen: (event: KernelEvent) => void = () => {},
): Worked {
  const root = packCpio([
    directory("tmp", 0o1777),
    directory("w"),
    file("init", INIT, 0o755),
    file("calls", CALLS, 0o755),
    file("script", translate(["# work", ...lines].join("\n"), "work")),
  ]);
  const disk = typeof store === "number" ? newImage({ size: store, blockSize: BLOCK_SIZE }).bytes : store;
  const disks = [root, disk];
  const { computer, output } = bootFiles([], { disks, init: ["/init", "/calls", "/script"] });
  computer.kernel.listeners.push(listen);
  expect(computer.run({ idle: "skip", instructionLimit: 1e9 })).toMatchObject({ kind: "off", status: 0 });
  const bytes = computer.machine.disks[1].contents();
  return { output: output(), bytes, disk: new Disk(new MemoryImage(bytes, 1024 << bytes[LOG_BLOCK_SIZE])) };
}

export const MOUNT = 'mount "/dev/vdb" "/w" "ext2" 0 0';
export const UNMOUNT = 'umount2 "/w" 0';

/** Lets go of all that is cached and clean. */
export const DROP_CACHES = [
  'openat AT_FDCWD "/proc/sys/vm/drop_caches" O_WRONLY 0 > z',
  'put b7 "3"',
  "write $z b7 1",
  "close $z",
];

/** Results of the calls, in their order. */
export function resultsOf({ output }: Worked): number[] {
  return [...output.matchAll(/^ {2}= (.*)$/gm)].map(([, result]) => Number(result));
}

/** What `show bytes` printed, in its order. */
export function shownBy({ output }: Worked): string[] {
  return [...output.matchAll(/^ {2}"(.*)"$/gm)].map(([, text]) => text);
}
