/** The journey of one access as text of 80 columns. */
import { PTE } from "../../cpu/paging.ts";
import { SIGNALS } from "../../kernel/abi.ts";
import type { Style } from "../style.ts";
import type { Decision, Journey } from "./journey.ts";
import type { FrameLook, MappingLook } from "./mapping.ts";
import type { By, HardwareEnd, HardwareLook, Step, TlbLook } from "./steps.ts";

/** Styles a piece of text, or leaves it plain. */
export type Paint = (style: Style, text: string) => string;

/** Names an address as `main+8`; null where nothing is known of it. */
export type NameOf = (va: number) => string | null;

const hex = (value: number, digits = 0) => `0x${value.toString(16).padStart(digits, "0")}`;
const count = (n: number) => n.toLocaleString("en-US");
const plural = (n: number, one: string, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;

/** @returns lines */
export function journeyText(journey: Journey, nameOf: NameOf, paint: Paint): string[] {
  const { hardware, access, bits, va } = journey;
  const name = nameOf(va);
  const sections: string[][] = [
    [paint("bold", `${access} of 0x${bits.toString(16)}${name === null ? "" : ` = ${name}`}`), ...fieldLines(hardware)],
    ...(hardware.tlb === null ? [] : [tlbLines(hardware.tlb, hardware.end, paint)]),
    ...(hardware.steps.length === 0 ? [] : [walkLines(journey, paint)]),
    endLines(hardware, paint),
    ...(journey.decision === null ? [] : [decisionLines(journey.decision, paint)]),
    mappingLines(journey, paint),
    ...(journey.slot === null
      ? []
      : [[`  slot named by ${plural(journey.slot.uses, "entry", "entries")} or page objects`]]),
    ...(journey.frame === null ? [] : [frameLines(journey.frame, journey, paint)]),
  ];
  return sections.flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** The address as a row of boxes: bits, names, and each index in hexadecimal and decimal. */
function fieldLines({ fields }: HardwareLook): string[] {
  const rows = fields.map(({ name, high, low, value }) => {
    const cells = [`${high}-${low}`, name, hex(value, 3), String(value)];
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => cell.padStart(width));
  });
  return ["bits", "", "hex", "decimal"].map((label, line) =>
    `  ${label.padEnd(7)}  ${rows.map((cells) => cells[line]!).join("   ")}`.trimEnd(),
  );
}

function tlbLines({ view, asid, set, hit }: TlbLook, end: HardwareEnd, paint: Paint): string[] {
  const shape = `${plural(view.sets, "set")} of ${plural(view.ways, "way")}, ${view.replacement}`;
  const result =
    hit === null
      ? paint("yellow", "miss")
      : end.by === "walk"
        ? paint("yellow", `hit in way ${hit.way}, but D is 0: the store walks`)
        : paint("green", `hit in way ${hit.way}`);
  const number = asid === null ? "the space has no ASID yet" : `ASID ${asid}`;
  const next = view.nextWay(set);
  const rows = view.set(set).map((entry, way) => {
    const mark = `${way === hit?.way ? ">" : " "} ${String(way).padStart(3)}  `;
    const fate = way === next ? "next to be filled" : "";
    if (entry === null) return `${mark}free`.padEnd(58) + fate;
    const page = hex(entry.number * 512 ** entry.level * 4096);
    const whose = entry.asid === null ? "all" : String(entry.asid);
    const cells = [page.padEnd(18), whose.padEnd(5), hex(entry.frame).padEnd(9), entryBits(entry.flags)];
    return `${mark}${cells.join("  ")}  ${String(entry.stamp).padEnd(6)}  ${fate}`.trimEnd();
  });
  const heading = `  ${"way".padStart(3)}  ${"page".padEnd(18)}  ASID   frame      bits      stamp`;
  return [
    `${paint("bold", "TLB")}  ${shape}, ${number}; set ${set}: ${result}`,
    heading,
    ...rows.map((row) => row.trimEnd()),
  ];
}

function walkLines({ hardware, meanings }: Journey, paint: Paint): string[] {
  const { steps, end } = hardware;
  const needless = end.by === "tlb" ? "  not made: the TLB has answered; it would read" : "";
  const heading = "  level  table      index  entry at    value               bits      RSW";
  return [
    `${paint("bold", "Walk")}${needless}`,
    heading,
    ...steps.flatMap((step, i) => [stepLine(step), `         ${meanings[i]}`]),
  ];
}

function stepLine({ kind, level, table, index, at, low, high }: Step): string {
  const value = low === null || high === null ? "-" : `0x${hex(high, 8).slice(2)}${hex(low, 8).slice(2)}`;
  const bits = low === null ? "" : kind === "pte" ? pteBits(low) : `   ${entryBits(low).slice(3)}`;
  const cells = [
    (kind === "descriptor" ? "seg" : String(level)).padStart(5),
    hex(table).padEnd(9),
    String(index).padStart(5),
    hex(at).padEnd(10),
    value,
    bits,
  ];
  return `  ${cells.join("  ")}`;
}

const pteBits = (low: number) => `${entryBits(low)}  ${(low >> 9) & 1}${(low >> 8) & 1}`;

/** Bits 7:0 of an entry as letters: "DA-U-WRV". */
function entryBits(low: number): string {
  const letters = ["D", "A", "G", "U", "X", "W", "R", "V"] as const;
  return letters.map((letter) => (low & PTE[letter] ? letter : "-")).join("");
}

function endLines({ end, cycles }: HardwareLook, paint: Paint): string[] {
  const cost = cycles === 0 ? "no cycles" : plural(cycles, "cycle");
  if (end.kind !== "physical") return [`${paint("red", `=> ${end.kind}`)} (${cost}):`, `   ${end.reason}`];
  const sets = end.sets.length === 0 ? "" : `, sets ${end.sets.join(" and ")} in the entry`;
  const size = end.pageBytes <= 4096 ? "" : `, in a page of ${end.pageBytes / 2 ** 20} MiB`;
  const place = `frame ${hex(end.frame)}, byte ${hex(end.address % 4096)}${size}`;
  return [
    `${paint("green", `=> physical address ${hex(end.address)}`)}: ${place}`,
    `   ${BY[end.by]}, ${cost} beside the instruction's own${sets}`,
  ];
}

const BY: Readonly<Record<By, string>> = {
  tlb: "by the TLB",
  walk: "by the walk",
  segment: "by the segment's base",
  bare: "as it is, not translated",
};

const SIGNAL_NAMES = new Map(Object.entries(SIGNALS).map(([name, [number]]) => [number, name]));

function decisionLines(decision: Decision, paint: Paint): string[] {
  const { kind, sentence, signal, major, waits } = decision;
  const kindOf = signal === null ? (major ? "major" : "minor") : SIGNAL_NAMES.get(signal as never);
  const title = `${paint("bold", "Kernel")}  ${sentence}`;
  if (kind === null) return [title];
  const work = [
    plural(decision.cycles, "cycle"),
    ...(waits > 0 ? [`waits ${plural(waits, "time")}`] : []),
    ...(decision.frames > 0 ? [`takes ${plural(decision.frames, "frame")}`] : []),
    ...(decision.zeroed > 0 ? [`zeroes ${decision.zeroed}`] : []),
    ...(decision.copied > 0 ? [`copies ${decision.copied}`] : []),
  ];
  const lines = [title, `  ${kind}: ${kindOf}; ${work.join(", ")}`];
  if (signal !== null) return lines;
  const { end } = decision.after.hardware;
  const then = end.kind === "physical" ? `physical address ${hex(end.address)}` : `${end.kind}: ${end.reason}`;
  return [...lines, `  made again, the access comes to: ${then}`];
}

function mappingLines({ mapping, near }: Journey, paint: Paint): string[] {
  if (mapping !== null) return [`${paint("bold", "Mapping")}  ${rangeOf(mapping)}`, ...detailsOf(mapping)];
  const lines = [`${paint("bold", "Mapping")}  none`];
  if (near?.below) lines.push(`  below: ${rangeOf(near.below)}`);
  if (near?.above) lines.push(`  above: ${rangeOf(near.above)}`);
  return lines;
}

const rangeOf = ({ start, end, rights, name }: MappingLook) => `${hex(start)}-${hex(end)} ${rights} ${name}`.trimEnd();

function detailsOf({ origin, flags, page, start, end }: MappingLook): string[] {
  const lines = [`  ${origin}`];
  if (page !== null) lines.push(`  page ${page.index} of it: ${page.state}`);
  const words = flags.length === 0 ? "" : `; ${flags.join(", ")}`;
  lines.push(`  ${plural((end - start) / 4096, "page")}${words}`);
  return lines;
}

function frameLines(frame: FrameLook, { pid, va }: Journey, paint: Paint): string[] {
  const { references, pins, slot, cached, mappers, list, flags } = frame;
  const named = [
    ...(mappers.length > 0 ? [plural(mappers.length, "entry", "entries")] : []),
    ...(cached !== null ? ["the page cache"] : []),
    ...(slot !== null ? ["the swap cache"] : []),
    ...(pins > 0 ? [plural(pins, "pin")] : []),
  ];
  const because = named.length === 0 ? "" : `: ${named.join(", ")}`;
  const lines = [
    `${paint("bold", "Frame")}  ${hex(frame.frame)}, owner ${frame.owner}`,
    `  ${plural(references, "reference")}${because}`,
    `  flags ${flags.join(", ") || "none"}; list ${list ?? "none"}`,
  ];
  if (frame.large !== null)
    lines.push(`  part ${frame.large.part} of a huge page of ${frame.large.bytes / 2 ** 20} MiB`);
  if (frame.merged) lines.push("  merged: equal pages of all who map it are this one");
  if (cached !== null) lines.push(`  page ${cached.index} of ${cached.of}`);
  if (slot !== null) lines.push(`  swap area ${slot.area}, slot ${slot.slot}, named by ${slot.uses}`);
  const shown = mappers.slice(0, MAPPERS_SHOWN).map((m) => {
    const here = m.pids.includes(pid) && m.va === Math.floor(va / 4096) * 4096 ? "  (this access)" : "";
    return `  mapped by pid ${m.pids.join(", ") || "?"} at ${hex(m.va)}${m.writable ? ", writable" : ""}${here}`;
  });
  const more = mappers.length - shown.length;
  return [...lines, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

const MAPPERS_SHOWN = 12;
