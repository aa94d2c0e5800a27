/**
 * The caller's fault: a system call that fails with an error number. `throw errno("EBADF")` anywhere below a handler
 * ends the call with -EBADF; nothing else turns into a negative result.
 *
 * (1) One object per error, made once: throwing costs no stack trace and no allocation.
 */
import { ERRNO, type ErrnoName } from "./abi.ts";

/** Thrown, never returned. `number` is positive: errno(3). */
export class Errno {
  readonly name: ErrnoName;
  readonly number: number;

  constructor(name: ErrnoName) {
    this.name = name;
    this.number = ERRNO[name][0];
  }
}

const ALL = Object.fromEntries(
  (Object.keys(ERRNO) as ErrnoName[]).map((name) => [name, Object.freeze(new Errno(name))]),
) as Record<ErrnoName, Errno>;

/** The one Errno of this name, to be thrown. */
export function errno(name: ErrnoName): Errno {
  return ALL[name];
}
