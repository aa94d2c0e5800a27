/** System calls about mounts: mount(2), umount2(2). Arguments are judged here in Linux's order; fs/mounting.ts does the work. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS, FLAGS } from "../abi.ts";
import { isPrivileged } from "../credentials.ts";
import { errno } from "../errno.ts";
import { resolveAt } from "../fs/at.ts";
import { mountAt, unmountAt } from "../fs/mounting.ts";
import type { ByteString } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyIn, copyInString } from "../usercopy.ts";

const { PATH_MAX } = CONSTANTS.limits;
const { AT_FDCWD } = CONSTANTS.fd;
const { MNT_FORCE, MNT_DETACH, UMOUNT_NOFOLLOW } = FLAGS.umount;
/** Programs of old say so in the upper half of the flags. */
const [MAGIC, MAGIC_MASK] = [0xc0ed_0000, 0xffff_0000];

const textOf = (bytes: Uint8Array): ByteString => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

function stringAt(k: Kernel, p: Process, address: number): ByteString | null {
  return address === 0 ? null : textOf(copyInString(k, p, address, PATH_MAX, "EINVAL"));
}

/** Up to a page, as far as memory is there: what is behind the last byte that can be read counts as NUL. */
function dataAt(k: Kernel, p: Process, address: number): ByteString {
  if (address === 0) return "";
  const whole = PAGE_SIZE - (address % PAGE_SIZE);
  let bytes = copyIn(k, p, address, whole);
  if (!bytes.includes(0) && whole < PAGE_SIZE) {
    try {
      bytes = copyIn(k, p, address, PAGE_SIZE);
    } catch (thrown) {
      if (thrown !== errno("EFAULT")) throw thrown;
    }
  }
  const end = bytes.subarray(0, PAGE_SIZE - 1).indexOf(0);
  return textOf(bytes.subarray(0, end < 0 ? PAGE_SIZE - 1 : end));
}

export const mountCalls = {
  mount(k, p, sourceAddress, targetAddress, typeAddress, given, dataAddress) {
    const type = stringAt(k, p, typeAddress);
    const source = stringAt(k, p, sourceAddress);
    const data = dataAt(k, p, dataAddress);
    const target = resolveAt(k, p, AT_FDCWD, targetAddress, 0, { follow: true });
    if (!isPrivileged(p)) throw errno("EPERM");
    const low = given % 2 ** 32;
    const flags = (low & MAGIC_MASK) >>> 0 === MAGIC ? low & ~MAGIC_MASK : low | 0;
    mountAt(k, p, target, { source, type, flags, data });
    return 0;
  },

  umount2(k, p, address, flags) {
    if (flags & ~(MNT_FORCE | MNT_DETACH | UMOUNT_NOFOLLOW)) throw errno("EINVAL");
    const target = resolveAt(k, p, AT_FDCWD, address, 0, { follow: (flags & UMOUNT_NOFOLLOW) === 0 });
    if (!isPrivileged(p)) throw errno("EPERM");
    unmountAt(k, p, target, flags);
    return 0;
  },
} satisfies Handlers;
