import { expect, test } from "vitest";
import { COSTS } from "../../../cpu/costs.ts";
import { SHARE, SHARE_COMMAND, SHARE_FEATURE, SHARE_IDENTITY, SHARE_STATUS } from "../../../cpu/devices/share.ts";
import { MEMORY_MAP, RAM_BASE } from "../../../cpu/machine.ts";
import { machine } from "../machines.ts";

const { base } = MEMORY_MAP.share;
const HEAD = RAM_BASE + 0x1000;
const TAIL = RAM_BASE + 0x8000;
const { done, error, lost } = SHARE_STATUS;

/** A host that answers with the request backwards, and says what it was asked. */
function prepare(readOnly = false) {
  const asked: number[][] = [];
  const exchange = (request: Uint8Array) => {
    asked.push([...request]);
    return request.slice().reverse();
  };
  const m = machine({ share: { readOnly, exchange } });
  const set = (register: number, value: number) => m.bus.write(base + register, 4, value);
  const get = (register: number) => m.bus.read(base + register, 4);
  /** @returns the status */
  const run = (requestHead: number, requestTail: number, replyHead: number, replyTail: number, head = HEAD) => {
    set(SHARE.headLow, head % 2 ** 32);
    set(SHARE.headHigh, Math.floor(head / 2 ** 32));
    set(SHARE.tailLow, TAIL);
    set(SHARE.requestHead, requestHead);
    set(SHARE.requestTail, requestTail);
    set(SHARE.replyHead, replyHead);
    set(SHARE.replyTail, replyTail);
    set(SHARE.command, SHARE_COMMAND.exchange);
    return get(SHARE.status);
  };
  const memory = (at: number, length: number) => m.ram.u8.subarray(at - RAM_BASE, at - RAM_BASE + length);
  memory(HEAD, 4).set([1, 2, 3, 4]);
  memory(TAIL, 4).set([5, 6, 7, 8]);
  return { m, asked, set, get, run, memory };
}

test("a machine has a share only when its configuration has one", () => {
  expect(machine().bus.deviceAt(base)).toBeNull();
  const { get } = prepare();
  expect([get(SHARE.identity), get(SHARE.features)]).toEqual([SHARE_IDENTITY, 0]);
  expect(prepare(true).get(SHARE.features)).toBe(SHARE_FEATURE.readOnly);
});

test("a request of two parts goes to the host and its reply comes back in two", () => {
  const { asked, run, get, memory } = prepare();
  expect(run(4, 3, 2, 100)).toBe(done);
  expect(asked).toEqual([[1, 2, 3, 4, 5, 6, 7]]);
  expect(get(SHARE.replyLength)).toBe(7);
  expect([...memory(HEAD, 4), ...memory(TAIL, 6)]).toEqual([7, 6, 3, 4, 5, 4, 3, 2, 1, 0]);
});

test("it takes the time that its bytes need", () => {
  const { m, run } = prepare();
  const time = (work: () => void) => {
    const { cycles } = m.clock;
    work();
    return m.clock.cycles - cycles;
  };
  const short = time(() => run(4, 4, 8, 0));
  const long = time(() => run(4, 4096, 4, 4096));
  expect(long - short).toBe(8 * COSTS.shareKilobyte);
  expect(short).toBeGreaterThan(COSTS.shareExchange);
});

test("what reaches outside RAM is refused before the host sees it", () => {
  const { asked, run, set, get } = prepare();
  expect(run(4, 0, 4, 0, RAM_BASE - 2)).toBe(error);
  expect(run(4, 0, 2 ** 32 - 1, 0)).toBe(error);
  expect(run(4, 0, 4, 0, 2 ** 40)).toBe(error);
  set(SHARE.command, 9);
  expect(get(SHARE.status)).toBe(error);
  expect(asked).toEqual([]);
});

test("a reply for which there is no room is lost", () => {
  const { run, get, memory } = prepare();
  expect(run(4, 4, 4, 3)).toBe(error);
  expect(get(SHARE.replyLength)).toBe(8);
  expect([...memory(HEAD, 4), ...memory(TAIL, 4)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("after a restore it refuses until the driver begins anew", () => {
  const { m, asked, set, get, run } = prepare();
  run(1, 0, 1, 0);
  m.restore(m.snapshot());
  expect(get(SHARE.requestHead)).toBe(1);
  expect([run(1, 0, 1, 0), run(1, 0, 1, 0)]).toEqual([error | lost, error | lost]);
  expect(asked.length).toBe(1);
  set(SHARE.command, SHARE_COMMAND.begin);
  expect(get(SHARE.status)).toBe(done);
  expect(run(1, 0, 1, 0)).toBe(done);
});

test("only its registers answer, and only whole words", () => {
  const { m } = prepare();
  for (const [offset, width] of [
    [SHARE.identity, 1],
    [SHARE.command, 4],
    [SHARE.replyLength + 4, 4],
    [2, 2],
  ] as const)
    expect(() => m.bus.read(base + offset, width)).toThrow(/bus error/);
  for (const offset of [SHARE.identity, SHARE.features, SHARE.status, SHARE.replyLength])
    expect(() => m.bus.write(base + offset, 4, 1)).toThrow(/bus error/);
});
