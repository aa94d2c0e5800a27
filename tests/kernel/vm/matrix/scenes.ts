/** Mappings that many cases begin with. */
import { FLAGS } from "../../../../kernel/abi.ts";
import { at, call, FD, fill, limit, pages, store, USER } from "./script.ts";

const { MAP_SHARED, MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS } = FLAGS.map;
export const RW = 3;
export const PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS;
export const SHARED = MAP_SHARED | MAP_ANONYMOUS;

/** Anonymous private memory at a page of the window. */
export const anonymous = (page: number, count: number, prot = RW, flags = 0): string =>
  call("mmap", at(page), pages(count), prot, PRIVATE | MAP_FIXED | flags, -1, 0);
export const shared = (page: number, count: number, prot = RW, flags = 0): string =>
  call("mmap", at(page), pages(count), prot, SHARED | MAP_FIXED | flags, -1, 0);
export const privateFile = (page: number, count: number, prot = RW, fd: number = FD.readWrite, flags = 0): string =>
  call("mmap", at(page), pages(count), prot, MAP_PRIVATE | MAP_FIXED | flags, fd, 0);
export const sharedFile = (page: number, count: number, prot = RW, fd: number = FD.readWrite, flags = 0): string =>
  call("mmap", at(page), pages(count), prot, MAP_SHARED | MAP_FIXED | flags, fd, 0);

/** A kind of memory: how pages 0 to 3 are made of it, with content. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  "private anonymous": [anonymous(0, 4), fill(at(0), 1, 0x11), fill(at(1), 1, 0x12), fill(at(3), 1, 0x14)],
  "shared anonymous": [shared(0, 4), fill(at(0), 1, 0x21), fill(at(1), 1, 0x22), fill(at(3), 1, 0x24)],
  "private file": [privateFile(0, 4), store(at(0), 0x31)],
  "shared file": [sharedFile(0, 4), store(at(1), 0x41)],
  "read-only file": [sharedFile(0, 4, 1, FD.readOnly)],
  "anonymous with a hole": [anonymous(0, 1), anonymous(2, 2), fill(at(0), 1, 0x61), fill(at(2), 2, 0x63)],
  "anonymous without access": [anonymous(0, 4), fill(at(0), 2, 0x71), call("mprotect", at(0), pages(4), 0)],
  "untouched anonymous": [anonymous(0, 4)],
  nothing: [],
};

/** Who asks: root, and users whose RLIMIT_MEMLOCK is so many pages. */
export const ASKERS: Readonly<Record<string, readonly string[]>> = {
  root: [],
  "root with no room to lock": [limit("MEMLOCK", 0n)],
  "user with no room to lock": [limit("MEMLOCK", 0n), USER],
  "user with room for 3 pages": [limit("MEMLOCK", pages(3)), USER],
  "user with room for 5000 bytes": [limit("MEMLOCK", 5000n), USER],
};
