/**
 * Credential calls: user and group ids.
 */
import { isPrivileged, setId, setThreeIds, setTwoIds } from "../credentials.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { requireUser } from "../prepared.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyIn, copyOut, writeField } from "../usercopy.ts";

/** NGROUPS_MAX. */
const MOST_GROUPS = 65536;
const ID_BYTES = 4;

function storeThree(k: Kernel, p: Process, addresses: readonly number[], ids: readonly number[]): number {
  for (const address of addresses) requireUser(k, p, address, ID_BYTES);
  for (const [i, address] of addresses.entries()) writeField(k, p, address, "u32", ids[i]);
  return 0;
}

export const credentialCalls = {
  getuid: (_k, p) => p.credentials.uid,
  geteuid: (_k, p) => p.credentials.euid,
  getgid: (_k, p) => p.credentials.gid,
  getegid: (_k, p) => p.credentials.egid,

  getresuid: (k, p, real, effective, saved) =>
    storeThree(k, p, [real, effective, saved], [p.credentials.uid, p.credentials.euid, p.credentials.suid]),
  getresgid: (k, p, real, effective, saved) =>
    storeThree(k, p, [real, effective, saved], [p.credentials.gid, p.credentials.egid, p.credentials.sgid]),

  setuid(_k, p, uid) {
    setId(p, "uid", uid);
    return 0;
  },
  setgid(_k, p, gid) {
    setId(p, "gid", gid);
    return 0;
  },
  setreuid(_k, p, real, effective) {
    setTwoIds(p, "uid", real, effective);
    return 0;
  },
  setregid(_k, p, real, effective) {
    setTwoIds(p, "gid", real, effective);
    return 0;
  },
  setresuid(_k, p, real, effective, saved) {
    setThreeIds(p, "uid", [real, effective, saved]);
    return 0;
  },
  setresgid(_k, p, real, effective, saved) {
    setThreeIds(p, "gid", [real, effective, saved]);
    return 0;
  },

  getgroups(k, p, size, list) {
    const { groups } = p.credentials;
    if (size < 0) throw errno("EINVAL");
    if (size === 0) return groups.length;
    if (size < groups.length) throw errno("EINVAL");
    copyOut(k, p, list, new Uint8Array(new Uint32Array(groups).buffer));
    return groups.length;
  },

  setgroups(k, p, size, list) {
    if (!isPrivileged(p)) throw errno("EPERM");
    if (size < 0 || size > MOST_GROUPS) throw errno("EINVAL");
    const bytes = copyIn(k, p, list, size * ID_BYTES).slice();
    p.credentials.groups = [...new Uint32Array(bytes.buffer)];
    return 0;
  },
} satisfies Handlers;
