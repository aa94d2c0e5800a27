/**
 * A growing sequence of bytes, little-endian, for everything that writes a binary format.
 */
const encoder = new TextEncoder();

export class ByteWriter {
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  private used = 0;

  /** Bytes written so far: the offset of the next one. */
  get length(): number {
    return this.used;
  }

  private grow(size: number): number {
    const at = this.used;
    this.used += size;
    if (this.used > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.used, this.buffer.length * 2));
      larger.set(this.buffer.subarray(0, at));
      this.buffer = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }

  u8(value: number): void {
    const at = this.grow(1);
    this.view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.grow(2);
    this.view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.grow(4);
    this.view.setUint32(at, value, true);
  }

  /** Big-endian, as archives' symbol indices have it. */
  u32be(value: number): void {
    const at = this.grow(4);
    this.view.setUint32(at, value, false);
  }

  u64(value: number | bigint): void {
    const at = this.grow(8);
    if (typeof value === "number" && value >= 0 && Number.isSafeInteger(value)) {
      this.view.setUint32(at, value, true);
      this.view.setUint32(at + 4, value / 2 ** 32, true);
    } else this.view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
  }

  /** DWARF 7.6, unsigned LEB128. `value` is a non-negative safe integer. */
  uleb(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.u8(rest);
  }

  /** DWARF 7.6, signed LEB128. */
  sleb(value: number): void {
    let rest = value;
    while (rest < -0x40 || rest >= 0x40) {
      const low = ((rest % 0x80) + 0x80) % 0x80;
      this.u8(low | 0x80);
      rest = (rest - low) / 0x80;
    }
    this.u8(((rest % 0x80) + 0x80) % 0x80);
  }

  bytes(data: Uint8Array): void {
    const at = this.grow(data.length);
    this.buffer.set(data, at);
  }

  /** UTF-8. */
  text(text: string): void {
    // Most are short names of ASCII characters, for which an encoder of the host is a long way round.
    const at = this.grow(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.used = at;
        this.bytes(encoder.encode(text));
        return;
      }
      this.buffer[at + i] = code;
    }
  }

  /** The text and a zero byte. */
  string(text: string): void {
    this.text(text);
    this.u8(0);
  }

  zeros(count: number): void {
    const at = this.grow(count);
    this.buffer.fill(0, at, at + count);
  }

  /** Zeros up to a multiple of `align`. */
  align(align: number): void {
    this.zeros(alignUp(this.used, align) - this.used);
  }

  /** Overwrites four bytes already written. */
  patch32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }
}

/** The next multiple of `align`, a power of two, from `value` on; both safe integers. */
export function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

/** An ELF string table in the making: each text once, found again by its offset. Offset 0 is the empty string. */
export class StringTable {
  private readonly writer = new ByteWriter();
  private readonly offsets = new Map<string, number>();

  constructor() {
    this.add("");
  }

  add(text: string): number {
    let offset = this.offsets.get(text);
    if (offset === undefined) {
      offset = this.writer.length;
      this.offsets.set(text, offset);
      this.writer.string(text);
    }
    return offset;
  }

  finish(): Uint8Array {
    return this.writer.finish();
  }
}
