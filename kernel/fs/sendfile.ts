/**
 * sendfile(2): a file's bytes go to another descriptor without passing through user memory.
 *
 * (1) `p.call.note` counts the bytes that have gone out in earlier chunks, `p.call.progress` those of the present chunk; a
 *     run after a sleep reads the present chunk again and goes on.
 */
import { FLAGS } from "../abi.ts";
import { Errno, errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { requireUser } from "../prepared.ts";
import type { Process } from "../process.ts";
import { readField, writeField } from "../usercopy.ts";
import { readBytes } from "./content.ts";
import { readableFileOf, writableFileOf } from "./descriptors.ts";
import { writeFile } from "./file-operations.ts";
import type { OpenFile } from "./types.ts";
import { kernelBuffer, MAX_TRANSFER } from "./user-buffer.ts";

const CHUNK = 65536;
const OFFSET_BYTES = 8;
const { O_APPEND } = FLAGS.open;

/** @param offsetAddress where the offset stands and is to be updated; 0: the file's own position counts */
export function sendFile(
  k: Kernel,
  p: Process,
  outFd: number,
  inFd: number,
  offsetAddress: number,
  count: number,
): number {
  const source = readableFileOf(p, inFd);
  const sink = writableFileOf(p, outFd);
  if (offsetAddress !== 0) requireUser(k, p, offsetAddress, OFFSET_BYTES);
  const start = offsetAddress === 0 ? source.offset : readField(k, p, offsetAddress, "s64");
  if (offsetAddress !== 0 && source.kind === "pipe") throw errno("ESPIPE");
  if (start < 0 || (source.kind !== "regular" && source.kind !== "disk") || sink.flags & O_APPEND)
    throw errno("EINVAL");
  const total = Math.max(0, Math.min(count, MAX_TRANSFER, source.inode.size - start));
  sendChunks(k, p, source, sink, start, total);
  const sent = p.call.note;
  if (offsetAddress === 0) source.offset = start + sent;
  else writeField(k, p, offsetAddress, "s64", start + sent);
  return sent;
}

function sendChunks(k: Kernel, p: Process, source: OpenFile, sink: OpenFile, start: number, total: number): void {
  const { call } = p;
  while (call.note < total) {
    // A signal ends the call with what has gone out, and not with EINTR.
    if (call.note > 0 && call.progress === 0 && p.signals.attention) return;
    const wanted = Math.min(CHUNK, total - call.note);
    const written = sendChunk(k, p, source, sink, start + call.note, wanted);
    call.progress = 0;
    call.note += written;
    if (written < wanted) return;
  }
}

/** One chunk; what failed after others had gone out is for the next call to find again. */
function sendChunk(k: Kernel, p: Process, source: OpenFile, sink: OpenFile, at: number, length: number): number {
  try {
    return writeFile(k, p, sink, kernelBuffer(readBytes(k, p, source.inode, at, length, source.ahead)));
  } catch (failure) {
    if (failure instanceof Errno && p.call.note > 0) return 0;
    throw failure;
  }
}
