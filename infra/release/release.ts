import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checksumFaults } from './checksums.ts'
import { commitSeconds, isClean } from './commit.ts'
import { tagFaults, type Told, versionFaults, versionOf } from './version.ts'

const HELP = `npm run release -- [options]

Builds, and writes what a release is made of into release/: the zip that Azure runs, its source maps, an SBOM, notices of
third parties, and SHA256SUMS. The same commit gives the same bytes on every machine.

  --tag v1.2.3      refuse unless the project as it is here can be the release of that tag
  --date SECONDS    where there is no git: the date of the commit, in seconds since 1970
  --check           builds nothing: looks whether release/ holds the files of this version's release, as they were released
`

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = join(ROOT, 'release')
const NAMES = [
  'package.json',
  'package-lock.json',
  'shared/app/version.ts',
  'azure.yaml',
  'CHANGELOG.md',
  'README.md',
] as const

const told = (): Told =>
  Object.fromEntries(NAMES.map((name) => [name, readFileSync(join(ROOT, name), 'utf8')])) as unknown as Told

function complain(faults: readonly string[]): void {
  for (const fault of faults) console.error(`✗ ${fault}`)
  process.exitCode = 1
}

/** Beside the checksums: templates and hooks of another version than the app's would deploy what nobody tried. */
function downloadFaults(version: string): string[] {
  if (!existsSync(FOLDER)) return ['release/ is missing: download the files of the release into it.']
  const name = `chatgpt-dynamics-mcp-${version}.zip`
  const zips = readdirSync(FOLDER).filter((file) => /^chatgpt-dynamics-mcp-[\d.]+\.zip$/.test(file))
  const faults = checksumFaults(FOLDER)
  for (const other of zips.filter((file) => file !== name))
    faults.push(`${other} is not of this version, which is ${version}: check out the tag that it belongs to.`)
  if (zips.length === 0) faults.push(`${name} is missing: download it with the other files of the release.`)
  return faults
}

function check(version: string): void {
  const faults = downloadFaults(version)
  if (faults.length > 0) complain(faults)
  else console.log(`release/chatgpt-dynamics-mcp-${version}.zip and all files beside it are as they were released.`)
}

async function make(version: string, date: string | undefined): Promise<void> {
  // As in infra/build.ts.
  process.env['GOGC'] ??= 'off'
  // Checking what was downloaded needs no package.
  const { makeRelease } = await import('./make-release.ts')
  const names = await makeRelease(ROOT, version, commitSeconds(ROOT, date))
  for (const name of names) console.log(`release/${name}  ${statSync(join(FOLDER, name)).size} bytes`)
}

const OPTIONS = {
  tag: { type: 'string' },
  date: { type: 'string' },
  check: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    process.exitCode = 2
    return undefined
  }
}

async function main(): Promise<void> {
  const wish = readArguments()
  if (wish === undefined) return
  const files = told()
  const version = versionOf(files)
  const ofTag = wish.tag === undefined ? [] : tagFaults(wish.tag, files, isClean(ROOT))
  const faults = [...versionFaults(files), ...ofTag]
  if (wish.help === true) console.log(HELP)
  else if (wish.check === true) check(version)
  else if (faults.length > 0) complain(faults)
  else await make(version, wish.date)
}

await main().catch((error: unknown) => complain([error instanceof Error ? error.message : String(error)]))
