/** Paths of embedded files: what node:path does with POSIX paths. */

export function dirname(path: string): string {
  const at = path.lastIndexOf("/");
  if (at < 0) return ".";
  return at === 0 ? "/" : path.slice(0, at);
}

/** The last name, without `suffix`. */
export function basename(path: string, suffix: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name;
}

/** The path of `name`, as seen from `folder`. */
export function join(folder: string, name: string): string {
  const steps: string[] = [];
  for (const step of `${folder}/${name}`.split("/").slice(folder.startsWith("/") ? 1 : 0)) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else if (step !== ".." || !folder.startsWith("/")) steps.push(step);
  }
  return (folder.startsWith("/") ? "/" : "") + steps.join("/") || ".";
}
