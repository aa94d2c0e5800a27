/**
 * Who a process is: the rules of credentials(7). User 0 is privileged; there are no capabilities beside that.
 */
import { errno } from "./errno.ts";
import type { Process } from "./process.ts";

/** -1 as an id means: leave it. */
export const UNCHANGED = 0xffff_ffff;

export function isPrivileged(p: Process): boolean {
  return p.credentials.euid === 0;
}

/** May `p` send signals to `target`? kill(2): its real or effective user is the target's real or saved user. */
export function mayControl(p: Process, target: Process): boolean {
  const { uid, euid } = p.credentials;
  const { uid: real, suid: saved } = target.credentials;
  return isPrivileged(p) || target === p || euid === real || euid === saved || uid === real || uid === saved;
}

/**
 * May `p` look into the memory of `target`? ptrace(2), "Ptrace access mode checking", without the parts about modules and
 * capabilities: all ids of the target are those that p acts with, and the target may be dumped.
 * @param as which ids p acts with: "effective" for files (PTRACE_MODE_FSCREDS), "real" for calls (PTRACE_MODE_REALCREDS)
 */
export function mayInspect(p: Process, target: Process, as: "effective" | "real" = "effective"): boolean {
  if (p.pid === target.pid || isPrivileged(p)) return true;
  const { uid, euid, gid, egid } = p.credentials;
  return target.dumpable && (as === "effective" ? isOnly(target, euid, egid) : isOnly(target, uid, gid));
}

/** May `p` see and change the limits of `target`? prlimit(2): all ids of the target are p's real ones. */
export function mayLimit(p: Process, target: Process): boolean {
  const { uid, gid } = p.credentials;
  return p.pid === target.pid || isPrivileged(p) || isOnly(target, uid, gid);
}

/** Has the process no other ids than these, effective, real or saved? */
function isOnly({ credentials: c }: Process, user: number, group: number): boolean {
  return [c.uid, c.euid, c.suid].every((id) => id === user) && [c.gid, c.egid, c.sgid].every((id) => id === group);
}

type Kind = "uid" | "gid";
const NAMES = { uid: ["uid", "euid", "suid"], gid: ["gid", "egid", "sgid"] } as const;

/** setuid(2), setgid(2): all three with privilege, else the effective one to the real or saved one. */
export function setId(p: Process, kind: Kind, id: number): void {
  if (id === UNCHANGED) throw errno("EINVAL");
  const [real, effective, saved] = NAMES[kind];
  const c = p.credentials;
  if (isPrivileged(p)) {
    c[real] = id;
    c[saved] = id;
  } else if (id !== c[real] && id !== c[saved]) throw errno("EPERM");
  c[effective] = id;
}

/** setresuid(2), setresgid(2): each one becomes any of the three. */
export function setThreeIds(p: Process, kind: Kind, ids: readonly [number, number, number]): void {
  const c = p.credentials;
  const now = NAMES[kind].map((name) => c[name]);
  for (const id of ids) if (id !== UNCHANGED && !isPrivileged(p) && !now.includes(id)) throw errno("EPERM");
  for (const [i, id] of ids.entries()) if (id !== UNCHANGED) c[NAMES[kind][i]] = id;
}

/** setreuid(2), setregid(2), with their rule for the saved id. */
export function setTwoIds(p: Process, kind: Kind, realId: number, effectiveId: number): void {
  const [real, effective, saved] = NAMES[kind];
  const c = p.credentials;
  const before = c[real];
  if (!isPrivileged(p)) {
    if (realId !== UNCHANGED && realId !== c[real] && realId !== c[effective]) throw errno("EPERM");
    const allowed = [c[real], c[effective], c[saved]];
    if (effectiveId !== UNCHANGED && !allowed.includes(effectiveId)) throw errno("EPERM");
  }
  if (effectiveId !== UNCHANGED) c[effective] = effectiveId;
  if (realId !== UNCHANGED) c[real] = realId;
  if (realId !== UNCHANGED || (effectiveId !== UNCHANGED && effectiveId !== before)) c[saved] = c[effective];
}
