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

/** Whose effective ids have changed may hold secrets of both: its memory is not shown any more. prctl(2), PR_SET_DUMPABLE. */
function changeIds(p: Process, change: () => void): number {
  const { euid, egid } = p.credentials;
  change();
  if (p.credentials.euid !== euid || p.credentials.egid !== egid) p.dumpable = false;
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
    return changeIds(p, () => setId(p, "uid", uid));
  },
  setgid(_k, p, gid) {
    return changeIds(p, () => setId(p, "gid", gid));
  },
  setreuid(_k, p, real, effective) {
    return changeIds(p, () => setTwoIds(p, "uid", real, effective));
  },
  setregid(_k, p, real, effective) {
    return changeIds(p, () => setTwoIds(p, "gid", real, effective));
  },
  setresuid(_k, p, real, effective, saved) {
    return changeIds(p, () => setThreeIds(p, "uid", [real, effective, saved]));
  },
  setresgid(_k, p, real, effective, saved) {
    return changeIds(p, () => setThreeIds(p, "gid", [real, effective, saved]));
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
