/** Moving bytes from one array to another. */

/** A view of an array takes as long to make as some dozens of bytes take to move one by one. */
const FEW = 32;
/** Where they are on the way, so that ranges may overlap; asking arrays whether they share memory is dear. */
const between = new Uint8Array(FEW);

/** target[to + i] = source[from + i], for `length` bytes. The ranges may overlap. */
export function moveBytes(target: Uint8Array, to: number, source: Uint8Array, from: number, length: number): void {
  if (length > FEW) {
    const whole = from === 0 && length === source.length;
    target.set(whole ? source : source.subarray(from, from + length), to);
    return;
  }
  for (let i = 0; i < length; i++) between[i] = source[from + i];
  for (let i = 0; i < length; i++) target[to + i] = between[i];
}
