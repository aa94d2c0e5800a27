/** First in, first out: the page that has been in RAM longest goes, used or not. Shows Belady's anomaly. */
import { LIST, moveToHead, tailOf } from "./page-lists.ts";
import type { VmKernel } from "./vm-kernel.ts";

export const fifoPolicy = {
  victim: (k: VmKernel): number => tailOf(k, LIST.queue),
  spare: (k: VmKernel, index: number): void => moveToHead(k, LIST.queue, index),
};
