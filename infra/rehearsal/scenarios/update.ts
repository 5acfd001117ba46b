import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../world/world.ts'
import { connectAs, countOpportunities } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

/** Where a version stands, each time the first thing in its file that looks like one. */
const TELL_THE_VERSION = ['package.json', 'package-lock.json', 'shared/app/version.ts', 'azure.yaml', 'CHANGELOG.md']

const versionOf = ({ project: { dir } }: World): string =>
  (JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { readonly version: string }).version

/** What checking out the tag of another release changes: the version that the project says it has. */
function checkOut(world: World, version: string): string {
  const before = versionOf(world)
  for (const name of TELL_THE_VERSION) {
    const file = join(world.project.dir, name)
    writeFileSync(file, readFileSync(file, 'utf8').replace(before, version))
  }
  // npm installs again what its lock file is newer than, and here the packages are linked.
  utimesSync(join(world.project.dir, 'package-lock.json'), 0, 0)
  world.transcript.write(`\n(a clone of version ${version})\n`)
  return before
}

async function runningVersion(world: World): Promise<string> {
  const { PUBLIC_BASE_URL: base = '' } = await world.env()
  const response = await fetch(`${base}/health`)
  return ((await response.json()) as { readonly version: string }).version
}

const CHECK = 'npm run release -- --check'
/** The seconds of some commit: the clone here has no git. */
const MAKE = 'npm run release -- --date 1767225600'

/** Downloads that are not what was released, each with what must be said of it. */
export async function wrongDownloads(world: World): Promise<void> {
  const folder = join(world.project.dir, 'release')
  const zip = `chatgpt-dynamics-mcp-${versionOf(world)}.zip`
  must(!existsSync(folder), 'something was downloaded already')
  try {
    await expectRun(world, CHECK, { code: 1, says: ['release/ is missing'] })
    mkdirSync(folder)
    writeFileSync(join(folder, zip), 'another app')
    await expectRun(world, CHECK, { code: 1, says: ['SHA256SUMS is missing'] })
    writeFileSync(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)} *${zip}\n`)
    await expectRun(world, CHECK, { code: 1, says: [`${zip} is not what was released: do not deploy it`] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As step 8 does it with a download: no package is installed, and nothing is built. */
const goBackByItsZip = (world: World, version: string): Promise<void> =>
  world.project.withoutPackages(async () => {
    const zip = `release/chatgpt-dynamics-mcp-${version}.zip`
    await expectRun(world, CHECK, { says: ['are as they were released'] })
    await expectRun(world, 'azd provision')
    await expectRun(world, `azd deploy mcp --from-package ${zip}`, { neverSays: ['npm run build', 'Packaging'] })
    appendFileSync(join(world.project.dir, zip), 'x')
    await expectRun(world, CHECK, { code: 1, says: ['is not what was released: do not deploy it'] })
  })

export const update: Scenario = {
  name: 'update',
  title: 'a new version, and back again by the zip of a release, without a build: connections live through both',
  run: async (world) => {
    const client = await connectAs(world, 'sales rep')
    await wrongDownloads(world)
    await expectRun(world, MAKE, { says: ['SHA256SUMS'] })
    const before = checkOut(world, '0.1.1')
    await expectRun(world, CHECK, { code: 1, says: [`${before}.zip is not of this version, which is 0.1.1`] })
    // Refuses a lock file of another manifest as the whole does, and does not read what is linked here.
    await expectRun(world, 'npm ci --dry-run --package-lock-only')
    await expectRun(world, 'azd provision')
    await expectRun(world, 'azd deploy')
    must((await runningVersion(world)) === '0.1.1', 'the new version does not run')
    must((await countOpportunities(client)) > 0, 'a connection did not outlive the update')
    checkOut(world, before)
    await goBackByItsZip(world, before)
    must((await runningVersion(world)) === before, 'the old version does not run after the way back')
    must((await countOpportunities(client)) > 0, 'a connection did not outlive the way back')
  },
}
