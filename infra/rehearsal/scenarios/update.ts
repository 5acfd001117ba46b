import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../world/world.ts'
import { connectAs, countOpportunities, inTheWorld } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

/** What a release changes: the version that the app says it has. */
function release(world: World, version: string): string {
  const file = join(world.project.dir, 'shared/app/version.ts')
  const text = readFileSync(file, 'utf8')
  const before = /'([^']+)'/.exec(text)?.[1] ?? ''
  writeFileSync(file, text.replace(before, version))
  world.transcript.write(`\n(a clone of version ${version})\n`)
  return before
}

async function runningVersion(world: World): Promise<string> {
  const { PUBLIC_BASE_URL: base = '' } = await world.env()
  const response = await inTheWorld(world, () => fetch(`${base}/health`))
  return ((await response.json()) as { readonly version: string }).version
}

export const update: Scenario = {
  name: 'update',
  title: 'a new version, and back again: connections live through both',
  run: async (world) => {
    const client = await connectAs(world, 'sales rep')
    const before = release(world, '0.1.1')
    await expectRun(world, 'npm ci --dry-run')
    await expectRun(world, 'azd provision')
    await expectRun(world, 'azd deploy')
    must((await runningVersion(world)) === '0.1.1', 'the new version does not run')
    must((await countOpportunities(world, client)) > 0, 'a connection did not outlive the update')
    release(world, before)
    await expectRun(world, 'azd deploy')
    must((await runningVersion(world)) === before, 'the old version does not run after the way back')
    must((await countOpportunities(world, client)) > 0, 'a connection did not outlive the way back')
  },
}
