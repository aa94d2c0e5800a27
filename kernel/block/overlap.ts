/**
 * Which requests touch the same bytes: a request waits ("held") while an older one overlaps it, if one of both writes.
 * So the schedulers choose among requests whose order does not matter, and can do what they like.
 *
 * (1) `pending` has every transfer that has not ended. Of two that overlap, one of them a write, only the older one is
 *     queued or active.
 * (2) A held request is a follower of exactly one that has not ended: the youngest of those it must wait for. When that has
 *     ended it looks again.
 *
 * A search costs the logarithm of the queue and what lies within `longest` bytes before the range; transfers are pages,
 * and runs of them, so that is little.
 */
import { panic } from "../panic.ts";
import { byPosition, firstFrom, insert, remove } from "./sorted.ts";
import type { DiskRequest, DiskState } from "./types.ts";

/** Calls `visit` for each transfer under way that has bytes in position..position + length, until it answers true. */
function someOverlap(
  { pending, longest }: DiskState,
  position: number,
  length: number,
  visit: (request: DiskRequest) => boolean,
): boolean {
  const end = position + length;
  for (let i = firstFrom(pending, position - longest); i < pending.length && pending[i].position < end; i++)
    if (pending[i].position + pending[i].length > position && visit(pending[i])) return true;
  return false;
}

/** Whether a transfer of the bytes is queued or active: a write, or any. */
export function overlapsPending(disk: DiskState, position: number, length: number, what: "write" | "any"): boolean {
  return someOverlap(disk, position, length, ({ write }) => write || what === "any");
}

/** The youngest of the older requests that must end before `request` may begin; null: none. */
function mustFollow(disk: DiskState, request: DiskRequest): DiskRequest | null {
  let found: DiskRequest | null = null;
  someOverlap(disk, request.position, request.length, (other) => {
    const older = other.id < request.id && (other.write || request.write);
    if (older && (found === null || other.id > found.id)) found = other;
    return false;
  });
  return found;
}

/** Enters a new transfer. @returns false: it is held */
export function enterPending(disk: DiskState, request: DiskRequest): boolean {
  insert(disk.pending, request, byPosition);
  disk.longest = Math.max(disk.longest, request.length);
  return !hold(disk, request);
}

/** Makes the request wait if it must. */
function hold(disk: DiskState, request: DiskRequest): boolean {
  const older = mustFollow(disk, request);
  if (older === null) return false;
  older.followers.push(request.id);
  disk.held.set(request.id, request);
  return true;
}

/** A transfer has ended. @returns those that were held by it and may be served now, in order of age */
export function leavePending(disk: DiskState, request: DiskRequest): DiskRequest[] {
  remove(disk.pending, request, byPosition);
  if (disk.pending.length === 0) disk.longest = 0;
  const followers = request.followers.map((id) => disk.held.get(id) ?? panic("a follower is held", { id }));
  for (const follower of followers) disk.held.delete(follower.id);
  return followers.filter((follower) => !hold(disk, follower));
}
