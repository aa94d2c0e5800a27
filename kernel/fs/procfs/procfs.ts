/**
 * procfs: the tree of /proc. Nothing in it is stored: inodes are made when they are looked up, texts when they are read.
 *
 *   /proc  ─┬─ cpuinfo, meminfo, sys ... tree.ts
 *           └─ PID ─┬─ stat, status ...  process-files.ts
 *                   ├─ cwd, exe, root    links straight to inodes
 *                   └─ fd ─── N          links straight to inodes
 *
 * (1) An inode's number says what it shows, so that two lookups of one name agree.
 * (2) What shows a process that has been collected gives ESRCH when read, ENOENT when looked up.
 * (3) Whose memory a description shows is settled when it is opened (ProcView), by whoever might look into it then; a
 *     program that the process executes later, perhaps with other rights, is not seen through it.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { CONSTANTS, FLAGS } from "../../abi.ts";
import { isPrivileged, mayInspect } from "../../credentials.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { panic } from "../../panic.ts";
import type { Process } from "../../process.ts";
import type { FileSystem, Listed, Mounted, MountRequest } from "../file-system.ts";
import { addInode, makeInode } from "../inode.ts";
import { newMount } from "../mounts.ts";
import { describePath } from "../names.ts";
import { effectiveActor, mayAccess, W_OK } from "../permissions.ts";
import type { ByteString, Inode, InodeData, ProcView } from "../types.ts";
import { PROCESS_FILES } from "./process-files.ts";
import type { SystemFile } from "./system-files.ts";
import { isSetting, SYSTEM_TREE, type SystemNode, systemMode, systemNumber } from "./tree.ts";

const { S_IFDIR, S_IFREG, S_IFLNK } = CONSTANTS.fileType;
const { O_ACCMODE, O_RDONLY, O_WRONLY } = { ...FLAGS.open, ...CONSTANTS.fd };

type ProcData = Extract<InodeData, { kind: "proc" }>;

const LINK_MODE = S_IFLNK | 0o777;
const DIRECTORY_MODE = S_IFDIR | 0o555;

/** Links of a process's directory. */
const PROCESS_LINKS: Readonly<Record<string, (p: Process) => Inode | null>> = {
  cwd: (p) => p.cwd,
  exe: (p) => p.program.inode,
  root: (p) => p.root,
};

/** Rows of a process's directory, in the order of their listing. "fd" is a directory. */
const PROCESS_NAMES = [...Object.keys(PROCESS_FILES), ...Object.keys(PROCESS_LINKS), "fd"].sort();
/** With pid 0 `file` is a path of SYSTEM_TREE, else the name of a row; these are for what has none. */
const PROC_ROOT: ProcData = { kind: "proc", file: "", pid: 0, fd: -1 };
const PROCESS_DIRECTORY = "PID";
const DESCRIPTOR = "fd/";

/** Numbers: process, row, descriptor. The root is 1. */
const PID_UNIT = 2 ** 28;
const ROW_UNIT = 2 ** 22;

function numberOf({ file, pid, fd }: ProcData): number {
  if (pid === 0) return systemNumber(file);
  const row = file === DESCRIPTOR ? PROCESS_NAMES.length + 1 : PROCESS_NAMES.indexOf(file) + 1;
  return pid * PID_UNIT + row * ROW_UNIT + (file === DESCRIPTOR ? fd + 1 : 0);
}

const dataOf = (inode: Inode): ProcData =>
  inode.data.kind === "proc" ? inode.data : panic("an inode of procfs is one", { id: inode.id, kind: inode.data.kind });

/** The process that an inode shows. @throws Errno ESRCH it is gone */
function processOf(k: Kernel, inode: Inode): Process {
  const p = k.processes.get(dataOf(inode).pid);
  if (p === undefined) throw errno("ESRCH");
  return p;
}

/** What a path of the system's part is. */
function nodeOf(path: string): SystemNode {
  return SYSTEM_TREE.get(path) ?? panic("an inode of procfs shows what there is", { path });
}

function modeOf(k: Kernel, { file, pid, fd }: ProcData): number {
  if (pid === 0) return systemMode(nodeOf(file));
  if (file === PROCESS_DIRECTORY) return DIRECTORY_MODE;
  if (file === "fd") return S_IFDIR | 0o500;
  if (file !== DESCRIPTOR) return file in PROCESS_LINKS ? LINK_MODE : S_IFREG | PROCESS_FILES[file].mode;
  const flags = k.processes.get(pid)?.files?.slots[fd]?.file.flags ?? O_RDONLY;
  const access = flags & O_ACCMODE;
  return S_IFLNK | (access === O_RDONLY ? 0o500 : access === O_WRONLY ? 0o300 : 0o700);
}

/** The names from the root of /proc down to what the data says. */
function pathOf({ file, pid, fd }: ProcData): ByteString {
  if (pid === 0) return file;
  if (file === PROCESS_DIRECTORY) return String(pid);
  return file === DESCRIPTOR ? `${pid}/fd/${fd}` : `${pid}/${file}`;
}

/** @param reader who looks it up; null: whoever it is, that makes no difference */
function inodeFor(k: Kernel, near: Inode, data: ProcData, reader: Process | null = null): Inode {
  const p = k.processes.get(data.pid);
  const mount = k.fs.mounts.get(near.device)!;
  // Files of a process that has no memory, or none that may be dumped, are the superuser's; its directory stays its own,
  // and its descriptors it may always look at (Linux's proc_fd_permission; there the owner is still told as user 0).
  const isFree = data.file === PROCESS_DIRECTORY || (data.file === "fd" && data.pid === reader?.pid);
  const isOwn = isFree || (p?.dumpable && p.space !== null);
  const owner = isOwn ? p?.credentials : undefined;
  const from = { mode: modeOf(k, data), uid: owner?.euid ?? 0, gid: owner?.egid ?? 0, data, ino: numberOf(data) };
  const inode = makeInode(k, mount, from);
  inode.nlink = (inode.mode & S_IFDIR) === S_IFDIR ? 2 : 1;
  if (data.file === PROCESS_DIRECTORY) inode.nlink = 3;
  inode.place = { directory: mount.root, name: pathOf(data) };
  return inode;
}

/** A name that is a number without leading zeroes. */
function numberNamed(name: ByteString): number | null {
  return /^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : null;
}

function lookup(k: Kernel, reader: Process | null, directory: Inode, name: ByteString): Inode | null {
  const { file, pid } = dataOf(directory);
  const data = find(k, file, pid, name);
  return data === null ? null : inodeFor(k, directory, data, reader);
}

/** Whether the file is one of a computer with this translation scheme. */
function isShown(k: Kernel, { memory }: { readonly memory?: "pages" | "pieces" }): boolean {
  return memory === undefined || (memory === "pages") === k.vm.levels > 0;
}

function find(k: Kernel, file: string, pid: number, name: ByteString): ProcData | null {
  const number = numberNamed(name);
  if (pid === 0) {
    if (file === "" && number !== null)
      return k.processes.has(number) ? { kind: "proc", file: PROCESS_DIRECTORY, pid: number, fd: -1 } : null;
    const path = file === "" ? name : `${file}/${name}`;
    const node = SYSTEM_TREE.get(path);
    if (node?.kind === "file" && !isShown(k, node.file)) return null;
    return node !== undefined ? { kind: "proc", file: path, pid: 0, fd: -1 } : null;
  }
  const p = k.processes.get(pid);
  if (p === undefined) return null;
  if (file === PROCESS_DIRECTORY)
    return PROCESS_NAMES.includes(name) && isShown(k, PROCESS_FILES[name] ?? {})
      ? { kind: "proc", file: name, pid, fd: -1 }
      : null;
  if (file !== "fd" || number === null || !p.files?.slots[number]) return null;
  return { kind: "proc", file: DESCRIPTOR, pid, fd: number };
}

function parent(k: Kernel, directory: Inode): Inode {
  const { file, pid } = dataOf(directory);
  const root = k.fs.inodes.get(k.fs.mounts.get(directory.device)!.root)!;
  if (file === "fd") return inodeFor(k, directory, { kind: "proc", file: PROCESS_DIRECTORY, pid, fd: -1 });
  const above = pid === 0 ? file.split("/").slice(0, -1).join("/") : "";
  return above === "" ? root : inodeFor(k, directory, { ...PROC_ROOT, file: above });
}

/** Cookies begin behind those of "." and "..". */
const FIRST_COOKIE = 3;

function list(k: Kernel, directory: Inode, cookie: number, most: number): Listed[] {
  const found: Listed[] = [];
  for (const [name, at] of namesIn(k, directory)) {
    if (at <= cookie) continue;
    if (found.length === most) break;
    const inode = lookup(k, null, directory, name);
    if (inode !== null) found.push({ name, ino: inode.ino, mode: inode.mode, cookie: at });
  }
  return found;
}

/** Names and cookies, in order: of processes and descriptors by number, so that a listing survives changes. */
function namesIn(k: Kernel, directory: Inode): [name: ByteString, cookie: number][] {
  const { file, pid } = dataOf(directory);
  if (pid === 0) {
    const node = nodeOf(file);
    const names = node.kind === "directory" ? node.names : [];
    const fixed = names.map((name, i): [string, number] => [name, FIRST_COOKIE + i]);
    if (file !== "") return fixed;
    const pids = [...k.processes.keys()].sort((a, b) => a - b);
    return [...fixed, ...pids.map((pid): [string, number] => [String(pid), 256 + pid])];
  }
  // The directory of a process that is gone is empty, as Linux has it: reading it gives ENOENT at the caller.
  const p = k.processes.get(pid);
  if (p === undefined) throw errno("ENOENT");
  if (file === PROCESS_DIRECTORY) return PROCESS_NAMES.map((name, i) => [name, FIRST_COOKIE + i]);
  const slots = p.files?.slots ?? [];
  return [...slots.keys()].filter((fd) => slots[fd]).map((fd) => [String(fd), FIRST_COOKIE + fd]);
}

/** Where a link leads: an inode, or nothing such. */
function follow(k: Kernel, reader: Process, inode: Inode): Inode | null {
  const { file, pid, fd } = dataOf(inode);
  if (pid === 0) return null;
  const p = processOf(k, inode);
  if (!mayInspect(reader, p)) throw errno("EACCES");
  const target = file === DESCRIPTOR ? (p.files?.slots[fd]?.file.inode ?? null) : PROCESS_LINKS[file](p);
  if (target === null || p.state === "zombie") throw errno("ENOENT");
  return target;
}

function readlink(k: Kernel, reader: Process, inode: Inode): ByteString {
  const { file, pid } = dataOf(inode);
  const node = pid === 0 ? nodeOf(file) : null;
  if (node?.kind === "link") return node.lead(reader);
  return describePath(k, follow(k, reader, inode)!);
}

/** The row of a file of the system's part. */
function systemFile(path: string): SystemFile {
  const node = nodeOf(path);
  return node.kind === "file" ? node.file : panic("a file of procfs has a row", { path });
}

/**
 * What `reader` is to see of the file that it opens. Beside what the permissions say, a process's memory is only for who may
 * look into it, and the mode of a setting holds for the superuser, too.
 * @param wanted R_OK, W_OK
 * @throws Errno EACCES, ESRCH
 */
export function viewOf(k: Kernel, reader: Process, inode: Inode, wanted: number): ProcView {
  const { file, pid } = dataOf(inode);
  const privileged = isPrivileged(reader);
  if (pid === 0) {
    const owners = (inode.mode >> 6) & 7;
    if (isSetting(file) && (owners & wanted) !== wanted) throw errno("EACCES");
    return { space: 0, privileged };
  }
  const p = processOf(k, inode);
  if (PROCESS_FILES[file].guarded && p.space !== null && !mayInspect(reader, p)) throw errno("EACCES");
  return { space: p.space?.id ?? 0, privileged };
}

/** Linux's sysctl_perm: that of /proc/sys is asked again at each write. @throws Errno EPERM */
function checkSetting({ credentials }: Process, inode: Inode): void {
  if (!mayAccess(effectiveActor(credentials), inode, W_OK)) throw errno("EPERM");
}

/** What a file shows: a text made as a whole, or bytes made piece by piece. */
export type Shown =
  | { readonly kind: "text"; readonly text: ByteString }
  | { readonly kind: "bytes"; bytes(position: number, length: number): Uint8Array };

/** What the file shows now to `reader`, who has it from whoever opened it. @throws Errno ESRCH, EINVAL it cannot be read */
export function procContent(k: Kernel, reader: Process, inode: Inode, view: ProcView): Shown {
  const { file, pid } = dataOf(inode);
  if (pid === 0) {
    const { text, bytes } = systemFile(file);
    if (text !== undefined) return { kind: "text", text: text(k) };
    if (bytes === undefined) throw errno("EINVAL");
    return { kind: "bytes", bytes: (position, length) => bytes(k, position, length) };
  }
  const { text, bytes } = PROCESS_FILES[file];
  const p = processOf(k, inode);
  const look = { reader, space: k.vm.spaces.get(view.space) ?? null, privileged: view.privileged };
  if (text !== undefined) return { kind: "text", text: text(k, p, look) };
  if (bytes === undefined) throw errno("EINVAL");
  return { kind: "bytes", bytes: (position, length) => bytes(k, p, look, position, length) };
}

/**
 * What takes the bytes that a process writes to the file, and says how many.
 * @throws Errno EIO the system's file takes none, EINVAL a process's; ESRCH; EPERM a setting, whoever opened it
 */
export function procWriter(k: Kernel, inode: Inode): (writer: Process, text: ByteString) => number {
  const { file, pid } = dataOf(inode);
  if (pid === 0) {
    const { write } = systemFile(file);
    if (write === undefined) throw errno("EIO");
    return (writer, text) => {
      if (isSetting(file)) checkSetting(writer, inode);
      return write(k, writer, text);
    };
  }
  const { write } = PROCESS_FILES[file];
  if (write === undefined) throw errno("EINVAL");
  const p = processOf(k, inode);
  return (writer, text) => {
    write(k, writer, p, text);
    return text.length;
  };
}

/** What there is to show, once more. It has no options. @throws Errno EINVAL */
function mount(k: Kernel, { source, data }: MountRequest): Mounted {
  if (data !== "") throw errno("EINVAL");
  const made = newMount(k, "procfs", source);
  const root = addInode(k, made, { mode: DIRECTORY_MODE, uid: 0, gid: 0, data: PROC_ROOT, ino: 1 });
  root.nlink = 2;
  return { mount: made, root };
}

export const procfs: FileSystem = {
  magic: 0x9fa0,
  lookup,
  parent,
  list: (k, _p, directory, cookie, most) => list(k, directory, cookie, most),
  readlink,
  follow,
  capacity: () => ({ blockSize: PAGE_SIZE, blocks: 0, free: 0, available: 0, files: 0, freeFiles: 0 }),
  mount: (k, _p, request) => mount(k, request),
  unmount: (k, _p, mount) => void k.fs.inodes.delete(mount.root),
  remount: () => {},
};
