/** Finding the share of the machine at boot. */
import { probeShare } from "../../drivers/share.ts";
import type { Kernel } from "../../kernel.ts";
import { panic } from "../../panic.ts";
import { allocateFrame, NO_FRAME, OWNER } from "../../vm/frames.ts";

/** Fid 0 stands for none. */
const FIRST_FID = 1;

/** Gets ready what mounting a share needs, when the machine has one. */
export function findShare(k: Kernel): void {
  const found = probeShare(k);
  if (found === null) return;
  const head = allocateFrame(k, OWNER.kernel);
  const tail = allocateFrame(k, OWNER.kernel);
  if (head === NO_FRAME || tail === NO_FRAME) panic("boot: there are frames for the share", { head, tail });
  const { readOnly } = found;
  k.fs.host = {
    head,
    tail,
    readOnly,
    session: 0,
    nextFid: FIRST_FID,
    files: new Map(),
    ids: new Map(),
    unused: new Set(),
  };
}
