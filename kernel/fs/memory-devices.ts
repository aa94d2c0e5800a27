/**
 * The devices that are no hardware: /dev/null, zero, full, random and urandom. null(4), full(4), random(4).
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { FileOperations } from "./file-kind.ts";
import type { OpenFile } from "./types.ts";
import { byPages, prepare, put, type UserBuffer } from "./user-buffer.ts";

const ZEROES = new Uint8Array(PAGE_SIZE);

function readZeroes(k: Kernel, p: Process, _file: OpenFile, buffer: UserBuffer): number {
  return byPages(p, 0, buffer.length, (_at, done, most) => {
    const usable = prepare(k, p, buffer, done, most, "write");
    put(k, p, buffer, done, ZEROES.subarray(0, usable));
    return usable;
  });
}

/** The machine's one seeded source, so that a run can be repeated. */
function readRandom(k: Kernel, p: Process, _file: OpenFile, buffer: UserBuffer): number {
  return byPages(p, 0, buffer.length, (_at, done, most) => {
    const usable = prepare(k, p, buffer, done, most, "write");
    put(k, p, buffer, done, k.machine.random.bytes(usable));
    return usable;
  });
}

const swallow = (_k: Kernel, _p: Process, _file: OpenFile, buffer: UserBuffer) => buffer.length;

function refuse(): never {
  throw errno("ENOSPC");
}

export const nullOperations: FileOperations = { read: () => 0, write: swallow, seek: "always-zero" };
export const zeroOperations: FileOperations = { read: readZeroes, write: swallow, seek: "always-zero" };
export const fullOperations: FileOperations = { read: readZeroes, write: refuse, seek: "always-zero" };
/** What is written would be mixed into the source; here the source is the seed alone. */
export const randomOperations: FileOperations = { read: readRandom, write: swallow, seek: "always-zero" };
