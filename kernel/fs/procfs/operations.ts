/**
 * Reading and writing the files of /proc: the text is made when a description is read from its start, and stays the same until it is
 * read from there again, so that a program that reads in pieces sees one moment.
 */
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import type { FileOperations } from "../file-kind.ts";
import type { OpenFile } from "../types.ts";
import { prepare, put, take, type UserBuffer } from "../user-buffer.ts";
import { latin1 } from "./process-files.ts";
import { procText, procWriter } from "./procfs.ts";
import { bytesOf } from "./text.ts";

function read(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number {
  if (file.content === null || position === 0) file.content = bytesOf(procText(k, file.inode));
  const bytes = file.content.subarray(position, position + buffer.length);
  const usable = prepare(k, p, buffer, 0, bytes.length, "write");
  put(k, p, buffer, 0, bytes.subarray(0, usable));
  return usable;
}

/** No file of /proc takes more; the rest of a write is ignored, as Linux ignores it. */
const MOST_WRITTEN = 4096;

function write(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number {
  const accept = procWriter(k, file.inode);
  const wanted = Math.min(buffer.length, MOST_WRITTEN);
  if (prepare(k, p, buffer, 0, wanted, "read") < wanted) throw errno("EFAULT");
  accept(p, latin1(take(k, p, buffer, 0, wanted)));
  return buffer.length;
}

export const procOperations: FileOperations = { read, write, seek: "position" };
