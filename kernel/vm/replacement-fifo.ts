/** First in, first out: the page that has been in RAM longest goes, used or not. Shows Belady's anomaly. */
import { LIST, moveToHead, tailOf } from "./page-lists.ts";
import type { ReplacementPolicy } from "./replacement-memory.ts";

export const fifoPolicy: ReplacementPolicy = {
  victim: (m) => tailOf(m, LIST.queue),
  spare: (m, page) => moveToHead(m, LIST.queue, page),
};
