/**
 * System calls about pages that are mapped: mlock and its family, mincore, madvise. vm/ does the work. Where memory is not made
 * of pages there are none of them, as on Linux without an MMU (kernel/sys_ni.c).
 */
import { FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Handlers } from "../syscall-table.ts";
import { advise } from "../vm/advise.ts";
import { lockAll, lockRange, unlockAll, unlockRange } from "../vm/lock.ts";
import { tellResidency } from "../vm/residency.ts";
import { needPages } from "../vm/shape.ts";

const { MLOCK_ONFAULT } = FLAGS.mlock2;

export const adviceCalls = {
  mlock(k, p, address, length) {
    needPages(k);
    lockRange(k, p, address, length, false);
    return 0;
  },

  mlock2(k, p, address, length, flags) {
    needPages(k);
    if (flags & ~MLOCK_ONFAULT) throw errno("EINVAL");
    lockRange(k, p, address, length, (flags & MLOCK_ONFAULT) !== 0);
    return 0;
  },

  munlock(k, p, address, length) {
    needPages(k);
    unlockRange(k, p.space!, address, length);
    return 0;
  },

  mlockall(k, p, flags) {
    needPages(k);
    lockAll(k, p, flags);
    return 0;
  },

  munlockall(k, p) {
    needPages(k);
    unlockAll(k, p.space!);
    return 0;
  },

  mincore(k, p, address, length, vector) {
    needPages(k);
    tellResidency(k, p, address, length, vector);
    return 0;
  },

  madvise(k, p, address, length, advice) {
    needPages(k);
    advise(k, p, address, length, advice);
    return 0;
  },
} satisfies Handlers;
