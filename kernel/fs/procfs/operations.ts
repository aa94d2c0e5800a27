/**
 * Reading the files of /proc: the text is made when a description is read from its start, and stays the same until it is
 * read from there again, so that a program that reads in pieces sees one moment.
 */
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import type { FileOperations } from "../file-kind.ts";
import type { OpenFile } from "../types.ts";
import { prepare, put, type UserBuffer } from "../user-buffer.ts";
import { procText } from "./procfs.ts";
import { bytesOf } from "./text.ts";

function read(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number {
  if (file.content === null || position === 0) file.content = bytesOf(procText(k, file.inode));
  const bytes = file.content.subarray(position, position + buffer.length);
  const usable = prepare(k, p, buffer, 0, bytes.length, "write");
  put(k, p, buffer, 0, bytes.subarray(0, usable));
  return usable;
}

export const procOperations: FileOperations = { read, seek: "position" };
