/** PROT_ and MAP_ bits by their names (mmap(2)), and what each kind of access needs. Taken from the ABI's tables. */
import { FLAGS } from "../abi.ts";
import type { Access } from "./types.ts";

export const { PROT_NONE, PROT_READ, PROT_WRITE, PROT_EXEC, PROT_GROWSDOWN, PROT_GROWSUP } = FLAGS.prot;
export const {
  MAP_SHARED,
  MAP_PRIVATE,
  MAP_SHARED_VALIDATE,
  MAP_FIXED,
  MAP_ANONYMOUS,
  MAP_GROWSDOWN,
  MAP_LOCKED,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_NONBLOCK,
  MAP_STACK,
  MAP_HUGETLB,
  MAP_SYNC,
  MAP_FIXED_NOREPLACE,
} = FLAGS.map;

const { READ_IMPLIES_EXEC } = FLAGS.personality;

/** Bits of `flags` that say whether a mapping is shared. */
export const MAP_TYPE = 0xf;

/**
 * Protections of which one bit lets an access through. A writable page can be read: Linux's rule on this processor. Every fault
 * asks, and comparing names is quicker than a table that is searched for them.
 */
function lettingThrough(access: Access): number {
  if (access === "read") return PROT_READ | PROT_WRITE;
  return access === "write" ? PROT_WRITE : PROT_EXEC;
}

/** What is asked for with `prot` by a process of this personality: READ_IMPLIES_EXEC, personality(2). */
export function impliedProt(personality: number, prot: number): number {
  return personality & READ_IMPLIES_EXEC && prot & PROT_READ ? prot | PROT_EXEC : prot;
}

/** Whether a mapping with `prot` lets `access` through. */
export function allows(prot: number, access: Access): boolean {
  return (prot & lettingThrough(access)) !== 0;
}
