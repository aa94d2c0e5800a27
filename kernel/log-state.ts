/** The state of the kernel's log, as plain data: imported by all, importing nothing. Owned by log.ts. */
export interface LogRecord {
  readonly level: number;
  /** Cycles since power-on, which are nanoseconds. */
  readonly time: number;
  /** Lines without the last newline; a character is a byte. */
  readonly text: string;
}

export interface LogState {
  readonly records: LogRecord[];
  first: number;
  /** Bytes of all texts. */
  bytes: number;
  /** Sequence number of the first record that SYSLOG_ACTION_READ has not given, and what it gave of that one. */
  read: number;
  readPart: number;
  /** Sequence number of the first record that SYSLOG_ACTION_CLEAR has not hidden. */
  cleared: number;
  /** The four of /proc/sys/kernel/printk: shown below, for messages without one, the least, the default. */
  levels: [console: number, message: number, least: number, normal: number];
  /** The console's level before SYSLOG_ACTION_CONSOLE_OFF; -1: not off. */
  saved: number;
  /** Woken by each record. */
  readonly channel: number;
}
