/**
 * The personality of a process: bits that ask for another layout of memory, or other habits of old systems.
 * Inherited by children, kept by exec but for what a program with other rights must not be given.
 *
 * Source: personality(2); Linux 6.1 include/uapi/linux/personality.h (PER_CLEAR_ON_SETID), fs/exec.c.
 */
import { FLAGS } from "./abi.ts";

const { ADDR_NO_RANDOMIZE, ADDR_COMPAT_LAYOUT, MMAP_PAGE_ZERO, READ_IMPLIES_EXEC } = FLAGS.personality;

/** The argument that changes nothing. */
const ONLY_ASK = 0xffff_ffff;
/** PER_MASK: the execution domain, which is always Linux's own here once a program was loaded. */
const DOMAIN = 0xff;
const CLEARED_BY_SET_ID = READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT | MMAP_PAGE_ZERO;

/** personality(2): the old value, and the new one from now on. */
export function changePersonality(p: { personality: number }, personality: number): number {
  const old = p.personality;
  if (personality !== ONLY_ASK) p.personality = personality;
  return old;
}

/** What exec leaves of it. @param setId the program's file has the set-user-ID or set-group-ID bit */
export function executedPersonality(personality: number, setId: boolean): number {
  return (personality & ~DOMAIN & (setId ? ~CLEARED_BY_SET_ID : -1)) >>> 0;
}

export const wantsNoChance = (personality: number): boolean => (personality & ADDR_NO_RANDOMIZE) !== 0;
export const wantsOldLayout = (personality: number): boolean => (personality & ADDR_COMPAT_LAYOUT) !== 0;
export const wantsPageZero = (personality: number): boolean => (personality & MMAP_PAGE_ZERO) !== 0;
