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
import { procContent, procWriter } from "./procfs.ts";
import { bytesOf, latin1 } from "./text.ts";

function read(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number {
  const bytes = bytesAt(k, p, file, position, buffer.length);
  const usable = prepare(k, p, buffer, 0, bytes.length, "write");
  put(k, p, buffer, 0, bytes.subarray(0, usable));
  return usable;
}

function bytesAt(k: Kernel, p: Process, file: OpenFile, position: number, length: number): Uint8Array {
  if (file.content === null || position === 0) {
    const shown = procContent(k, p, file.inode, file.view!);
    if (shown.kind === "bytes") return shown.bytes(position, length);
    file.content = bytesOf(shown.text);
  }
  return file.content.subarray(position, position + length);
}

/** No file of /proc takes more; the rest of a write is ignored, as Linux ignores it. */
const MOST_WRITTEN = 4096;

/** A setting is written in one piece: what comes behind its start is taken and dropped (kernel.sysctl_writes_strict). */
function write(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number {
  const accept = procWriter(k, file.inode);
  const wanted = Math.min(buffer.length, MOST_WRITTEN);
  if (prepare(k, p, buffer, 0, wanted, "read") < wanted) throw errno("EFAULT");
  const isSystems = file.inode.data.kind === "proc" && file.inode.data.pid === 0;
  if (isSystems && (position > 0 || buffer.length === 0)) return buffer.length;
  const taken = accept(p, latin1(take(k, p, buffer, 0, wanted)));
  return taken < wanted ? taken : buffer.length;
}

export const procOperations: FileOperations = { read, write, seek: "position" };
