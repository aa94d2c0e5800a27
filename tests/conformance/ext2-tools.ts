/** Running e2fsprogs on images in memory. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import { Disk } from "../kernel/fs/ext2/disks.ts";

/** They are where only root looks for programs. */
process.env.PATH = `${process.env.PATH}:/sbin:/usr/sbin`;

export const MKE2FS = "mke2fs";
export const E2FSCK = "e2fsck";
export const DEBUGFS = "debugfs";

const folder = mkdtempSync(join(tmpdir(), "quire-ext2-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** A path in a folder that goes when the tests end. */
export function scratch(name: string): string {
  return join(folder, name);
}

function tool(name: string, args: readonly string[]): { status: number; text: string } {
  // Debian's mke2fs.conf would add features of ext4.
  const env = { ...process.env, MKE2FS_CONFIG: "/dev/null", LC_ALL: "C" };
  const { status, stdout, stderr, error } = spawnSync(name, args, {
    env,
    encoding: "latin1",
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  if (error !== undefined) throw error;
  return { status: status ?? -1, text: stdout + stderr };
}

/** What e2fsck says of an image that it must not change; "" when it finds nothing. */
export function findings(image: MemoryImage): string {
  const path = scratch("check.img");
  writeFileSync(path, image.bytes);
  const { status, text } = tool(E2FSCK, ["-fn", path]);
  return status === 0 ? "" : `${status}: ${text}`;
}

/** The image after e2fsck has repaired it, or done what else is asked. @throws when it could not */
export function repaired(image: MemoryImage, options: readonly string[] = ["-fy"]): MemoryImage {
  const path = scratch("repair.img");
  writeFileSync(path, image.bytes);
  const { status, text } = tool(E2FSCK, [...options, path]);
  if (status < 0 || status > 3) throw new Error(`e2fsck gave ${status}: ${text}`);
  return new MemoryImage(Uint8Array.from(readFileSync(path)), image.blockSize);
}

/** An image of mke2fs. @param size bytes */
export function made(size: number, blockSize: number, options: readonly string[]): MemoryImage {
  const path = scratch("made.img");
  writeFileSync(path, new Uint8Array(size));
  const { status, text } = tool(MKE2FS, ["-q", "-F", "-t", "ext2", "-b", String(blockSize), ...options, path]);
  if (status !== 0) throw new Error(`mke2fs gave ${status}: ${text}`);
  return new MemoryImage(Uint8Array.from(readFileSync(path)), blockSize);
}

/** Runs debugfs's commands on an image. @returns what it printed, and the image then */
export function debugged(image: MemoryImage, commands: readonly string[]): { text: string; disk: Disk } {
  const path = scratch("debug.img");
  writeFileSync(path, image.bytes);
  const script = scratch("commands");
  writeFileSync(script, `${commands.join("\n")}\n`);
  const { text } = tool(DEBUGFS, ["-w", "-f", script, path]);
  return { text, disk: new Disk(new MemoryImage(Uint8Array.from(readFileSync(path)), image.blockSize)) };
}
