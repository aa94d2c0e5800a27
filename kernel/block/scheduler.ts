/** The I/O schedulers: which of the queued requests the disk serves next. One interface, a row each, chosen by --io-scheduler. */
import { elevator } from "./elevator.ts";
import type { IoScheduler } from "./io-scheduler.ts";
import { noop } from "./noop.ts";
import type { IoSchedulerName } from "./types.ts";

export const IO_SCHEDULERS: Readonly<Record<IoSchedulerName, IoScheduler>> = { noop, elevator };
