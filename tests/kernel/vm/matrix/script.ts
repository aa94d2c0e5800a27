/**
 * The language of the matrix: a case is a name and steps, one line of text each, that tests/kernel/programs/memory-cases.c
 * carries out inside a computer, Quire or Linux, and answers with a line each. Numbers are hexadecimal there.
 *
 * (1) Each case runs in a process of its own: nothing lies in the window, the file is fresh, nothing is locked.
 * (2) Results that lie outside the window are the kernel's choice and shown as "*".
 */
import { SYSCALLS } from "../../../../kernel/abi.ts";

export const PAGE = 4096n;
/** Everything that cases map by themselves lies in BASE to BASE + 2^27. */
export const BASE = 0x1000_0000n;

/** Open files of the program: one file of 6000 bytes, a page of "A" and one of "B" cut short, opened three ways; others. */
export const FD = {
  readWrite: 10,
  readOnly: 11,
  writeOnly: 12,
  directory: 13,
  pipe: 14,
  zero: 15,
  closed: 99,
} as const;

/** An argument: a number, or text in the script's own terms: "$1+1000" of a register, "@10" an address in the scratch area. */
export type Argument = bigint | number | string;
export interface Case {
  readonly name: string;
  readonly steps: readonly string[];
}

/** Address of a page of the window. */
export const at = (page: number): bigint => BASE + BigInt(page) * PAGE;
export const pages = (count: number): bigint => BigInt(count) * PAGE;

const text = (a: Argument): string => (typeof a === "string" ? a : BigInt.asUintN(64, BigInt(a)).toString(16));
const step = (op: string, ...args: readonly Argument[]): string => [op, ...args.map(text)].join(" ");

type CallName = keyof typeof SYSCALLS;
/** A system call; its result is register 0. */
export const call = (name: CallName, ...args: readonly Argument[]): string => step("call", SYSCALLS[name].nr, ...args);
/** The same for results that differ from machine to machine (numbers of processes, segments). */
export const hold = (name: CallName, ...args: readonly Argument[]): string => step("hold", SYSCALLS[name].nr, ...args);
/** The last result, kept in a register from 1 to 9. */
export const save = (register: number): string => step("save", register);
export const same = (value: Argument): string => step("same", value);

export const load = (address: Argument): string => step("load", address);
export const store = (address: Argument, byte: number): string => step("store", address, byte);
export const jump = (address: Argument): string => step("jump", address);
export const fill = (address: Argument, count: number, byte: number): string => step("fill", address, count, byte);
/** Each page's content. */
export const show = (address: Argument, count: number): string => step("show", address, count);
/** mincore's result and its bits. */
export const vector = (address: Argument, length: bigint): string => step("vector", address, length);
/** VmLck, VmSize and VmData, as they differ from the case's start or the last MARK. */
export const STATUS = "status";
export const MARK = "mark";
/** The window's lines of /proc/self/maps; with resident, anonymous and locked sizes and flags. */
export const MAPS = "maps";
export const SMAPS = "smaps";
/** Becomes user and group 1000 for good. */
export const USER = "user";
/** The steps between FORK and END are made by a child; the parent waits. */
export const FORK = "fork";
export const END = "end";
/** A child that sleeps until the case ends; its number is register 0. */
export const SPAWN = "spawn";

export const LIMIT = { DATA: 2, STACK: 3, MEMLOCK: 8, AS: 9 } as const;
export type Limit = keyof typeof LIMIT;
export const UNLIMITED = 2n ** 64n - 1n;
export const limit = (which: Limit, soft: bigint, hard: bigint = UNLIMITED): string =>
  step("limit", LIMIT[which], soft, hard);
const FIGURES = ["VmSize", "VmData", "VmLck"] as const;
/** A limit so many pages above what a line of /proc/self/status says now. */
export const room = (which: Limit, count: number, above: (typeof FIGURES)[number]): string =>
  step("room", LIMIT[which], count, FIGURES.indexOf(above));

/** Words and text in the scratch area, and what a call wrote there. */
export const put = (offset: number, value: Argument): string => step("put", offset, value);
export const string = (offset: number, value: string): string => `text ${offset.toString(16)} ${value}`;
export const peek = (offset: number): string => step("peek", offset);

/** The script as the program reads it. */
export const scriptOf = (cases: readonly Case[]): string =>
  cases.map(({ name, steps }) => `# ${name}\n${steps.map((line) => `${line}\n`).join("")}`).join("");
