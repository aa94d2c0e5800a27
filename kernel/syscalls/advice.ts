/** System calls about pages that are mapped: mlock and its family, mincore, madvise. vm/ does the work. */
import { FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Handlers } from "../syscall-table.ts";
import { advise } from "../vm/advise.ts";
import { lockAll, lockRange, unlockAll, unlockRange } from "../vm/lock.ts";
import { tellResidency } from "../vm/residency.ts";

const { MLOCK_ONFAULT } = FLAGS.mlock2;

export const adviceCalls = {
  mlock(k, p, address, length) {
    lockRange(k, p, address, length, false);
    return 0;
  },

  mlock2(k, p, address, length, flags) {
    if (flags & ~MLOCK_ONFAULT) throw errno("EINVAL");
    lockRange(k, p, address, length, (flags & MLOCK_ONFAULT) !== 0);
    return 0;
  },

  munlock(k, p, address, length) {
    unlockRange(k, p.space!, address, length);
    return 0;
  },

  mlockall(k, p, flags) {
    lockAll(k, p, flags);
    return 0;
  },

  munlockall(k, p) {
    unlockAll(k, p.space!);
    return 0;
  },

  mincore(k, p, address, length, vector) {
    tellResidency(k, p, address, length, vector);
    return 0;
  },

  madvise(k, p, address, length, advice) {
    advise(k, p, address, length, advice);
    return 0;
  },
} satisfies Handlers;
