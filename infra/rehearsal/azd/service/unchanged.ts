import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What no build reads or writes: packages are linked from here, the rest is azd's and git's. */
const NO_SOURCES = new Set(['node_modules', '.azure', '.git', '.infra-check'])

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NO_SOURCES.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    const { size, mtimeMs } = statSync(path)
    return [`${path} ${size} ${mtimeMs}`]
  })
}

const stateOf = (folder: string): string => filesIn(folder).sort().join('\n')

/** How each folder was left by its last build. */
const left = new Map<string, string>()

/** Whether no file of the folder, what was built among them, was written, added or removed since {@link built}. */
export const isUnchanged = (folder: string): boolean => left.get(folder) === stateOf(folder)

export const built = (folder: string): void => void left.set(folder, stateOf(folder))
