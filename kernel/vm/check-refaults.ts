/** The invariants of refault.ts. See check.ts. */
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { SHADOWS_PER_FRAME } from "./refault.ts";

/** Asserts (1) and (2) of refault.ts, and that shadows lie in the order of their evictions. */
export function checkRefaults(k: Kernel): void {
  const { refaults, statistics, frames } = k.vm;
  const { shadows, counts, evictions } = refaults;
  if (shadows.size > SHADOWS_PER_FRAME * frames.count)
    panic("refault (1): shadows are bounded", { shadows: shadows.size, frames: frames.count });
  let before = 0;
  for (const [page, { eviction }] of shadows) {
    if (eviction < before || eviction > evictions)
      panic("refault (1): shadows lie in the order of their evictions", { page, eviction, before, evictions });
    before = eviction;
  }
  const counted = counts.byDistance.reduce((sum, count) => sum + count, 0);
  const { refaultsAnonymous, refaultsFile } = statistics;
  if (counted !== refaultsAnonymous + refaultsFile || counts.early > counted)
    panic("refault (2): every refault has its distance", { counted, refaultsAnonymous, refaultsFile });
}
