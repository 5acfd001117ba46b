import type { World } from '../../world/world.ts'
import { expectRun, must, type Scenario } from '../scenario.ts'

/** A layer alone, a value that its template would never get, and what must be said of it. */
const WRONG = [
  ['platform', 'DELETE_LOCK', 'yes', 'it must be true or false'],
  ['platform', 'PRIVATE_NETWORK', 'on', 'it must be true or false'],
  ['platform', 'VNET_ADDRESS_PREFIX', '10.240.0.1/24', 'it must be a private IPv4 range'],
  ['platform', 'KEY_OFFICER_PRINCIPAL_ID', 'ada@contoso.com', 'it must be a GUID'],
  ['entra', 'ASSIGNMENT_REQUIRED', 'on', 'it must be true or false'],
] as const

type Wrong = (typeof WRONG)[number]

async function mustBeRefused(world: World, [layer, name, value, says]: Wrong): Promise<void> {
  const before = (await world.env())[name] ?? ''
  const deployments = world.azure.arm.deployments().length
  await expectRun(world, `azd env set ${name} ${value}`)
  try {
    await expectRun(world, `azd provision ${layer}`, {
      code: 1,
      says: [`${name} is “${value}”; ${says}`, `azd env set ${name} `],
    })
  } finally {
    await expectRun(world, `azd env set ${name}=${before}`)
  }
  must(world.azure.arm.deployments().length === deployments, `${name}=${value} was sent to Azure`)
}

export const wrongParameter: Scenario = {
  name: 'wrong-parameter',
  title: 'a value of the wrong kind, and one layer alone: refused before Azure is asked, with what to type',
  run: async (world) => {
    for (const wrong of WRONG) await mustBeRefused(world, wrong)
  },
}
