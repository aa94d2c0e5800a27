/** A store around another one in which chosen sectors are bad, and which tells what it was asked. */
import { DiskError, type DiskStore, SECTOR_SIZE } from "../../../cpu/devices/disk-store.ts";

export interface Asked {
  readonly what: "read" | "write" | "flush";
  readonly sector: number;
  readonly count: number;
}

export class FaultyStore implements DiskStore {
  readonly size: number;
  readonly bad = new Set<number>();
  /** Whether flushes fail. */
  flushFails = false;
  readonly asked: Asked[] = [];

  constructor(private readonly inner: DiskStore) {
    this.size = inner.size;
  }

  private look(what: "read" | "write", position: number, length: number): void {
    const [sector, count] = [position / SECTOR_SIZE, length / SECTOR_SIZE];
    this.asked.push({ what, sector, count });
    for (let i = 0; i < count; i++) if (this.bad.has(sector + i)) throw new DiskError(`sector ${sector + i} is bad`);
  }

  read(position: number, into: Uint8Array): void {
    this.look("read", position, into.length);
    this.inner.read(position, into);
  }

  write(position: number, bytes: Uint8Array): void {
    this.look("write", position, bytes.length);
    this.inner.write(position, bytes);
  }

  flush(): void {
    this.asked.push({ what: "flush", sector: 0, count: 0 });
    if (this.flushFails) throw new DiskError("the flush fails");
  }

  save(): unknown {
    return this.inner.save();
  }

  restore(saved: unknown): void {
    this.inner.restore(saved);
  }
}
