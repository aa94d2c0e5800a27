/**
 * Directories that nobody makes: those on the way to the rows of a table, whose keys are paths without a slash in front.
 * What /proc and /sys have in common.
 */

/**
 * The names in each directory that the paths need, sorted; "" is the root.
 * @param empty directories that are there without a row in them
 */
export function directoriesOf(
  paths: Iterable<string>,
  empty: Iterable<string> = [],
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, Set<string>>([["", new Set()]]);
  for (const path of [...paths, ...empty]) addParts(names, path);
  for (const path of empty) if (!names.has(path)) names.set(path, new Set());
  return new Map([...names].map(([path, found]) => [path, [...found].sort()]));
}

/** Enters each part of the path in the directory above it. */
function addParts(names: Map<string, Set<string>>, path: string): void {
  const parts = path.split("/");
  for (let depth = 0; depth < parts.length; depth++) {
    const above = parts.slice(0, depth).join("/");
    if (!names.has(above)) names.set(above, new Set());
    names.get(above)!.add(parts[depth]);
  }
}
