import { describe, expect, test } from "vitest";
import { COSTS } from "../../../cpu/costs.ts";
import { DISK, DISK_COMMAND, DISK_IDENTITY, DISK_PIECE, DISK_STATUS, SECTOR_SIZE } from "../../../cpu/devices/disk.ts";
import { MemoryStore } from "../../../cpu/devices/disk-store.ts";
import { INTERRUPT_CONTROLLER } from "../../../cpu/devices/interrupt-controller.ts";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { MEMORY_MAP, RAM_BASE } from "../../../cpu/machine.ts";
import { INTERRUPT } from "../../../cpu/trap.ts";
import { machine } from "../machines.ts";
import { FaultyStore } from "./faulty-store.ts";

const BUFFER = RAM_BASE + 0x1_0000;
const NEVER = Number.MAX_SAFE_INTEGER;
const { base, irq } = MEMORY_MAP.disk0;

function prepare(sectors = 64) {
  const image = Uint8Array.from({ length: sectors * SECTOR_SIZE }, (_, i) => (i / SECTOR_SIZE) ^ (i & 0xff));
  const store = new FaultyStore(new MemoryStore(image));
  const m = machine({ disks: [store] });
  m.bus.write(MEMORY_MAP.interruptController.base + INTERRUPT_CONTROLLER.enable, 4, 1 << irq);
  m.harts[0]!.csr[CSR_SLOT.sie] = BigInt(1 << INTERRUPT.external);
  const begin = (command: number, sector: number, count: number, pa = BUFFER) => {
    for (const [register, value] of [
      [DISK.sector, sector],
      [DISK.count, count],
      [DISK.addressLow, pa % 2 ** 32],
      [DISK.addressHigh, Math.floor(pa / 2 ** 32)],
      [DISK.command, command],
    ] as const) {
      m.bus.write(base + register, 4, value);
    }
  };
  const status = () => m.bus.read(base + DISK.status, 4);
  /** Does a request to its end as a driver would, and gives its status and what time it took from the command on. */
  const request = (command: number, sector: number, count: number, pa?: number) => {
    begin(command, sector, count, pa);
    const started = m.clock.cycles;
    expect(m.waitForInterrupt(NEVER)).toBe("interrupt");
    const cycles = m.clock.cycles - started;
    const found = status();
    m.bus.write(base + DISK.acknowledge, 4, 0);
    return { status: found, cycles };
  };
  const memory = (length: number) => m.ram.u8.subarray(BUFFER - RAM_BASE, BUFFER - RAM_BASE + length);
  return { m, image, store, begin, request, status, memory };
}

test("says what it is and how large", () => {
  const { m } = prepare(33);
  expect([m.bus.read(base + DISK.identity, 4), m.bus.read(base + DISK.capacity, 4)]).toEqual([DISK_IDENTITY, 33]);
});

test("reads sectors into memory when the request completes, and not before", () => {
  const { m, image, begin, status, memory } = prepare();
  begin(DISK_COMMAND.read, 3, 2);
  expect(status()).toBe(DISK_STATUS.busy);
  expect(memory(1024).every((byte) => byte === 0)).toBe(true);
  expect(m.waitForInterrupt(m.clock.cycles + 1000)).toBe("until");
  expect(m.waitForInterrupt(NEVER)).toBe("interrupt");
  expect(status()).toBe(DISK_STATUS.done);
  expect(memory(1024)).toEqual(image.subarray(3 * 512, 5 * 512));
});

test("what is written is read back, the given image stays as it was, and contents shows the whole", () => {
  const { m, image, request, memory } = prepare(13);
  const before = image.slice();
  memory(1536).fill(0xab);
  expect(request(DISK_COMMAND.write, 6, 3).status).toBe(DISK_STATUS.done);
  memory(1536).fill(0);
  expect(request(DISK_COMMAND.read, 7, 2).status).toBe(DISK_STATUS.done);
  expect(memory(1024).every((byte) => byte === 0xab)).toBe(true);
  expect(image).toEqual(before);
  before.fill(0xab, 6 * 512, 9 * 512);
  expect(m.disks[0]!.contents()).toEqual(before);
});

test("a request costs the head's way and its sectors; continuing is cheaper than seeking", () => {
  const { request } = prepare();
  expect(request(DISK_COMMAND.read, 8, 2).cycles).toBe(COSTS.diskSeek + 2 * COSTS.diskSector);
  expect(request(DISK_COMMAND.read, 10, 1).cycles).toBe(COSTS.diskSequential + COSTS.diskSector);
  expect(request(DISK_COMMAND.flush, 0, 0).cycles).toBe(COSTS.diskSequential);
});

describe("errors move nothing", () => {
  test.each([
    ["beyond the disk", DISK_COMMAND.read, 63, 2, BUFFER],
    ["a huge count", DISK_COMMAND.read, 0, 0xffff_ffff, BUFFER],
    ["below RAM", DISK_COMMAND.read, 0, 1, RAM_BASE - 512],
    ["across the end of RAM", DISK_COMMAND.read, 0, 2, RAM_BASE + 4 * 1024 * 1024 - 512],
    ["far beyond", DISK_COMMAND.write, 0, 1, 2 ** 44],
    ["an unknown command", 9, 0, 1, BUFFER],
  ])("%s", (_what, command, sector, count, pa) => {
    const { request, memory } = prepare();
    expect(request(command, sector, count, pa).status).toBe(DISK_STATUS.done | DISK_STATUS.error);
    expect(memory(1024).every((byte) => byte === 0)).toBe(true);
  });
});

test("while busy the registers keep their values and a second command is lost", () => {
  const { m, image, begin, memory } = prepare();
  begin(DISK_COMMAND.read, 1, 1);
  begin(DISK_COMMAND.write, 5, 4);
  expect(m.bus.read(base + DISK.sector, 4)).toBe(1);
  m.waitForInterrupt(NEVER);
  expect(memory(512)).toEqual(image.subarray(512, 1024));
});

test("a driver that polls sees the request complete when its time has come", () => {
  const { m, begin, status } = prepare();
  begin(DISK_COMMAND.read, 8, 1);
  m.clock.charge(COSTS.diskSeek / 2);
  expect(status()).toBe(DISK_STATUS.busy);
  m.clock.charge(COSTS.diskSeek);
  expect(status()).toBe(DISK_STATUS.done);
});

test("the interrupt stays until it is acknowledged", () => {
  const { m, begin } = prepare();
  begin(DISK_COMMAND.read, 0, 1);
  m.waitForInterrupt(NEVER);
  expect(m.pendingInterrupts()).toBe(1 << INTERRUPT.external);
  m.bus.write(base + DISK.acknowledge, 4, 1);
  expect(m.pendingInterrupts()).toBe(0);
  expect(m.bus.read(base + DISK.status, 4)).toBe(0);
});

test("a disk that is not installed is a bus error", () => {
  const { m } = prepare();
  expect(() => m.bus.read(MEMORY_MAP.disk1.base, 4)).toThrow(
    /bus error: read of 4 bytes at physical address 0x10002000/,
  );
});

test("read-only and missing registers refuse", () => {
  const { m } = prepare();
  expect(() => m.bus.write(base + DISK.capacity, 4, 0)).toThrow(/bus error/);
  expect(() => m.bus.read(base + DISK.command, 4)).toThrow(/bus error/);
  expect(() => m.bus.read(base + DISK.status, 1)).toThrow(/bus error/);
  expect(() => m.bus.read(base + 0x24, 4)).toThrow(/bus error/);
});

test("a disk of which only the beginning is given holds zeroes behind it, and takes what is written there", () => {
  const start = new Uint8Array(SECTOR_SIZE).fill(7);
  const [disk] = machine({ disks: [{ size: 2 ** 34, start }] }).disks;
  expect(disk.capacity).toBe(2 ** 25);
  expect([disk.sector(0)[5], disk.sector(1)[5], disk.sector(2 ** 25 - 1)[5]]).toEqual([7, 0, 0]);
  const m = machine({ disks: [{ size: 4 * SECTOR_SIZE, start }] });
  m.ram.u8.fill(9, BUFFER - RAM_BASE, BUFFER - RAM_BASE + SECTOR_SIZE);
  for (const [register, value] of [
    [DISK.sector, 2],
    [DISK.count, 1],
    [DISK.addressLow, BUFFER],
  ])
    m.bus.write(base + register, 4, value);
  m.bus.write(base + DISK.command, 4, DISK_COMMAND.write);
  m.waitForInterrupt(m.clock.cycles + 10 * COSTS.diskSeek);
  const bytes = m.disks[0].contents();
  expect([0, 1, 2, 3].map((sector) => bytes[sector * SECTOR_SIZE])).toEqual([7, 0, 9, 0]);
});

/** Where the table of pieces is put. */
const TABLE = RAM_BASE + 0x8000;

describe("A command with a table of pieces", () => {
  function table({ m }: ReturnType<typeof prepare>, pieces: readonly (readonly [pa: number, sectors: number])[]): void {
    for (const [i, [pa, sectors]] of pieces.entries()) {
      const at = TABLE + i * DISK_PIECE.size;
      m.bus.write(at, 4, pa % 2 ** 32);
      m.bus.write(at + 4, 4, Math.floor(pa / 2 ** 32));
      m.bus.write(at + 8, 4, sectors);
    }
  }
  const { readPieces, writePieces } = DISK_COMMAND;
  const scattered = [
    [BUFFER + 0x3000, 2],
    [BUFFER, 1],
    [BUFFER + 0x1000, 3],
  ] as const;

  test("reads sectors to the pieces one after the other, in one way of the head", () => {
    const x = prepare();
    table(x, scattered);
    const { status, cycles } = x.request(readPieces, 8, 6, TABLE);
    expect([status, cycles]).toEqual([DISK_STATUS.done, COSTS.diskSeek + 6 * COSTS.diskSector]);
    const at = (offset: number, sectors: number) => x.memory(0x4000).subarray(offset, offset + sectors * 512);
    expect(at(0x3000, 2)).toEqual(x.image.subarray(8 * 512, 10 * 512));
    expect(at(0, 1)).toEqual(x.image.subarray(10 * 512, 11 * 512));
    expect(at(0x1000, 3)).toEqual(x.image.subarray(11 * 512, 14 * 512));
    expect(x.memory(0x4000).reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0)).toBeLessThanOrEqual(6 * 512);
  });

  test("writes what the pieces hold", () => {
    const x = prepare();
    table(x, scattered);
    for (const [i, [pa]] of scattered.entries()) x.memory(0x4000).fill(i + 1, pa - BUFFER, pa - BUFFER + 0x1000);
    expect(x.request(writePieces, 20, 6, TABLE).status).toBe(DISK_STATUS.done);
    expect([19, 20, 21, 22, 23, 25, 26].map((sector) => x.m.disks[0].sector(sector)[511])).toEqual(
      [19 ^ 0xff, 1, 1, 2, 3, 3, 26 ^ 0xff].map((byte) => byte & 0xff),
    );
  });

  test("takes 256 pieces and no more", () => {
    const x = prepare(512);
    table(
      x,
      Array.from({ length: 257 }, (_, i) => [BUFFER + i * 1024, 1] as const),
    );
    expect(x.request(readPieces, 0, 256, TABLE).status).toBe(DISK_STATUS.done);
    expect(x.request(readPieces, 0, 257, TABLE).status).toBe(DISK_STATUS.done | DISK_STATUS.error);
  });

  test.each([
    ["an empty piece", [[BUFFER, 0]], 1, TABLE],
    ["more in a piece than is left", [[BUFFER, 2]], 1, TABLE],
    [
      "a piece outside RAM",
      [
        [BUFFER, 1],
        [2 ** 33, 1],
      ],
      2,
      TABLE,
    ],
    ["a piece across the end of RAM", [[RAM_BASE + 4 * 1024 * 1024 - 512, 2]], 2, TABLE],
    ["a table outside RAM", [], 1, 0x1000],
    ["a table that is not aligned", [[BUFFER, 1]], 1, TABLE + 4],
    ["sectors beyond the disk", [[BUFFER, 65]], 65, TABLE],
  ] as const)("is refused whole: %s", (_what, pieces, count, pa) => {
    const x = prepare();
    table(x, pieces);
    expect(x.request(readPieces, 0, count, pa).status).toBe(DISK_STATUS.done | DISK_STATUS.error);
    expect([x.store.asked, x.memory(1024).every((byte) => byte === 0)]).toEqual([[], true]);
  });

  test("has moved the pieces before the one that the store refuses, and none behind it", () => {
    const x = prepare();
    table(x, [
      [BUFFER, 1],
      [BUFFER + 512, 2],
      [BUFFER + 2048, 1],
    ]);
    x.store.bad.add(2);
    expect(x.request(readPieces, 0, 4, TABLE).status).toBe(DISK_STATUS.done | DISK_STATUS.error);
    expect(x.memory(512)).toEqual(x.image.subarray(0, 512));
    expect(
      x
        .memory(2560)
        .subarray(2048)
        .every((byte) => byte === 0),
    ).toBe(true);
    x.store.bad.clear();
    expect(x.request(readPieces, 0, 4, TABLE).status).toBe(DISK_STATUS.done);
  });
});

describe("What the store refuses", () => {
  test.each([
    ["read", DISK_COMMAND.read],
    ["write", DISK_COMMAND.write],
  ] as const)("ends a %s with an error, and the disk goes on", (_what, command) => {
    const x = prepare();
    x.store.bad.add(5);
    expect(x.request(command, 4, 4).status).toBe(DISK_STATUS.done | DISK_STATUS.error);
    expect(x.request(command, 6, 4).status).toBe(DISK_STATUS.done);
  });

  test("may be a flush", () => {
    const x = prepare();
    expect(x.request(DISK_COMMAND.flush, 0, 0).status).toBe(DISK_STATUS.done);
    x.store.flushFails = true;
    expect(x.request(DISK_COMMAND.flush, 0, 0).status).toBe(DISK_STATUS.done | DISK_STATUS.error);
    expect(x.store.asked.map(({ what }) => what)).toEqual(["flush", "flush"]);
  });
});

test("any bytes can be looked at from outside", () => {
  const { m, image } = prepare();
  expect(m.disks[0].bytes(1000, 1600)).toEqual(image.subarray(1000, 2600));
});

test("a snapshot has the store's contents, and the command under way goes on from it", () => {
  const x = prepare();
  x.memory(512).fill(0x77);
  x.begin(DISK_COMMAND.write, 9, 1);
  const before = structuredClone(x.m.snapshot());
  for (let again = 0; again < 2; again++) {
    x.m.waitForInterrupt(NEVER);
    expect([x.m.disks[0].sector(9)[3], x.status()]).toEqual([0x77, DISK_STATUS.done]);
    x.m.restore(before);
    expect([x.m.disks[0].sector(9)[3], x.status()]).toEqual([9 ^ 3, DISK_STATUS.busy]);
  }
});
