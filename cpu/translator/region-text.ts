/** Region as text: for those who look for what the translator makes of a program, and for tests. */

import { disassemble } from "../disassemble.ts";
import type { Block, BlockEnd, Region, Target } from "./region.ts";

function distance(value: number): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function target(to: Target): string {
  return "block" in to ? `${to.block}` : `away ${distance(to.away)}`;
}

function endText(end: BlockEnd): string {
  switch (end.kind) {
    case "goto":
      return `${end.jump ? "jump" : "fall"} ${target(end.to)}`;
    case "branch":
      return `${end.insn.mnemonic} ${target(end.taken)} else ${target(end.next)}`;
    case "call":
      return `call ${distance(end.callee)} back ${target(end.back)}`;
    case "callRegister":
      return `call register back ${target(end.back)}`;
    case "jumpRegister":
      return end.isReturn ? "return" : "jump register";
    case "callWithin":
      return `call ${end.to}`;
    case "returnWithin":
      return `return ${end.to}`;
    case "leave":
      return "leave";
  }
}

function blockText({ at, insns, end }: Block, index: number, isLanding: boolean): string {
  const lines = insns.map((insn, i) => `  ${disassemble(insn.word, at + 4 * i).replace("\t", " ")}`);
  return [`${index}${isLanding ? " (landing)" : ""}: ${distance(at)}`, ...lines, `  -> ${endText(end)}`].join("\n");
}

/** Its blocks, each with its instructions and where it goes; numbers of blocks, or distances from the base. */
export function regionText({ blocks, landings }: Region): string {
  return blocks.map((block, index) => blockText(block, index, landings.includes(index))).join("\n");
}
