import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { build } from '../build.ts'
import { bundledPackages, parseLock } from './bundled-packages.ts'
import { checksums, SUMS } from './checksums.ts'
import { licensed } from './licences.ts'
import { notices } from './notices.ts'
import { sbom } from './sbom.ts'
import { zip, type ZipEntry } from './zip.ts'

const NAME = 'chatgpt-dynamics-mcp'
const NOTICES = 'THIRD-PARTY-NOTICES.txt'
const SBOM = 'sbom.cdx.json'

const slashes = (path: string): string => path.replaceAll(sep, '/')

const entriesOf = (folder: string): ZipEntry[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ name: slashes(name), bytes: readFileSync(join(folder, name)) }))

/** What the maps name, as paths from the root. */
const sourcesOf = (root: string, folder: string, maps: readonly ZipEntry[]): string[] => [
  ...new Set(
    maps.flatMap(({ name, bytes }) => {
      const { sources } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly sources: readonly string[] }
      return sources.map((source) => slashes(relative(root, resolve(dirname(join(folder, name)), source))))
    }),
  ),
]

/**
 * Builds, and writes the files of a release into `release/`: the zip that Azure runs, the maps that explain its stacks,
 * what it holds, whose that is, and the checksums of all. The same commit gives the same bytes.
 * @param seconds of the commit, since 1970
 * @returns the names of the files
 * @throws LicenceError for a package whose licence does not let it be passed on; Error for one that nobody knows
 */
export async function makeRelease(root: string, version: string, seconds: number): Promise<readonly string[]> {
  const { inputs } = await build()
  const app = entriesOf(join(root, 'dist'))
  const maps = entriesOf(join(root, 'dist.maps'))
  const lock = parseLock(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const packages = bundledPackages(root, inputs, sourcesOf(root, join(root, 'dist.maps'), maps), lock)
  const theirs = Buffer.from(notices(packages.map(licensed)))
  const own = { name: 'LICENSE', bytes: readFileSync(join(root, 'LICENSE')) }
  const files: Readonly<Record<string, string | Buffer>> = {
    [`${NAME}-${version}.zip`]: zip([...app, own, { name: NOTICES, bytes: theirs }], seconds),
    [`${NAME}-${version}-maps.zip`]: zip(maps, seconds),
    [SBOM]: await sbom(root, { name: NAME, version, licence: 'MIT' }, packages, seconds),
    [NOTICES]: theirs,
  }
  const folder = join(root, 'release')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  writeFileSync(join(folder, SUMS), checksums(folder, Object.keys(files)))
  return [...Object.keys(files), SUMS]
}
