/**
 * Due work: what the kernel has to do beside serving traps, noted in one place, so that a turn of the main loop asks two questions
 * instead of one for each of them. tending.ts does it.
 *
 *   by time     policies hear of the time; thrashing is looked for, and working sets; the time slice ends    at
 *   by event    whoever makes work of a kind sets its bit, whoever does it clears it                         work
 *
 * (1) Nothing is due by time before cycle `at`; then something may be. Who gives a work an earlier moment says so: dueBy.
 *
 * A leaf.
 */

/** Bits of DueWork.work. */
export const WORK = {
  /** ext2 file systems have something to do: fs/ext2fs/tend.ts. */
  volumes: 1,
  /** Files of the host may be unused: fs/hostfs/inodes.ts. */
  hostFiles: 2,
  /** Background reclaim is awake: vm/background-reclaim.ts. */
  reclaim: 4,
  /** A use of a mount has ended, perhaps the last one: fs/mounting.ts. */
  mounts: 8,
  /** Pages have arrived since anybody executed an instruction: vm/residents.ts. */
  arrivals: 16,
  /** The scanner that merges pages has found nothing new, and would hear of activity: vm/merge-daemon.ts. */
  quiet: 32,
} as const;

export interface DueWork {
  /** Cycles since power-on. */
  at: number;
  /** Bits of WORK. */
  work: number;
}

/** What those need who make work. */
export interface Worked {
  readonly due: DueWork;
}

/** Nothing by event; by time whatever there is. */
export function createDueWork(): DueWork {
  return { at: 0, work: 0 };
}

/** Something has to be done at cycle `time`. */
export function dueBy({ due }: Worked, time: number): void {
  if (time < due.at) due.at = time;
}
