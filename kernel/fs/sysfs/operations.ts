/**
 * Reading and writing the files of /sys: Linux's kernfs. A value is made when a description is read from its start, and stays
 * the same until it is read from there again. Each write(2) is one value, wherever the description stands; what is
 * behind its first page is not taken.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import type { FileOperations } from "../file-kind.ts";
import { bytesOf, latin1 } from "../procfs/text.ts";
import type { OpenFile } from "../types.ts";
import { prepare, put, take, type UserBuffer } from "../user-buffer.ts";
import { attributeOf, attributeText } from "./sysfs.ts";

function read(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number {
  if (file.content === null || position === 0) file.content = bytesOf(attributeText(k, file.inode));
  const bytes = file.content.subarray(position, position + buffer.length);
  const usable = prepare(k, p, buffer, 0, bytes.length, "write");
  put(k, p, buffer, 0, bytes.subarray(0, usable));
  return usable;
}

function write(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number {
  const wanted = Math.min(buffer.length, PAGE_SIZE);
  if (prepare(k, p, buffer, 0, wanted, "read") < wanted) throw errno("EFAULT");
  const { write } = attributeOf(file.inode);
  if (write === undefined) throw errno("EIO");
  if (wanted === 0) return 0;
  const [text] = latin1(take(k, p, buffer, 0, wanted)).split("\0", 1);
  write(k, p, text);
  return wanted;
}

export const sysOperations: FileOperations = { read, write, seek: "position" };
