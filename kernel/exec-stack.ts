/**
 * The stack that a program finds at its start, as the System V ABI draws it and Linux fills it:
 *
 *   stackTop ┌──────────────────────────────┐
 *            │ 8 zero bytes                 │
 *            │ path of the program          │ AT_EXECFN
 *            │ environment strings          │
 *            │ argument strings             │ the first one lowest
 *            │ (alignment to 16)            │
 *            │ 16 random bytes              │ AT_RANDOM
 *            │ (alignment)                  │
 *            │ auxiliary vector, AT_NULL    │
 *            │ environment pointers, NULL   │
 *            │ argument pointers, NULL      │
 *         sp │ argc                         │ aligned to 16
 *            └──────────────────────────────┘
 */
import { PHDR_SIZE } from "../assembler/elf.ts";
import { PAGE_SIZE } from "../cpu/paging.ts";
import { CONSTANTS } from "./abi.ts";
import type { LoadedImage } from "./exec-image.ts";
import type { ByteString } from "./fs/types.ts";
import type { Credentials } from "./process.ts";
import { CLOCK_TICKS_PER_SECOND } from "./time.ts";

const POINTER = 8;
const ALIGNMENT = 16;
const RANDOM_BYTES = 16;
const A = CONSTANTS.auxv;
/** AT_HWCAP: bit n is the n-th letter of the alphabet among the extensions. */
const HWCAP = [..."IMA"].reduce((bits, letter) => bits | (1 << (letter.charCodeAt(0) - "A".charCodeAt(0))), 0);

export interface StackContents {
  readonly argv: readonly ByteString[];
  readonly environment: readonly ByteString[];
  readonly path: ByteString;
  readonly random: Uint8Array;
  readonly image: LoadedImage;
  readonly credentials: Credentials;
  /** The program got other ids than its caller had: AT_SECURE. */
  readonly secure: boolean;
}

export interface BuiltStack {
  /** The bytes from sp to the top of the stack. */
  readonly bytes: Uint8Array;
  readonly sp: number;
  readonly argumentsStart: number;
  readonly argumentsEnd: number;
  readonly environmentEnd: number;
  /** The auxiliary vector's bytes. */
  readonly auxiliary: Uint8Array;
}

const down = (address: number) => address - (address % ALIGNMENT);
const lengthOf = (strings: readonly ByteString[]) => strings.reduce((sum, string) => sum + string.length + 1, 0);

/** Bytes of argument and environment strings and of the pointers to them: what execve(2) limits. */
export function argumentBytes(argv: readonly ByteString[], environment: readonly ByteString[]): number {
  return lengthOf(argv) + lengthOf(environment) + POINTER * (argv.length + environment.length);
}

/** Builds the contents for a stack that ends at `top`. */
export function buildStack(top: number, contents: StackContents): BuiltStack {
  const { argv, environment, path } = contents;
  const pathAt = top - POINTER - (path.length + 1);
  const environmentAt = pathAt - lengthOf(environment);
  const argvAt = environmentAt - lengthOf(argv);
  const randomAt = down(argvAt) - RANDOM_BYTES;
  const auxv = auxiliaryVector(contents, randomAt, pathAt);
  const words = 1 + argv.length + 1 + environment.length + 1 + auxv.length;
  const sp = down(randomAt - POINTER * words);
  const bytes = new Uint8Array(top - sp);
  const putStrings = (strings: readonly ByteString[], from: number) => {
    let at = from;
    return strings.map((string) => {
      const address = at;
      for (let i = 0; i < string.length; i++) bytes[at - sp + i] = string.charCodeAt(i);
      at += string.length + 1;
      return address;
    });
  };
  putStrings([path], pathAt);
  bytes.set(contents.random, randomAt - sp);
  const table = [argv.length, ...putStrings(argv, argvAt), 0, ...putStrings(environment, environmentAt), 0, ...auxv];
  const view = new DataView(bytes.buffer);
  for (const [i, word] of table.entries()) view.setBigUint64(POINTER * i, BigInt(word), true);
  const auxiliary = bytes.slice(POINTER * (words - auxv.length), POINTER * words);
  return { bytes, sp, argumentsStart: argvAt, argumentsEnd: environmentAt, environmentEnd: pathAt, auxiliary };
}

/** Type and value in turn, in Linux's order: getauxval(3). */
function auxiliaryVector({ image, credentials, secure }: StackContents, random: number, path: number): number[] {
  // biome-ignore format: a table is read in columns
  return [
    A.AT_HWCAP,  HWCAP,
    A.AT_PAGESZ, PAGE_SIZE,
    A.AT_CLKTCK, CLOCK_TICKS_PER_SECOND,
    A.AT_PHDR,   image.programHeaders,
    A.AT_PHENT,  PHDR_SIZE,
    A.AT_PHNUM,  image.programHeaderCount,
    A.AT_BASE,   0,
    A.AT_FLAGS,  0,
    A.AT_ENTRY,  image.entry,
    A.AT_UID,    credentials.uid,
    A.AT_EUID,   credentials.euid,
    A.AT_GID,    credentials.gid,
    A.AT_EGID,   credentials.egid,
    A.AT_SECURE, secure ? 1 : 0,
    A.AT_RANDOM, random,
    A.AT_EXECFN, path,
    A.AT_NULL,   0,
  ];
}
