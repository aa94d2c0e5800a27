/** /proc/PID/mounts and /proc/PID/mountinfo: proc(5), getmntent(3). Only what the process can reach is shown. */
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { inodeById } from "../inode.ts";
import { mountOptions, separateOptions } from "../mount-flags.ts";
import { deviceOf, isAttached } from "../mounts.ts";
import { pathFrom } from "../names.ts";
import { FS_TRAITS } from "../traits.ts";
import type { ByteString, Mount } from "../types.ts";

/** Octal escapes for what would break a line. */
export function escaped(text: ByteString): ByteString {
  return text.replace(/[ \t\n\\#]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** What paths from the process's root lead to, with those paths. */
function reachable(k: Kernel, p: Process): [mount: Mount, path: ByteString][] {
  const found: [Mount, ByteString][] = [];
  for (const mount of k.fs.mounts.values()) {
    const path = isAttached(k, mount) ? pathFrom(k, p.root, inodeById(k, mount.root)) : null;
    if (path !== null) found.push([mount, path]);
  }
  return found;
}

export function mountsText(k: Kernel, p: Process): ByteString {
  return reachable(k, p)
    .map(([mount, path]) => {
      const { source, fs } = mount;
      return `${escaped(source)} ${escaped(path)} ${FS_TRAITS[fs].name} ${mountOptions(mount)} 0 0\n`;
    })
    .join("");
}

export function mountinfoText(k: Kernel, p: Process): ByteString {
  return reachable(k, p)
    .map(([mount, path]) => {
      const { device, source, fs, covered, root } = mount;
      const number = deviceOf(k, inodeById(k, root));
      const above = covered === 0 ? device : inodeById(k, covered).device;
      const { mount: own, fs: ofFs } = separateOptions(mount);
      const name = FS_TRAITS[fs].name;
      return `${device} ${above} ${number >> 8}:${number & 0xff} / ${escaped(path)} ${own} - ${name} ${escaped(source)} ${ofFs}\n`;
    })
    .join("");
}
