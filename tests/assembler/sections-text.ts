/** An executable's sections as text, for golden files: name, address, and the bytes sixteen a line. */
import { type Executable, SHF_ALLOC, SHT_NOBITS } from "../../assembler/elf.ts";

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function sectionsText({ bytes, sections }: Executable): string {
  const lines: string[] = [];
  for (const { name, type, flags, address, offset, size } of sections) {
    if ((flags & SHF_ALLOC) === 0) continue;
    lines.push(`${name} at 0x${address.toString(16)}, ${size} bytes`);
    if (type === SHT_NOBITS) continue;
    for (let at = 0; at < size; at += 16) {
      lines.push(`  ${hex(bytes.subarray(offset + at, offset + Math.min(at + 16, size)))}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
