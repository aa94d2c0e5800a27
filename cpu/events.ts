/**
 * Events: what will happen at which point of virtual time, in the order (time, sequence number).
 *
 * (1) Events of equal time happen in the order in which they were scheduled.
 * (2) The queue is plain data: an event names its target and carries one number.
 * (3) At most one event per (target, argument) is waiting: scheduling it again moves it.
 */

export interface TimedEvent {
  /** Cycle at which it is due. */
  readonly time: number;
  readonly sequence: number;
  /** Who is told: a device's name in the memory map, or another name that was registered with the machine. */
  readonly target: string;
  readonly argument: number;
}

/** Few events wait at a time (one a device), so a sorted array serves better than a heap. */
export class EventQueue {
  private events: TimedEvent[] = [];
  private sequence = 0;
  /** Kept beside the events, since it is asked for at every turn. */
  private first = Number.POSITIVE_INFINITY;

  /** @param time cycle, a safe integer; may lie in the past, then it is due at once */
  schedule(time: number, target: string, argument = 0): void {
    this.cancel(target, argument);
    const event = { time, sequence: this.sequence++, target, argument };
    const { events } = this;
    let at = events.length;
    for (; at > 0 && events[at - 1].time > time; at--) events[at] = events[at - 1];
    events[at] = event;
    this.first = events[0].time;
  }

  cancel(target: string, argument = 0): void {
    const { events } = this;
    for (let at = 0; at < events.length; at++) {
      if (events[at].target !== target || events[at].argument !== argument) continue;
      for (let to = at + 1; to < events.length; to++) events[to - 1] = events[to];
      events.pop();
      this.noteFirst();
      return;
    }
  }

  private noteFirst(): void {
    this.first = this.events.length > 0 ? this.events[0].time : Number.POSITIVE_INFINITY;
  }

  /** Time of the first event, or Infinity. */
  get nextTime(): number {
    return this.first;
  }

  /** Removes and returns the first event when it is due at `now`. */
  takeDue(now: number): TimedEvent | null {
    if (this.first > now) return null;
    const event = this.events.shift() ?? null;
    this.noteFirst();
    return event;
  }

  /** All waiting events in order, for tools. */
  list(): readonly TimedEvent[] {
    return this.events;
  }

  save(): { events: TimedEvent[]; sequence: number } {
    return { events: [...this.events], sequence: this.sequence };
  }

  restore(saved: { events: TimedEvent[]; sequence: number }): void {
    this.events = [...saved.events];
    this.sequence = saved.sequence;
    this.noteFirst();
  }
}
