/** The journey of one access as a JSON document. Version 1: fields may be added, none is renamed or removed. */

import type { Journey } from "./journey.ts";
import type { FrameLook } from "./mapping.ts";
import type { HardwareLook } from "./steps.ts";

const hex = (value: number | bigint) => `0x${value.toString(16)}`;

/** Addresses, frame numbers and entries are strings in hexadecimal, counts are numbers. */
export function journeyJson(journey: Journey, nameOf: (va: number) => string | null) {
  const { pid, access, bits, va, hardware, meanings, decision, mapping, frame, slot } = journey;
  return {
    version: 1,
    pid,
    access,
    address: hex(bits),
    symbol: nameOf(va),
    ...hardwareJson(hardware, meanings),
    decision:
      decision === null
        ? null
        : {
            ...decision,
            after: { ...endJson(decision.after.hardware), frame: frameJson(decision.after.frame) },
          },
    mapping: mapping === null ? null : { ...mapping, start: hex(mapping.start), end: hex(mapping.end) },
    frame: frameJson(frame),
    slot,
  };
}

function hardwareJson(hardware: HardwareLook, meanings: readonly string[]) {
  const { fields, tlb, steps } = hardware;
  return {
    fields,
    tlb: tlb === null ? null : tlbJson(tlb),
    walk: steps.map(({ level, table, index, at, low, high }, i) => ({
      level,
      table: hex(table),
      index,
      at: hex(at),
      value: low === null || high === null ? null : hex((BigInt(high) << 32n) | BigInt(low)),
      meaning: meanings[i],
    })),
    ...endJson(hardware),
  };
}

function tlbJson({ view, asid, set, hit }: NonNullable<HardwareLook["tlb"]>) {
  const { sets, ways, replacement } = view;
  const entries = view.set(set).map((entry) => (entry === null ? null : { ...entry, frame: hex(entry.frame) }));
  return { sets, ways, replacement, asid, set, hit: hit?.way ?? null, next: view.nextWay(set), entries };
}

function endJson({ end, cycles }: HardwareLook) {
  if (end.kind !== "physical") return { end: end.kind, by: end.by, reason: end.reason, physical: null, cycles };
  const { kind, by, address, pageBytes, sets } = end;
  return { end: kind, by, reason: null, physical: hex(address), pageBytes, sets, cycles };
}

function frameJson(frame: FrameLook | null) {
  if (frame === null) return null;
  const mappers = frame.mappers.map((mapper) => ({ ...mapper, va: hex(mapper.va) }));
  return { ...frame, frame: hex(frame.frame), mappers };
}
