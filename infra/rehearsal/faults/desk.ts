import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeploymentRecord } from '../../../test/sandbox/azure/arm/arm.ts'
import { configure, consentAsPrinted } from '../scenarios/first-run.ts'
import { expectRun } from '../scenarios/scenario.ts'
import type { ProjectCopy } from '../world/project-copy.ts'
import { startWorld, type World } from '../world/world.ts'

const PROVIDERS = [
  ...['Microsoft.App', 'Microsoft.Insights', 'Microsoft.KeyVault', 'Microsoft.ManagedIdentity', 'Microsoft.Web'],
  ...['Microsoft.Authorization', 'Microsoft.OperationalInsights', 'Microsoft.Resources', 'Microsoft.Storage'],
]

/** One desk for all faults: starting and deploying take longer than looking. */
export type Desk = {
  readonly world: World
  /** What was printed since `forget`. */
  readonly heard: () => string
  readonly forget: () => void
  /** Deploys the project as it is, once; consent, a group, nobody key officer any more. */
  readonly deploy: () => Promise<void>
}

async function deployProject(world: World): Promise<void> {
  const output = await expectRun(world, 'azd up')
  await expectRun(world, 'npm run assign -- Sales')
  await consentAsPrinted(world, output)
  await expectRun(world, 'npm run officer -- give-back')
}

export async function openDesk(project: ProjectCopy): Promise<Desk> {
  let heard = ''
  const transcript = { write: (text: string) => void (heard += text) }
  const world = await startWorld({ transcript, project, providers: PROVIDERS })
  let deployed: Promise<void> | undefined
  try {
    await configure(world)
  } catch (error) {
    await world.close()
    throw error
  }
  return {
    world,
    heard: () => heard,
    forget: () => void (heard = ''),
    deploy: () => (deployed ??= deployProject(world)),
  }
}

const isMap = (value: unknown): value is Map<unknown, unknown> => value instanceof Map

function refill(map: Map<unknown, unknown>, entries: readonly (readonly [unknown, unknown])[]): void {
  map.clear()
  for (const [key, value] of entries) map.set(key, value)
}

function rememberDirectory({ azure: { directory } }: World): () => void {
  const maps = (Object.values(directory) as unknown[])
    .filter(isMap)
    .map((map) => ({ map, entries: structuredClone([...map]) }))
  return () => maps.forEach(({ map, entries }) => refill(map, entries))
}

function rememberSubscription({ azure: { arm } }: World): () => void {
  const { resources, roles } = arm.world
  const before = { resources: [...resources], roles: new Set(roles.list().map(({ id }) => id)) }
  // azd skips a layer whose last deployment was the same: what is put back must be the last one again.
  const history = arm.deployments() as DeploymentRecord[]
  const records = [...history]
  return () => {
    refill(resources, before.resources)
    for (const { id } of roles.list()) if (!before.roles.has(id)) roles.remove(id)
    history.splice(0, history.length, ...records)
  }
}

function rememberEnvironments({ project: { dir } }: World): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'environments-'))
  const environments = join(dir, '.azure')
  cpSync(environments, folder, { recursive: true })
  return () => {
    rmSync(environments, { recursive: true })
    cpSync(folder, environments, { recursive: true })
    rmSync(folder, { recursive: true })
  }
}

/** Remembers directory, subscription and azd environments as they are now, and puts them back. */
export function remember(world: World): () => void {
  const undo = [rememberDirectory(world), rememberSubscription(world), rememberEnvironments(world)]
  return () => undo.forEach((one) => one())
}
