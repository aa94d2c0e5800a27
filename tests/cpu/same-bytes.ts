/** Whether two arrays hold the same bytes: what Buffer.compare says in Node, said in a browser page too. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const whole = a.length & ~3;
  const aligned = ((a.byteOffset | b.byteOffset) & 3) === 0;
  return (aligned ? sameElements(words(a, whole), words(b, whole)) : true) && sameElements(a, b, aligned ? whole : 0);
}

const words = (bytes: Uint8Array, length: number) => new Int32Array(bytes.buffer, bytes.byteOffset, length / 4);

function sameElements(a: Uint8Array | Int32Array, b: Uint8Array | Int32Array, from = 0): boolean {
  for (let i = from; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
