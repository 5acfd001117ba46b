/** A folder is read at a glance: what shows more entries is divided by the question that each part answers. */
export const MOST_ENTRIES = 13
const COUNTED = /^(?:shared|test)(?:\/|$)/

/** Folders of `shared/` and `test/`, themselves included, that show more entries than that; paths as git lists them. */
export function fullFolders(paths: readonly string[]): { readonly folder: string; readonly entries: number }[] {
  const shown = new Map<string, Set<string>>()
  for (const path of paths) {
    const parts = path.split('/')
    for (const [depth, name] of parts.entries()) {
      const folder = parts.slice(0, depth).join('/')
      if (COUNTED.test(folder)) shown.set(folder, (shown.get(folder) ?? new Set()).add(name))
    }
  }
  return [...shown]
    .map(([folder, names]) => ({ folder, entries: names.size }))
    .filter(({ entries }) => entries > MOST_ENTRIES)
}
