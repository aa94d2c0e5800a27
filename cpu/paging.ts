/**
 * Paging: the shape of Sv39 and Sv48 addresses and page-table entries, for the MMU and the kernel.
 * Owns no state. Source: Volume II (privileged) 20211203, sections 4.3 to 4.5.
 *
 * (1) A virtual address is held sign-extended, as the hardware sees it: user addresses are 0 to 2^38-1 (Sv39) or
 *     2^47-1 (Sv48), the upper half is negative. Every canonical address is therefore a safe integer.
 * (2) A page-table entry has 64 bits; here it is two 32-bit halves or, where speed does not matter, one bigint.
 */

/** A number that says what it counts. Plain numbers are accepted; one kind is never taken for another. */
type Kind<K extends string> = number & { readonly kind?: K };

/** Bytes, sign-extended: see (1). */
export type VirtualAddress = Kind<"virtual address">;
/** Bytes from the beginning of the physical address space. */
export type PhysicalAddress = Kind<"physical address">;
/** A physical address divided by PAGE_SIZE: the manual's ppn. */
export type FrameNumber = Kind<"frame number">;

export const PAGE_SHIFT = 12;
/** Bytes of a page. */
export const PAGE_SIZE = 4096;
/** Entries of one page table. */
export const PTES_PER_TABLE = 512;
/** Bytes of a page-table entry. */
export const PTE_SIZE = 8;

/** Bits of a PTE, all in its low half (section 4.3.1). RSW is the supervisor's own. */
export const PTE = {
  V: 1 << 0,
  R: 1 << 1,
  W: 1 << 2,
  X: 1 << 3,
  U: 1 << 4,
  G: 1 << 5,
  A: 1 << 6,
  D: 1 << 7,
  RSW: 3 << 8,
} as const;

/** Bit position of the ppn in a PTE. */
export const PTE_PPN_SHIFT = 10;
/** Of the PTE's high half: N (63), PBMT (62:61) and 60:54, which are reserved without their extensions. */
export const PTE_RESERVED_HIGH = 0xffc0_0000 | 0;

export type PagingMode = "sv39" | "sv48";

/** `levels` is the manual's LEVELS, `satpMode` its encoding in satp 63:60, `bits` the width of a virtual address. */
export const PAGING: Readonly<Record<PagingMode, { levels: number; satpMode: number; bits: number }>> = {
  sv39: { levels: 3, satpMode: 8, bits: 39 },
  sv48: { levels: 4, satpMode: 9, bits: 48 },
};

/** Fields of satp (section 4.1.11): MODE 63:60, ASID 59:44, PPN 43:0. */
export const SATP = { modeShift: 60n, asidShift: 44n, asidBits: 16, ppnMask: (1n << 44n) - 1n } as const;

/** The first address after the lower half: user addresses are 0 to userLimit(mode) - 1. */
export function userLimit(mode: PagingMode): VirtualAddress {
  return 2 ** (PAGING[mode].bits - 1);
}

/** Bytes that a leaf at `level` maps: 4 KiB at 0, 2 MiB at 1, 1 GiB at 2, 512 GiB at 3. */
export function pageSizeAt(level: number): number {
  return PAGE_SIZE * PTES_PER_TABLE ** level;
}

/** The page's number: the virtual address divided by PAGE_SIZE, rounded down. Negative in the upper half. */
export function virtualPage(va: VirtualAddress): number {
  return Math.floor(va / PAGE_SIZE);
}

/** va.vpn[level]: the index into the table at `level`, 0 to 511. */
export function vpn(va: VirtualAddress, level: number): number {
  return Math.floor(va / pageSizeAt(level)) & (PTES_PER_TABLE - 1);
}

/** The low 32 bits of a leaf or pointer PTE. `flags` are bits of PTE. */
export function pteLow(frame: FrameNumber, flags: number): number {
  return ((frame << PTE_PPN_SHIFT) | flags) >>> 0;
}

/** The high 32 bits of the same PTE. */
export function pteHigh(frame: FrameNumber): number {
  return Math.floor(frame / 2 ** (32 - PTE_PPN_SHIFT)) >>> 0;
}

/** The 44-bit ppn of a PTE given as halves. */
export function pteFrame(low: number, high: number): FrameNumber {
  return (low >>> PTE_PPN_SHIFT) + (high & 0x003f_ffff) * 2 ** (32 - PTE_PPN_SHIFT);
}

/** Whether a valid PTE is a leaf: R or X is set (section 4.3.2, step 4). */
export function isLeaf(low: number): boolean {
  return (low & (PTE.R | PTE.X)) !== 0;
}

/** Physical address of the entry of `va` in the table that lies in frame `table`. */
export function pteAddress(table: FrameNumber, va: VirtualAddress, level: number): PhysicalAddress {
  return table * PAGE_SIZE + vpn(va, level) * PTE_SIZE;
}

export function frameOf(pa: PhysicalAddress): FrameNumber {
  return Math.floor(pa / PAGE_SIZE);
}

export function frameAddress(frame: FrameNumber): PhysicalAddress {
  return frame * PAGE_SIZE;
}
