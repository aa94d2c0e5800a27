/** `quire disk ...`: images with ext2 file systems, and the files in them. */
import { NAME_MAX } from "../../kernel/fs/ext2/layout.ts";
import { statfs } from "../../kernel/fs/ext2/usage.ts";
import { contentsOf, Fetcher } from "../disk/get.ts";
import { type HostNode, scanTree } from "../disk/host-tree.ts";
import { listing } from "../disk/list.ts";
import { makeImage } from "../disk/make.ts";
import { baseName, fromArgument, shown } from "../disk/names.ts";
import { existing, find } from "../disk/paths.ts";
import { type Owner, Writer } from "../disk/put.ts";
import { makeDirectory, remove } from "../disk/remove.ts";
import { isDirectory, isRegular } from "../disk/tree.ts";
import { changeVolume, readVolume, type Volume } from "../disk/volume.ts";
import { EXIT, UsageError } from "../errors.ts";
import { identityAt } from "../identity.ts";
import { writeAll } from "../write-all.ts";
import type { CommandBody } from "./command.ts";
import { say } from "./options.ts";

type Raw = Record<string, unknown>;

const DEFAULT_BLOCK = 4096;
const OWNER: Owner = { uid: 0, gid: 0 };

export const make: CommandBody = async ([path], options) => {
  const { size, uuid, label = "", blockSize = DEFAULT_BLOCK } = options as Partial<Record<string, number & string>>;
  if (size === undefined) throw new UsageError("disk make: --size is needed, like --size 64M");
  makeImage({
    path: path!,
    size,
    blockSize: blockSize as number,
    label: label as string,
    uuid,
    from: options.from === undefined ? null : scanFolder(options.from as string, path!, blockSize as number, options),
    system: options.system === true,
    owner: ownerOf(options),
    force: options.force === true,
  });
  return EXIT.ok;
};

const ownerOf = (options: Raw): Owner => (options.owner as Owner | undefined) ?? OWNER;

function scanFolder(path: string, imagePath: string, blockSize: number, options: Raw): HostNode {
  const image = identityAt(imagePath);
  const tree = scanTree(fromArgument(path), "", { blockSize, dense: options.dense === true, image });
  if (!isDirectory(tree)) throw new UsageError(`--from ${path}: not a folder`);
  return tree;
}

const warn = (text: string) => say(`quire: ${text}`);

const reading = <T>(image: string, use: (volume: Volume) => T): T => readVolume(image, warn, use);

function changing(image: string, use: (volume: Volume) => void): number {
  changeVolume(image, warn, use);
  return EXIT.ok;
}

export const ls: CommandBody = async ([image, ...paths], options) => {
  const write = writeAll(1);
  const terminal = process.stdout.isTTY === true;
  const chosen = { long: options.l === true, recursive: options.R === true };
  reading(image!, (volume) => {
    for (const line of listing(volume, paths.length === 0 ? ["/"] : paths, chosen))
      write(Buffer.from(`${terminal ? fromArgument(shownLines(line)) : line}\n`, "latin1"));
  });
  return EXIT.ok;
};

/** A line may begin with an empty one. */
const shownLines = (line: string): string => (line.startsWith("\n") ? `\n${shown(line.slice(1))}` : shown(line));

const ZEROES = new Uint8Array(2 ** 16);

export const cat: CommandBody = async ([image, ...paths]) => {
  const write = writeAll(1);
  reading(image!, (volume) => {
    for (const text of paths) writeFile(volume, fromArgument(text), write);
  });
  return EXIT.ok;
};

function writeFile(volume: Volume, path: string, write: (bytes: Uint8Array) => void): void {
  const file = existing(volume, path, true);
  if (isDirectory(file)) throw volume.error(path, "is a directory: quire disk ls lists it");
  if (!isRegular(file)) throw volume.error(path, "is no regular file: there is nothing to be shown");
  let at = 0;
  const zeroesUpTo = (end: number) => {
    for (; at < end; at += Math.min(ZEROES.length, end - at)) write(ZEROES.subarray(0, end - at));
  };
  for (const { position, bytes } of contentsOf(volume, path, file)) {
    zeroesUpTo(position);
    write(bytes);
    at = position + bytes.length;
  }
  zeroesUpTo(file.size);
}

export const put: CommandBody = async ([image, ...paths], options) => {
  const target = paths.pop()!;
  if (paths.length === 0) throw new UsageError("disk put: expected files of the host, and last a path in the image");
  return changing(image!, (volume) => {
    const scan = {
      blockSize: volume.fs.blockSize,
      dense: options.dense === true,
      image: volume.image.identity,
    };
    const trees = paths.map((path) => scanTree(fromArgument(path), baseName(fromArgument(path)), scan));
    place(volume, new Writer(volume, ownerOf(options)), trees, fromArgument(target));
  });
};

/** Into the folder `target`, or as it. */
function place(volume: Volume, writer: Writer, trees: readonly HostNode[], target: string): void {
  const { directory, name, ino } = find(volume, target, true);
  if (ino !== null && isDirectory(existing(volume, target, true))) {
    checkNames(trees);
    for (const tree of trees.filter((node) => node.name === "")) writer.merge(ino, target, tree, false);
    const named = trees.filter((node) => node.name !== "");
    if (named.length > 0) writer.put(ino, target, named);
    return;
  }
  const [tree] = trees;
  if (trees.length > 1) throw volume.error(target, "several files go into a directory, and this is none");
  if (target.endsWith("/") && !isDirectory(tree!)) throw volume.error(target, "there is no such directory");
  if (name.length > NAME_MAX) throw volume.error(target, `a name may have ${NAME_MAX} bytes`);
  writer.put(directory, parentPath(target), [{ ...tree!, name }]);
}

const parentPath = (path: string): string => path.replace(/\/+$/, "").replace(/[^/]*$/, "") || "/";

function checkNames(trees: readonly HostNode[]): void {
  const names = trees.map(({ name }) => name).filter((name) => name !== "");
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`disk put: two of the files are called ${shown(twice)}`);
}

export const get: CommandBody = async ([image, ...paths]) => {
  const target = paths.pop()!;
  if (paths.length === 0) throw new UsageError("disk get: expected paths in the image, and last a path of the host");
  let status: number = EXIT.ok;
  reading(image!, (volume) => {
    const fetcher = new Fetcher(volume, (message) => {
      say(`quire: ${message}`);
      status = EXIT.failed;
    });
    for (const path of paths) fetcher.get(fromArgument(path), fromArgument(target));
  });
  return status;
};

export const mkdir: CommandBody = async ([image, ...paths], options) =>
  changing(image!, (volume) => {
    for (const path of paths) makeDirectory(volume, fromArgument(path), options.p === true);
  });

export const rm: CommandBody = async ([image, ...paths], options) =>
  changing(image!, (volume) => {
    for (const path of paths) remove(volume, fromArgument(path), options.r === true);
  });

export const df: CommandBody = async ([image]) => {
  const usage = reading(image!, (volume) => volume.look("/", statfs));
  const kib = usage.blockSize / 1024;
  const share = (used: number, whole: number) => `${whole === 0 ? 0 : Math.ceil((100 * used) / whole)}%`;
  const rows: [string, number, number, number][] = [
    ["1K-blocks", usage.blocks * kib, (usage.blocks - usage.free) * kib, usage.available * kib],
    ["inodes", usage.inodes, usage.inodes - usage.freeInodes, usage.freeInodes],
  ];
  const cells = rows.map(([what, ...numbers]) => [
    what,
    ...numbers.map(String),
    share(numbers[1]!, numbers[1]! + numbers[2]!),
  ]);
  for (const [what, ...values] of [["", "total", "used", "available", "use"], ...cells])
    process.stdout.write(`${what!.padEnd(9)} ${values.map((value) => value.padStart(12)).join(" ")}\n`);
  return EXIT.ok;
};
