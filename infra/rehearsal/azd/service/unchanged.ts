import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** What no build reads or writes: packages are linked from here, the rest is azd's and git's. */
const NO_SOURCES = new Set(['node_modules', '.azure', '.git', '.infra-check'])

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NO_SOURCES.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}

function stateOf(path: string): string {
  const { size, mtimeMs } = statSync(path)
  return `${path} ${size} ${mtimeMs}`
}

const statesIn = (folder: string): string[] => filesIn(folder).map(stateOf).sort()

/** How each folder was left by its last build. */
const left = new Map<string, string>()

/** Whether no file of the folder, what was built among them, was written, added or removed since {@link built}. */
export const isUnchanged = (folder: string): boolean => left.get(folder) === statesIn(folder).join('\n')

export const built = (folder: string): void => void left.set(folder, statesIn(folder).join('\n'))

/** Of one build: by path below its folder, what it wrote and what it took away. */
type Done = { readonly fresh: ReadonlyMap<string, Uint8Array>; readonly gone: readonly string[] }
/** What builds did, by all that they could read: copies of the project mostly differ in nothing but their place. */
const done = new Map<string, Done>()

function digestOf(folder: string): string {
  const hash = createHash('sha256')
  for (const path of filesIn(folder).sort()) hash.update(`${relative(folder, path)}\0`).update(readFileSync(path))
  return hash.digest('hex')
}

function doAgain(folder: string, { fresh, gone }: Done): void {
  for (const name of gone) rmSync(join(folder, name))
  for (const [name, bytes] of fresh) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
}

/** Builds, or does what a build of the same files did elsewhere. @throws what `build` throws */
export async function buildOnce(folder: string, build: () => Promise<void>): Promise<void> {
  const digest = digestOf(folder)
  const known = done.get(digest)
  if (known) {
    doAgain(folder, known)
    return
  }
  const before = new Set(statesIn(folder))
  const paths = filesIn(folder)
  await build()
  const after = filesIn(folder)
  const fresh = after.filter((path) => !before.has(stateOf(path)))
  const gone = paths.filter((path) => !after.includes(path))
  done.set(digest, {
    fresh: new Map(fresh.map((path) => [relative(folder, path), readFileSync(path)])),
    gone: gone.map((path) => relative(folder, path)),
  })
}
