/** Sizes as people write them. */

const UNITS = "KMGT";

/** Bytes: "64M", "1G", "512K", "2T" or plain. Throws an Error that says what was expected. */
export function parseByteSize(text: string): number {
  const match = /^(\d+)([kmgt]?)i?b?$/i.exec(text);
  const unit = match?.[2]?.toUpperCase() ?? "";
  const bytes = Number(match?.[1]) * (unit === "" ? 1 : 1024 ** (UNITS.indexOf(unit) + 1));
  if (!(bytes > 0 && Number.isSafeInteger(bytes))) throw new Error("expected a size, like 64M, 2G or 500K");
  return bytes;
}
