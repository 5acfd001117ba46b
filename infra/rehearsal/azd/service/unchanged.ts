import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

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

/** What a build writes, whole: what an earlier one left there is gone afterwards. */
const OUTPUTS = ['dist', 'dist.maps']

/** What `npm run release` writes, and no build reads. */
const RELEASE = 'release'

const topOf = (folder: string, path: string): string => relative(folder, path).split(sep)[0] ?? ''

/** What builds wrote, by all that they read: copies of the project mostly differ in nothing but their place. */
const done = new Map<string, ReadonlyMap<string, Uint8Array>>()

const sourcesIn = (folder: string): string[] =>
  filesIn(folder)
    .filter((path) => ![...OUTPUTS, RELEASE].includes(topOf(folder, path)))
    .sort()

function digestOf(folder: string): string {
  const hash = createHash('sha256')
  for (const path of sourcesIn(folder)) hash.update(`${relative(folder, path)}\0`).update(readFileSync(path))
  return hash.digest('hex')
}

function writeAgain(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const name of OUTPUTS) rmSync(join(folder, name), { recursive: true, force: true })
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
}

/** Builds, or writes what a build of the same sources wrote elsewhere. @throws what `build` throws */
export async function buildOnce(folder: string, build: () => Promise<void>): Promise<void> {
  const digest = digestOf(folder)
  const known = done.get(digest)
  if (known) {
    writeAgain(folder, known)
    return
  }
  await build()
  // A build that wrote elsewhere, too, could not be told by its outputs alone.
  if (digestOf(folder) !== digest) return
  const outputs = filesIn(folder).filter((path) => OUTPUTS.includes(topOf(folder, path)))
  done.set(digest, new Map(outputs.map((path) => [relative(folder, path), readFileSync(path)])))
}
