/**
 * What a process has used, as getrusage(2), times(2) and wait4(2) report it.
 */
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { toTimeval } from "./time.ts";
import { storeStructure } from "./usercopy.ts";

const PAGE_KIB = 4;

interface Usage {
  user: number;
  system: number;
  minor: number;
  major: number;
  /** Frames. */
  peak: number;
  voluntary: number;
  involuntary: number;
  signals: number;
}

/** Of the process itself. */
export function ownUsage({ times, counts, space }: Process): Usage {
  const peak = Math.max(counts.peakResident, space?.counts.peakResident ?? 0);
  const { voluntarySwitches: voluntary, involuntarySwitches: involuntary, signals } = counts;
  const { minorFaults: minor, majorFaults: major } = counts;
  return { user: times.user, system: times.system, minor, major, peak, voluntary, involuntary, signals };
}

/** Of the children that it has waited for, and theirs. */
export function childrenUsage({ times, counts }: Process): Usage {
  return {
    user: times.childUser,
    system: times.childSystem,
    minor: counts.childMinorFaults,
    major: counts.childMajorFaults,
    peak: counts.childPeakResident,
    voluntary: 0,
    involuntary: 0,
    signals: 0,
  };
}

/** Of the process and its children: what wait4 gives. */
export function totalUsage(p: Process): Usage {
  const own = ownUsage(p);
  const children = childrenUsage(p);
  const total = { ...own };
  for (const key of Object.keys(own) as (keyof Usage)[]) total[key] += children[key];
  return { ...total, peak: Math.max(own.peak, children.peak) };
}

/** Writes a struct rusage; its place is prepared. */
export function storeUsage(k: Kernel, p: Process, va: number, usage: Usage): void {
  const user = toTimeval(usage.user);
  const system = toTimeval(usage.system);
  storeStructure(k, p, va, "rusage", {
    ru_utime: user.tv_sec,
    ru_utime_usec: user.tv_usec,
    ru_stime: system.tv_sec,
    ru_stime_usec: system.tv_usec,
    ru_maxrss: usage.peak * PAGE_KIB,
    ru_minflt: usage.minor,
    ru_majflt: usage.major,
    ru_nsignals: usage.signals,
    ru_nvcsw: usage.voluntary,
    ru_nivcsw: usage.involuntary,
  });
}
