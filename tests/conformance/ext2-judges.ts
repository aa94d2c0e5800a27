/** What e2fsprogs say of an image, beside a folder of the host that must have the same in it. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import { debugged, findings, scratch } from "./ext2-tools.ts";

/** Every file below a folder: what it is and, by a path that begins with "/", what is in it. */
export function treeOf(folder: string, ignored: readonly string[] = []): Map<string, Buffer | string> {
  const found = new Map<string, Buffer | string>();
  const visit = (path: string) => {
    for (const name of readdirSync(join(folder, path), "latin1").sort()) {
      if (path === "" && ignored.includes(name)) continue;
      const inner = `${path}/${name}`;
      // Names are bytes.
      const there = Buffer.from(`${folder}${inner}`, "latin1");
      const stat = lstatSync(there);
      if (stat.isDirectory()) visit(inner);
      const content = stat.isSymbolicLink() ? `link ${readlinkSync(there)}` : stat.isFile() ? readFileSync(there) : "";
      found.set(inner, stat.isDirectory() ? "folder" : content);
    }
  };
  visit("");
  return found;
}

/** The first difference of two trees; "": there is none. */
export function differenceOf(one: ReturnType<typeof treeOf>, other: ReturnType<typeof treeOf>): string {
  for (const [path, content] of one) {
    const there = other.get(path);
    if (there === undefined) return `${path} is missing`;
    if (Buffer.compare(Buffer.from(content), Buffer.from(there)) !== 0) return `${path} differs`;
  }
  for (const path of other.keys()) if (!one.has(path)) return `${path} is there`;
  return "";
}

/** What debugfs writes to the host of an image. @returns the folder, which goes when the tests end */
export function dumped(image: MemoryImage, from = "/"): string {
  const target = scratch("dumped");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  debugged(image, [`rdump ${from} ${target}`]);
  return target;
}

/** What e2fsck finds in an image, or debugfs shows otherwise than a folder of the host has it; "": nothing. */
export function judge(image: MemoryImage, folder: string, ignored: readonly string[]): string {
  return findings(image) || differenceOf(treeOf(folder), treeOf(dumped(image), ignored));
}
