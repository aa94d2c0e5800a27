/** The file system that ext2.calls works on, on Linux and on Quire. */
import { getattr } from "../../../../kernel/fs/ext2/attributes.ts";
import { changeInode } from "../../../../kernel/fs/ext2/inode.ts";
import { INODE, set } from "../../../../kernel/fs/ext2/layout.ts";
import { create, mkdir } from "../../../../kernel/fs/ext2/operations.ts";
import { file, folder, newDisk, ROOT } from "../ext2/disks.ts";

const SIZE = 2 * 2 ** 20;
/** One less than ext2 allows. */
const LINKS = 31_999;

/** With a file and a directory that have nearly as many names as there may be. @param blockSize 1024, 2048 or 4096 */
export function callsImage(blockSize: number): Uint8Array {
  const disk = newDisk({ size: SIZE, blockSize, bytesPerInode: 65_536 });
  const linked = disk.run((t) => create(t, ROOT, "linked", file()));
  const crowded = disk.run((t) => mkdir(t, ROOT, "crowded", folder()));
  for (const ino of [linked, crowded]) disk.run((t) => set(changeInode(t, ino), INODE.nlink, LINKS));
  if (getattr(disk.view, linked).nlink !== LINKS) throw new Error("the count of links was not set");
  return disk.image.bytes;
}
