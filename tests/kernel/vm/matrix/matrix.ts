/**
 * All cases of the matrix, for a user space that ends at `limit`. Recorded on Linux 6.1 (Sv57, no swap) in
 * tests/golden/kernel/memory-matrix.txt by tests/kernel/programs/record; as a program, this prints the script for Linux.
 *
 * What no case asks, because the answer is not the calls' own: addresses that the kernel chooses ("*"), advice about huge
 * pages (there are none), which pages are resident after advice whose effect is left to reclaim, and the numbers of System V
 * segments, which follow from how the kernel was configured.
 */
import { adviceCases } from "./advice.ts";
import { limitCases, lockCases } from "./locks.ts";
import { mremapCases } from "./mremap.ts";
import { type Case, scriptOf } from "./script.ts";
import { sharingCases } from "./sharing.ts";

export const matrix = (limit: bigint): Case[] => [
  ...mremapCases(limit),
  ...adviceCases(limit),
  ...lockCases(limit),
  ...limitCases(),
  ...sharingCases(),
];

if (process.argv[1] === import.meta.filename) process.stdout.write(scriptOf(matrix(2n ** 56n)));
