/**
 * An executable as a machine image for qemu-system-riscv64: programs/virt.s at the reset address, its plan, and the bytes of
 * the program. The program is the same file that Quire and qemu-riscv64 run.
 *
 * (1) The plan's layout is written at the head of programs/virt.s.
 * (2) Every page is 4 KiB, with the rights of its segment; A and D are set, so that no walk has to.
 */
import { type Executable, PF_R, PF_W, PF_X, PT_LOAD, readExecutable } from "../../assembler/elf.ts";
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";

/** Where memory begins on -M virt, and where its processor starts. */
export const RESET_ADDRESS = 0x8000_0000;

const STACK_TOP = 0x3f_ffff_f000;
const STACK_BYTES = 64 * PAGE_SIZE;

interface Region {
  readonly address: number;
  readonly pages: number;
  /** Of its page-table entries. */
  readonly flags: number;
  /** The bytes from `address` on; behind them are zeroes. */
  readonly bytes: Uint8Array;
}

/**
 * @param firmware programs/virt.s linked to begin at RESET_ADDRESS
 * @param args argv of the program
 */
export function systemImage(firmware: Uint8Array, program: Uint8Array, args: readonly string[]): Uint8Array {
  const code = regionsOf(readExecutable(firmware)).find(({ flags }) => flags & PTE.X)!;
  const executable = readExecutable(program);
  const { stack, sp } = stackOf(args);
  const regions = [stack, ...regionsOf(executable)];
  const planPage = pagesOf(code.bytes.length);
  const pages = regions.map(pagesBefore(planPage + 1, regions));
  const last = regions.length - 1;
  const image = new Uint8Array(pages[last]! * PAGE_SIZE + regions[last]!.bytes.length);
  image.set(code.bytes, 0);
  regions.forEach(({ bytes }, i) => void image.set(bytes, pages[i]! * PAGE_SIZE));
  const physical = (page: number) => RESET_ADDRESS + page * PAGE_SIZE;
  const free = physical(pages[last]! + regions[last]!.pages);
  const words = [executable.header.entry, sp, free, regions.length];
  regions.forEach((region, i) => void words.push(region.address, physical(pages[i]!), region.pages, region.flags));
  writeWords(new DataView(image.buffer, planPage * PAGE_SIZE, PAGE_SIZE), words);
  return image;
}

const pagesOf = (bytes: number) => Math.ceil(bytes / PAGE_SIZE);

/** Where each region lies in memory, in pages: they follow each other from `first` on. */
const pagesBefore = (first: number, regions: readonly Region[]) => (_: Region, index: number) =>
  regions.slice(0, index).reduce((sum, { pages }) => sum + pages, first);

function writeWords(to: DataView, words: readonly number[]): void {
  words.forEach((word, i) => void to.setBigUint64(i * 8, BigInt(word), true));
}

/** The segments of an executable, in whole pages. */
function regionsOf({ bytes, programHeaders }: Executable): Region[] {
  return programHeaders
    .filter(({ type, memorySize }) => type === PT_LOAD && memorySize > 0)
    .map(({ offset, virtualAddress, fileSize, memorySize, flags }) => {
      const before = virtualAddress % PAGE_SIZE;
      const own = new Uint8Array(before + fileSize);
      own.set(bytes.subarray(offset, offset + fileSize), before);
      const rights = (flags & PF_R ? PTE.R : 0) | (flags & PF_W ? PTE.W : 0) | (flags & PF_X ? PTE.X : 0);
      return {
        address: virtualAddress - before,
        pages: pagesOf(before + memorySize),
        flags: rights | PTE.V | PTE.U | PTE.A | PTE.D,
        bytes: own,
      };
    });
}

/** A stack as a program finds it: at sp argc, argv, and an environment with nothing in it. */
function stackOf(args: readonly string[]): { stack: Region; sp: number } {
  const address = STACK_TOP - STACK_BYTES;
  const bytes = new Uint8Array(STACK_BYTES);
  let at = STACK_BYTES;
  const pointers = args.map((text) => {
    const string = new TextEncoder().encode(`${text}\0`);
    at -= string.length;
    bytes.set(string, at);
    return address + at;
  });
  const words = [args.length, ...pointers, 0, 0];
  at -= words.length * 8;
  at -= at % 16;
  writeWords(new DataView(bytes.buffer, at), words);
  const flags = PTE.V | PTE.R | PTE.W | PTE.U | PTE.A | PTE.D;
  return { stack: { address, pages: STACK_BYTES / PAGE_SIZE, flags, bytes }, sp: address + at };
}
