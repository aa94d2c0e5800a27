/** What the processor's tests use of Node's Buffer to compare memory. The bundler gives it to them alone: bundle.ts. */
class Bytes extends Uint8Array<ArrayBuffer> {
  equals(other: Uint8Array): boolean {
    return compare(this, other) === 0;
  }
}

/** 0 for the same bytes, else which comes first. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return Math.sign(a.length - b.length);
}

/** A view of an ArrayBuffer, or a copy of bytes. */
function from(source: ArrayBuffer | Uint8Array, offset?: number, length?: number): Bytes {
  if (source instanceof ArrayBuffer) return new Bytes(source, offset, length);
  const copy = new Bytes(new ArrayBuffer(source.length));
  copy.set(source);
  return copy;
}

export const Buffer = { from, compare };
