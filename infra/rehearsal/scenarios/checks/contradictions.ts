import type { World } from '../../world/world.ts'
import { expectRun, must, type Scenario } from '../scenario.ts'

type Contradiction = {
  readonly set: Readonly<Record<string, string>>
  /** The command that is printed, as somebody types it. */
  readonly next: RegExp
}

/** Values that are each of their kind, and not together. */
const CONTRADICTIONS: readonly Contradiction[] = [
  { set: { ZONE_REDUNDANT: 'true', ALWAYS_READY_INSTANCES: '2' }, next: /^ {2}azd env set STORAGE_SKU Standard_ZRS$/m },
  { set: { ZONE_REDUNDANT: 'true', STORAGE_SKU: 'Standard_ZRS' }, next: /^ {2}azd env set ALWAYS_READY_INSTANCES 2$/m },
  { set: { BUDGET_AMOUNT: '120' }, next: /^ {2}azd env set BUDGET_START </m },
  { set: { FRONT_DOOR_ID: '0a1b2c3d-0000-4000-8000-00000000000a' }, next: /^ {2}azd env set TRUSTED_HOPS 2$/m },
  { set: { CUSTOM_DOMAIN: 'crm-mcp.contoso.example' }, next: /^ {2}azd env set CUSTOM_DOMAIN=$/m },
  {
    set: { CUSTOM_DOMAIN: 'old.contoso.example', CUSTOM_BASE_URL: 'https://crm-mcp.contoso.example' },
    next: /^ {2}npm run domain -- bind$/m,
  },
]

async function mustBeRefused(world: World, { set, next }: Contradiction): Promise<void> {
  const before = await world.env()
  const deployments = world.azure.arm.deployments().length
  for (const [name, value] of Object.entries(set)) await expectRun(world, `azd env set ${name} ${value}`)
  try {
    await expectRun(world, 'azd provision platform', { code: 1, says: [next] })
  } finally {
    for (const name of Object.keys(set)) await expectRun(world, `azd env set ${name}=${before[name] ?? ''}`)
  }
  must(world.azure.arm.deployments().length === deployments, `${Object.keys(set).join(' and ')} went to Azure`)
}

export const contradictions: Scenario = {
  name: 'contradictions',
  title: 'values that contradict each other: refused before Azure is asked, with what to type',
  run: async (world) => {
    for (const one of CONTRADICTIONS) await mustBeRefused(world, one)
  },
}
