/** Invariants (1) to (5): frames, references, reverse map, free blocks. See check.ts. */
import { panic } from "../panic.ts";
import type { Census } from "./check-tables.ts";
import { MAX_ORDER } from "./frame-allocators.ts";
import { FRAME, OWNER } from "./frames.ts";
import { headOf } from "./huge-page.ts";
import { isResident, pteFrameOf } from "./pte.ts";
import { pteOfEntry } from "./reverse-map.ts";
import { NO_ENTRY } from "./swap-entry.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Asserts (1) to (5). */
export function checkFrames(k: VmKernel, census: Census): void {
  const { frames } = k.vm;
  let free = 0;
  for (const { index, pages } of k.vm.contiguous?.shared.values() ?? [])
    for (let i = index; i < index + pages; i++) census.segments[i]++;
  for (let index = 0; index < frames.count; index++) {
    if (frames.owner[index] === OWNER.free) free++;
    checkReferences(k, census, index);
    checkReverseMap(k, census, index);
  }
  if (free !== frames.free) panic("vm (1): free frames are counted", { free, counted: frames.free });
  if (k.vm.policies.frames === "buddy") checkBlocks(k);
  // Without translation a program may write there.
  if (k.vm.translation !== "bare" && k.machine.ram.frame(k.vm.zeroFrame).some((byte) => byte !== 0))
    panic("vm (2): the zero frame is zero", { frame: k.vm.zeroFrame });
}

function checkReferences(k: VmKernel, census: Census, index: number): void {
  const { owner, references, pins, slot } = k.vm.frames;
  const kind = owner[index];
  const have = references[index];
  if ((kind === OWNER.free) !== (have === 0))
    panic("vm (1): a frame is free exactly when it has no references", { index, owner: kind, references: have });
  const isTable = kind === OWNER.table;
  if (isTable !== (census.tables[index] === 1))
    panic("vm (6): a table's frame is in the tree of a space", { index, owner: kind });
  const own = kind === OWNER.kernel || kind === OWNER.huge || isTable || isCached(k, index) ? 1 : 0;
  const inSwapCache = slot[index] !== NO_ENTRY ? 1 : 0;
  const expected = census.names[index] + census.large[index] + census.segments[index] + own + inSwapCache + pins[index];
  if (have !== expected)
    panic("vm (3): references are entries, caches and pins", { index, owner: kind, references: have, expected });
}

/** Whether the page cache holds the frame: what it was dropped from while a transfer ran does not. */
function isCached(k: VmKernel, index: number): boolean {
  const { owner, holder, position, first } = k.vm.frames;
  if (owner[index] !== OWNER.file && owner[index] !== OWNER.shared) return false;
  return k.vm.cache.objects.get(holder[index])?.pages.get(position[index]) === index + first;
}

function checkReverseMap(k: VmKernel, census: Census, index: number): void {
  const { frames, reverse } = k.vm;
  // A large leaf is in the list of the first frame only: reverse-map.ts, (1).
  const names = census.names[index] + (headOf(k, index) === index ? census.large[index] : 0);
  let count = 0;
  let before = 0;
  for (let entry = frames.mappings[index]; entry !== 0; entry = reverse.next[entry]) {
    const low = k.machine.ram.u32[pteOfEntry(k, entry)];
    if (!isResident(low) || pteFrameOf(low) !== index + frames.first)
      panic("vm (4): a reverse-map entry's PTE names the frame", { index, entry });
    if (reverse.previous[entry] !== before || ++count > names)
      panic("vm (4): a reverse-map list is whole", { index, entry, count });
    before = entry;
  }
  if (count !== names) panic("vm (4): the reverse map has every entry", { index, count, entries: names });
}

/** (5), and that pages in transfer are pinned. */
function checkBlocks(k: VmKernel): void {
  const { frames } = k.vm;
  let inBlocks = 0;
  for (let order = 0; order <= MAX_ORDER; order++) {
    for (let link = frames.freeLists[order]; link !== 0; link = frames.next[link - 1]) {
      const index = link - 1;
      const size = 2 ** order;
      const where = { index, order };
      if (frames.order[index] !== order || index % size !== 0) panic("vm (5): free blocks are aligned", where);
      for (let i = index; i < index + size; i++)
        if (frames.owner[i] !== OWNER.free) panic("vm (5): free blocks are free", { ...where, frame: i });
      const buddy = index ^ size;
      const joined = order < MAX_ORDER && buddy + size <= frames.count;
      if (joined && frames.owner[buddy] === OWNER.free && frames.order[buddy] === order)
        panic("vm (5): free buddies are joined", where);
      inBlocks += size;
    }
  }
  if (inBlocks !== frames.free) panic("vm (5): every free frame is in one block", { inBlocks, free: frames.free });
  for (let index = 0; index < frames.count; index++)
    if (frames.flags[index] & (FRAME.reading | FRAME.writing) && frames.pins[index] === 0)
      panic("vm (3): a page in transfer is pinned", { index });
}
