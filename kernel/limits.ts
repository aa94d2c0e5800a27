/**
 * Resource limits: their defaults, and the way they stand in memory. getrlimit(2).
 */
import { CONSTANTS } from "./abi.ts";
import { errno } from "./errno.ts";
import type { Limit } from "./process.ts";

const R = CONSTANTS.rlimit;
export const LIMIT_COUNT = 16;
const UNLIMITED = Number.POSITIVE_INFINITY;
export const RLIM_INFINITY = 2n ** 64n - 1n;

/** What Linux gives process 1, where this kernel keeps the limit; soft, then hard. */
const DEFAULTS: readonly (readonly [resource: number, soft: number, hard: number])[] = [
  [R.RLIMIT_STACK, 8 * 2 ** 20, UNLIMITED],
  [R.RLIMIT_CORE, 0, UNLIMITED],
  [R.RLIMIT_NPROC, 1024, 1024],
  [R.RLIMIT_NOFILE, 1024, 4096],
  [R.RLIMIT_MEMLOCK, 8 * 2 ** 20, 8 * 2 ** 20],
  [R.RLIMIT_SIGPENDING, 1024, 1024],
  [R.RLIMIT_MSGQUEUE, 819200, 819200],
  [R.RLIMIT_NICE, 0, 0],
  [R.RLIMIT_RTPRIO, 0, 0],
];

/** The limits of process 1, by RLIMIT number. */
export function defaultLimits(): Limit[] {
  const limits = Array.from({ length: LIMIT_COUNT }, () => ({ soft: UNLIMITED, hard: UNLIMITED }));
  for (const [resource, soft, hard] of DEFAULTS) limits[resource] = { soft, hard };
  return limits;
}

/** A limit's number in memory as the kernel keeps it; what rounds to 2^64 is no limit either. */
export function fromRlim(value: bigint): number {
  const limit = Number(value);
  return limit >= 2 ** 64 ? UNLIMITED : limit;
}

export function toRlim(value: number): bigint {
  return value === UNLIMITED ? RLIM_INFINITY : BigInt(value);
}

/** setrlimit(2): EINVAL when soft is above hard; EPERM when hard is raised without privilege. */
export function setLimit(limits: Limit[], resource: number, limit: Limit, privileged: boolean): void {
  if (limit.soft > limit.hard) throw errno("EINVAL");
  if (limit.hard > limits[resource].hard && !privileged) throw errno("EPERM");
  limits[resource] = limit;
}
