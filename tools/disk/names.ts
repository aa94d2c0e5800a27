/**
 * Names as bytes. Neither Linux nor ext2 asks names to be UTF-8: inside tools/disk/ a name or path is a string with one
 * character (0 to 255) a byte, as in kernel/fs/ext2, and becomes text only for messages.
 */

/** What the user wrote on the command line. */
export function fromArgument(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** For Node's file functions. */
export function hostPath(bytes: string): Buffer {
  return Buffer.from(bytes, "latin1");
}

/** For messages and terminals: bytes that are no UTF-8 or would move the cursor are shown as others. */
export function shown(bytes: string): string {
  const text = Buffer.from(bytes, "latin1").toString("utf8");
  return text.replaceAll(/\p{Cc}/gu, "?");
}

/** A path below another. */
export function join(folder: string, name: string): string {
  if (name === "") return folder;
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** Components of a path, without empty ones and ".". */
export function split(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** The last component; "" of a path that names a folder's contents: "/", ".", "..", "a/.". */
export function baseName(path: string): string {
  const last = path.split("/").filter(Boolean).at(-1) ?? "";
  return last === "." || last === ".." ? "" : last;
}

/** In the order of their bytes. */
export function byName<T extends { readonly name: string }>(a: T, b: T): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
