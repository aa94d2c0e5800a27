/**
 * What e2fsck checks of a file system, as far as tests in Node need it: written after the format's documentation, apart from
 * the code under test. Gives a sentence for every inconsistency.
 */
import { type Disk, ROOT } from "./disks.ts";

const SPECIAL = [0o010000, 0o020000, 0o060000, 0o140000];

interface Found {
  readonly links: number;
  readonly directory: boolean;
}

class Checker {
  readonly problems: string[] = [];
  private readonly disk: Disk;
  private readonly owner = new Map<number, string>();
  private readonly found = new Map<number, Found>();
  private readonly names = new Map<number, number>();

  constructor(disk: Disk) {
    this.disk = disk;
  }

  private u16(block: number, at: number): number {
    const bytes = this.disk.image.read(block);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint16(at, true);
  }

  private u32(block: number, at: number): number {
    const bytes = this.disk.image.read(block);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
  }

  run(): readonly string[] {
    for (let ino = 1; ino <= this.disk.fs.inodes; ino++) this.inode(ino);
    this.tree();
    // Those that the format itself keeps have no names.
    const named = [...this.found].filter(([ino]) => ino === ROOT || ino >= this.disk.fs.firstInode);
    for (const [ino, { links }] of named)
      if (links !== (this.names.get(ino) ?? 0))
        this.problems.push(`inode ${ino} has ${links} links and ${this.names.get(ino)} names`);
    this.bitmaps();
    return this.problems;
  }

  private own(block: number, who: string): void {
    const before = this.owner.get(block);
    if (before !== undefined) this.problems.push(`block ${block} is of ${before} and of ${who}`);
    if (block <= this.disk.fs.firstBlock || block >= this.disk.fs.blocks)
      this.problems.push(`block ${block} of ${who} is outside`);
    this.owner.set(block, who);
  }

  /** Where an inode is. */
  private place(ino: number): [block: number, at: number] {
    const { inodesPerGroup, inodeSize, blockSize, groups } = this.disk.fs;
    const position = ((ino - 1) % inodesPerGroup) * inodeSize;
    return [
      groups[Math.floor((ino - 1) / inodesPerGroup)].inodeTable + Math.floor(position / blockSize),
      position % blockSize,
    ];
  }

  private inode(ino: number): void {
    const [block, at] = this.place(ino);
    const links = this.u16(block, at + 26);
    if (links === 0) return;
    const mode = this.u16(block, at) & 0o170000;
    const sectors = this.u32(block, at + 28);
    const size = this.u32(block, at + 4) + (mode === 0o100000 ? this.u32(block, at + 108) * 2 ** 32 : 0);
    this.found.set(ino, { links, directory: mode === 0o040000 });
    const shortLink = mode === 0o120000 && sectors === 0;
    const blocks = SPECIAL.includes(mode) || shortLink ? [] : this.blocks(ino, block, at);
    const { blockSize } = this.disk.fs;
    if (sectors !== this.counted * (blockSize / 512))
      this.problems.push(`inode ${ino} counts ${sectors} sectors, has ${this.counted} blocks`);
    const last = blocks.length === 0 ? -1 : Math.max(...blocks.map(([n]) => n));
    if (!shortLink && last * blockSize >= size && last >= 0)
      this.problems.push(`inode ${ino} has block ${last} behind its end ${size}`);
    if (mode === 0o040000) this.directory(ino, blocks, size);
    this.counted = 0;
  }

  private counted = 0;

  /** The blocks of a file by their numbers in it. */
  private blocks(ino: number, block: number, at: number): [n: number, block: number][] {
    this.counted = 0;
    const per = this.disk.fs.blockSize / 4;
    const list: [number, number][] = [];
    let start = 0;
    for (let slot = 0; slot < 15; slot++) {
      const level = Math.max(0, slot - 11);
      this.pointer(this.u32(block, at + 40 + 4 * slot), level, start, ino, list);
      start += per ** level;
    }
    return list;
  }

  private pointer(block: number, level: number, start: number, ino: number, list: [number, number][]): void {
    if (block === 0) return;
    this.own(block, `inode ${ino}`);
    this.counted++;
    if (level === 0) {
      list.push([start, block]);
      return;
    }
    const per = this.disk.fs.blockSize / 4;
    for (let i = 0; i < per; i++)
      this.pointer(this.u32(block, 4 * i), level - 1, start + i * per ** (level - 1), ino, list);
  }

  private readonly entries = new Map<number, { name: string; ino: number; type: number }[]>();

  private directory(ino: number, blocks: readonly (readonly [number, number])[], size: number): void {
    const { blockSize, fileTypes } = this.disk.fs;
    if (size !== blocks.length * blockSize)
      this.problems.push(`directory ${ino} has ${size} bytes in ${blocks.length} blocks`);
    const list: { name: string; ino: number; type: number }[] = [];
    for (const [, block] of blocks) {
      for (let at = 0; at < blockSize; ) {
        const length = this.u16(block, at + 4);
        if (length < 12 || at + length > blockSize) {
          this.problems.push(`directory ${ino} has an entry of ${length} bytes at ${at}`);
          break;
        }
        const bytes = this.disk.image.read(block);
        const name = Buffer.from(bytes.subarray(at + 8, at + 8 + bytes[at + 6])).toString("latin1");
        if (!fileTypes && bytes[at + 7] !== 0) this.problems.push(`directory ${ino}: ${name} has a type`);
        if (this.u32(block, at) !== 0) list.push({ name, ino: this.u32(block, at), type: bytes[at + 7] });
        at += length;
      }
    }
    this.entries.set(ino, list);
  }

  private tree(): void {
    const seen = new Set<number>();
    const visit = (ino: number, parent: number) => {
      if (seen.has(ino)) this.problems.push(`directory ${ino} is reached twice`);
      if (seen.has(ino)) return;
      seen.add(ino);
      const list = this.entries.get(ino) ?? [];
      if (list[0]?.name !== "." || list[0].ino !== ino) this.problems.push(`directory ${ino} has no "."`);
      if (list[1]?.name !== ".." || list[1].ino !== parent)
        this.problems.push(`".." of ${ino} is ${list[1]?.ino}, not ${parent}`);
      if (new Set(list.map(({ name }) => name)).size !== list.length)
        this.problems.push(`directory ${ino} has a name twice`);
      for (const entry of list) {
        this.names.set(entry.ino, (this.names.get(entry.ino) ?? 0) + 1);
        const target = this.found.get(entry.ino);
        if (target === undefined) this.problems.push(`${entry.name} in ${ino} leads to ${entry.ino}, which is free`);
        if (target?.directory && entry.name !== "." && entry.name !== "..") visit(entry.ino, ino);
      }
    };
    visit(2, 2);
    for (const [ino, { directory }] of this.found)
      if (directory && !seen.has(ino)) this.problems.push(`directory ${ino} is not connected`);
  }

  private bitmaps(): void {
    const { fs, image } = this.disk;
    const [superBlock, at] = fs.blockSize === 1024 ? [1, 0] : [0, 1024];
    const descriptors = Math.ceil((fs.groups.length * 32) / fs.blockSize);
    let [allBlocks, allInodes] = [0, 0];
    for (let group = 0; group < fs.groups.length; group++) {
      const { blockBitmap, inodeBitmap, inodeTable } = fs.groups[group];
      const start = fs.firstBlock + group * fs.blocksPerGroup;
      if (isCopied(group, fs.sparseSuper))
        for (let i = group === 0 ? 1 : 0; i <= descriptors; i++) this.own(start + i, "the descriptors");
      this.own(blockBitmap, "the bitmaps");
      this.own(inodeBitmap, "the bitmaps");
      for (let i = 0; i < Math.ceil((fs.inodesPerGroup * fs.inodeSize) / fs.blockSize); i++)
        this.own(inodeTable + i, "the inode tables");
      const size = Math.min(fs.blocksPerGroup, fs.blocks - start);
      const taken = (n: number) => this.owner.has(start + n) || start + n === fs.firstBlock;
      const blocks = this.bits(image.read(blockBitmap), size, taken, `block bitmap ${group}`);
      const inode = (n: number) => group * fs.inodesPerGroup + n + 1;
      const used = (n: number) => inode(n) < 11 || this.found.has(inode(n));
      const inodes = this.bits(image.read(inodeBitmap), fs.inodesPerGroup, used, `inode bitmap ${group}`);
      const directories = [...this.found].filter(
        ([ino, found]) => found.directory && Math.floor((ino - 1) / fs.inodesPerGroup) === group,
      ).length;
      const place: [number, number] = [
        fs.firstBlock + 1 + Math.floor((group * 32) / fs.blockSize),
        (group * 32) % fs.blockSize,
      ];
      const counts = [12, 14, 16].map((offset) => this.u16(place[0], place[1] + offset));
      if (`${counts}` !== `${[blocks, inodes, directories]}`)
        this.problems.push(`group ${group} counts ${counts}, has ${[blocks, inodes, directories]}`);
      allBlocks += blocks;
      allInodes += inodes;
    }
    const counts = [12, 16].map((offset) => this.u32(superBlock, at + offset));
    if (`${counts}` !== `${[allBlocks, allInodes]}`)
      this.problems.push(`superblock counts ${counts}, has ${[allBlocks, allInodes]}`);
  }

  /** Compares a bitmap with what is taken; gives the number of free ones. */
  private bits(bitmap: Uint8Array, size: number, taken: (n: number) => boolean, what: string): number {
    let free = 0;
    for (let n = 0; n < bitmap.length * 8; n++) {
      const is = ((bitmap[n >> 3] >> (n & 7)) & 1) === 1;
      const should = n >= size || taken(n);
      if (is !== should) this.problems.push(`${what}: bit ${n} is ${is ? "taken" : "free"}`);
      if (!should) free++;
    }
    return free;
  }
}

function isCopied(group: number, sparse: boolean): boolean {
  const powers = [3, 5, 7].flatMap((base) => Array.from({ length: 8 }, (_, i) => base ** i));
  return !sparse || group === 0 || powers.includes(group);
}

/** What is wrong with a file system that nobody has mounted. */
export function problemsOf(disk: Disk): readonly string[] {
  return new Checker(disk).run();
}
