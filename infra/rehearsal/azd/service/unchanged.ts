import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** What nothing that is made here reads or writes: packages are linked from here, the rest is azd's, git's and the tests'. */
const NO_SOURCES = new Set(['node_modules', '.azure', '.git', '.infra-check', 'test'])

/** What a build writes, whole: what an earlier one left there is gone afterwards. */
const BUILT = ['dist', 'dist.maps']

/** What is made of the files of a folder. */
export type Making = {
  readonly name: string
  /** Its folders, each written whole. */
  readonly outputs: readonly string[]
  /** Whether it may read a file, by its path with slashes. */
  readonly reads: (path: string) => boolean
}

/** Of `infra/`, where hooks, templates and the commands of a desk stand, it runs its own modules. */
export const BUILD: Making = {
  name: 'build',
  outputs: BUILT,
  reads: (path) => !/^(?:infra|release|\.github)\//.test(path) || /^infra\/(?:lean\/)?[^/]+\.(?:ts|cjs)$/.test(path),
}
/** Builds, and reads all besides. */
export const RELEASE: Making = { name: 'release', outputs: [...BUILT, 'release'], reads: () => true }

/** Paths with slashes. */
function filesIn(folder: string, below = folder): string[] {
  return readdirSync(below, { withFileTypes: true }).flatMap((entry) => {
    if (below === folder && NO_SOURCES.has(entry.name)) return []
    const path = join(below, entry.name)
    return entry.isDirectory() ? filesIn(folder, path) : [relative(folder, path).replaceAll(sep, '/')]
  })
}

const isOutput = (path: string, { outputs }: Making): boolean => outputs.includes(path.split('/')[0] ?? '')

function stateOf(folder: string, path: string): string {
  const { size, mtimeMs } = statSync(join(folder, path))
  return `${path} ${size} ${mtimeMs}`
}

const statesIn = (folder: string): string =>
  filesIn(folder)
    .filter((path) => isOutput(path, BUILD) || BUILD.reads(path))
    .map((path) => stateOf(folder, path))
    .sort()
    .join('\n')

/** How each folder was left by its last build. */
const left = new Map<string, string>()

/** Whether no file that a build reads, or that was built, was written, added or removed since {@link built}. */
export const isUnchanged = (folder: string): boolean => left.get(folder) === statesIn(folder)

export const built = (folder: string): void => void left.set(folder, statesIn(folder))

type Made = { readonly files: ReadonlyMap<string, Uint8Array>; readonly said: unknown }

/** By all that was read for it: copies of the project mostly differ in nothing but their place. */
const done = new Map<string, Made>()

function digestOf(folder: string, making: Making): string {
  const hash = createHash('sha256').update(`${making.name}\0`)
  for (const path of filesIn(folder).sort())
    if (!isOutput(path, making) && making.reads(path)) hash.update(`${path}\0`).update(readFileSync(join(folder, path)))
  return hash.digest('hex')
}

function writeAgain(folder: string, files: ReadonlyMap<string, Uint8Array>, { outputs }: Making): void {
  for (const name of outputs) rmSync(join(folder, name), { recursive: true, force: true })
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
}

/**
 * Makes something, or writes what was made of the same files elsewhere, and says what was said then; what did not go
 * well is made anew each time.
 * @throws what `make` throws
 */
export async function makeOnce<Said>(
  folder: string,
  making: Making,
  make: () => Promise<Said>,
  wentWell: (said: Said) => boolean = () => true,
): Promise<Said> {
  const digest = digestOf(folder, making)
  const known = done.get(digest)
  if (known) {
    writeAgain(folder, known.files, making)
    return known.said as Said
  }
  const said = await make()
  // What writes elsewhere, too, could not be told by its outputs alone.
  if (!wentWell(said) || digestOf(folder, making) !== digest) return said
  const outputs = filesIn(folder).filter((path) => isOutput(path, making))
  done.set(digest, { files: new Map(outputs.map((path) => [path, readFileSync(join(folder, path))])), said })
  return said
}
