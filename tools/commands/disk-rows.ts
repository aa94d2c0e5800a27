/** The sub-commands of `quire disk`, one row each. */

import { parseByteSize } from "../disk/sizes.ts";
import type { CommandRow, FlagRow } from "./command.ts";

function owner(text: string): { uid: number; gid: number } | "keep" {
  const match = /^(\d{1,10}):(\d{1,10})$/.exec(text);
  const [uid, gid] = [Number(match?.[1]), Number(match?.[2])];
  if (text === "keep") return text;
  if (match === null || uid >= 2 ** 32 || gid >= 2 ** 32)
    throw new Error("expected UID:GID, two numbers like 1000:1000, or keep for the host's owners");
  return { uid, gid };
}

function blockSize(text: string): number {
  if (!["1024", "2048", "4096"].includes(text)) throw new Error("expected 1024, 2048 or 4096");
  return Number(text);
}

function label(text: string): string {
  if (Buffer.byteLength(text) > 16) throw new Error("a label has at most 16 bytes");
  return text;
}

function uuid(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    throw new Error("expected a UUID, like 123e4567-e89b-12d3-a456-426614174000");
  return text.replaceAll("-", "").toLowerCase();
}

const PUT_FLAGS: readonly FlagRow[] = [
  {
    flags: "--owner <UID:GID>",
    help: "whose the files are, or keep for the host's owners (default 0:0)",
    parse: owner,
  },
  { flags: "--dense", help: "give blocks of zeroes a place too, as a swap file needs it (default: they become holes)" },
];

const IMAGE: readonly [string, string] = ["<IMAGE>", "the image: a file of the host with an ext2 file system"];

export const DISK_COMMANDS: readonly CommandRow[] = [
  {
    name: "make",
    summary: "Make an image with an ext2 file system, empty or with the files of a folder.",
    arguments: [["<IMAGE>", "the file to be made; only what is used of it takes room on the host"]],
    flags: [
      {
        flags: "--size <SIZE>",
        help: "how large: 64M, 2G, 500K, or bytes, up to 1T with blocks of 4096; whole blocks count (needed)",
        parse: parseByteSize,
      },
      { flags: "--from <DIR>", help: "put what is in the host's folder DIR into it" },
      {
        flags: "--system",
        help: "put Quire's own programs and settings into it, so that it can be booted; DIR's files win",
      },
      { flags: "--block-size <N>", help: "1024, 2048 or 4096 bytes (default 4096)", parse: blockSize },
      { flags: "--label <TEXT>", help: "the name of the file system, up to 16 bytes", parse: label },
      { flags: "--uuid <UUID>", help: "its UUID (default: made from options and files, always the same)", parse: uuid },
      ...PUT_FLAGS,
      { flags: "--force", help: "take the place of a file that is there" },
    ],
    machine: false,
    examples: [
      ["quire disk make d.img --size 64M", "an empty image"],
      ["quire disk make d.img --size 64M --from tree", "with the files of the folder tree"],
      ["quire disk make d.img --size 64M --system", "one to boot from: quire boot --disk d.img"],
    ],
    load: async () => ({ run: (await import("./disk.ts")).make }),
  },
  {
    name: "ls",
    summary: "List files of an image, one a line, hidden ones too.",
    arguments: [IMAGE, ["[PATH...]", "paths in the image (default /)"]],
    flags: [
      { flags: "-l", help: "type, permissions, links, owner, group, size, time of change (UTC)" },
      { flags: "-R", help: "folders below too" },
    ],
    machine: false,
    examples: [
      ["quire disk ls disk.img", "the root"],
      ["quire disk ls -lR disk.img /etc /home", "everything in two folders"],
    ],
    load: async () => ({ run: (await import("./disk.ts")).ls }),
  },
  {
    name: "cat",
    summary: "Write files of an image to standard output.",
    arguments: [IMAGE, ["<PATH...>", "files in the image"]],
    flags: [],
    machine: false,
    examples: [["quire disk cat disk.img /etc/fstab", "one file"]],
    load: async () => ({ run: (await import("./disk.ts")).cat }),
  },
  {
    name: "put",
    summary: "Copy files and folders of the host into an image: all of them, or none when something is in the way.",
    usage: "[options] <IMAGE> <HOST-PATH...> <DESTINATION>",
    arguments: [
      IMAGE,
      ["<HOST-PATH...>", "files of the host; the last is DESTINATION, in the image: an existing folder, or a new name"],
    ],
    flags: PUT_FLAGS,
    machine: false,
    examples: [
      ["quire disk put disk.img notes.txt /home/", "a file into a folder"],
      ["quire disk put disk.img a.out /bin/hello", "under another name"],
      ["quire disk put disk.img tree/. /", "what is in a folder"],
    ],
    load: async () => ({ run: (await import("./disk.ts")).put }),
  },
  {
    name: "get",
    summary: "Copy files and folders of an image to the host.",
    usage: "[options] <IMAGE> <PATH...> <DESTINATION>",
    arguments: [
      IMAGE,
      ["<PATH...>", "paths in the image; the last is DESTINATION, on the host: an existing folder, or a new name"],
    ],
    flags: [],
    machine: false,
    examples: [
      ["quire disk get disk.img /home/out.txt .", "a file"],
      ["quire disk get disk.img / tree", "everything"],
    ],
    load: async () => ({ run: (await import("./disk.ts")).get }),
  },
  {
    name: "mkdir",
    summary: "Make folders in an image.",
    arguments: [IMAGE, ["<PATH...>", "the folders"]],
    flags: [{ flags: "-p", help: "with those above them; one that exists is no error" }],
    machine: false,
    examples: [["quire disk mkdir -p disk.img /home/user/src", "a folder and those above it"]],
    load: async () => ({ run: (await import("./disk.ts")).mkdir }),
  },
  {
    name: "rm",
    summary: "Remove files of an image.",
    arguments: [IMAGE, ["<PATH...>", "what goes"]],
    flags: [{ flags: "-r", help: "folders too, with everything in them" }],
    machine: false,
    examples: [["quire disk rm -r disk.img /home/user/src", "a folder"]],
    load: async () => ({ run: (await import("./disk.ts")).rm }),
  },
  {
    name: "df",
    summary: "Tell how much of an image is used and free.",
    arguments: [IMAGE],
    flags: [],
    machine: false,
    examples: [["quire disk df disk.img", "blocks and inodes"]],
    load: async () => ({ run: (await import("./disk.ts")).df }),
  },
];
