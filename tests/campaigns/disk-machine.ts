/** Computers for the campaigns with disks: disk-work.c on an archive as root, and an ext2 disk that /etc/fstab mounts on /mnt. */
import type { DiskStore } from "../../cpu/devices/disk-store.ts";
import { type Computer, type ComputerConfig, createComputer } from "../../kernel/computer.ts";
import { type CpioEntry, packCpio } from "../../kernel/fs/cpio.ts";
import type { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import { mkdir } from "../../kernel/fs/ext2/operations.ts";
import { bytes, directory, file } from "../kernel/fs/computers.ts";
import { Disk, folder, newImage, ROOT } from "../kernel/fs/ext2/disks.ts";
import { golden } from "../kernel/programs.ts";

export const MOUNT = "/mnt";
const MIB = 2 ** 20;

/** An ext2 image with these directories. */
export function imageWith(blockSize: number, size: number, folders: readonly string[]): Uint8Array {
  const image: MemoryImage = newImage({ size, blockSize, bytesPerInode: 8192 });
  const disk = new Disk(image);
  for (const name of folders) disk.run((t) => mkdir(t, ROOT, name, folder()));
  return image.bytes;
}

/** One line of disk-work: what a process's line gave; `result` is null when a sync(2) begins. */
export interface Said {
  readonly process: number;
  readonly line: number;
  readonly result: number | null;
}

export interface DiskMachine {
  readonly computer: Computer;
  /** What the console has shown. */
  console(): string;
}

/**
 * A computer about to run a script in each of several processes.
 * @param say called with each line, at the moment at which it is said
 */
export function diskMachine(
  scripts: readonly (readonly string[])[],
  disk: DiskStore,
  say: (said: Said) => void,
  config: Partial<ComputerConfig> = {},
  fstab = `/dev/vdb ${MOUNT} ext2 defaults 0 2\n`,
): DiskMachine {
  let text = "";
  let shown = "";
  const output = (part: Uint8Array) => {
    const lines = (text + Buffer.from(part).toString("latin1")).split("\n");
    text = lines.pop()!;
    for (const line of lines) {
      const [process, number, result] = line.split(" ");
      say({ process: Number(process), line: Number(number), result: result === "b" ? null : Number(result) });
    }
  };
  const files: CpioEntry[] = scripts.map((lines, i) => file(`script${i}`, `${lines.join("\n")}\n`));
  const root = packCpio([
    ...["etc", "proc", "tmp", "mnt"].map((path) => directory(path)),
    file("etc/fstab", bytes(fstab)),
    file("init", golden("init"), 0o755),
    file("work", golden("disk-work"), 0o755),
    ...files,
  ]);
  const computer = createComputer({
    disks: [root, disk],
    ram: 8 * MIB,
    swap: 0,
    init: ["/init", "/work", ...scripts.map((_, i) => `/script${i}`)],
    sinks: {
      console: (part) => {
        shown += Buffer.from(part).toString("latin1");
      },
      output,
      error: output,
    },
    ...config,
  });
  return { computer, console: () => shown };
}
