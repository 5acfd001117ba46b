import { ADMINISTRATOR, CONSULTANT } from '../world/tenant.ts'
import type { World } from '../world/world.ts'
import { registerAgain } from './checks/registering.ts'
import { askAsTwoPeople, consentAsPrinted, prepare } from './first-run.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

/** Step 3b of the runbook: the administrator's command, with what the consultant sent. */
async function registerAsAdministrator(world: World, deployerId: string): Promise<string> {
  const { PUBLIC_BASE_URL: base, MANAGED_IDENTITY_PRINCIPAL_ID: identity } = await world.env()
  world.as('administrator')
  const output = await registerAgain(world, { base: base ?? '', identity: identity ?? '', deployerId })
  await consentAsPrinted(world, output)
  world.as('consultant')
  return output
}

async function typeAsPrinted(world: World, output: string): Promise<void> {
  const lines = [...output.matchAll(/^ {2}(azd env set ENTRA_\w+ \S+)$/gm)].map(([, line]) => line ?? '')
  must(lines.length === 2, 'the administrator’s command did not print what the consultant must set')
  for (const line of lines) await expectRun(world, line)
}

async function deployWithoutRegistering(world: World, deployerId: string): Promise<void> {
  await prepare(world)
  await expectRun(world, 'azd provision identity')
  await expectRun(world, 'azd env get-values')
  await typeAsPrinted(world, await registerAsAdministrator(world, deployerId))
  await expectRun(world, 'azd up', { says: ['Consent: granted for everyone'] })
  must(world.azure.directory.applications.size > 0, 'the registration is gone')
}

export const administratorMadeTheApp: Scenario = {
  name: 'administrator-made-the-app',
  title: 'the consultant may not register apps: an administrator runs one command, `azd up` stays one command',
  run: async (world) => {
    await deployWithoutRegistering(world, CONSULTANT.oid)
    const { ENTRA_CLIENT_ID: clientId = '' } = await world.env()
    world.as('administrator')
    await expectRun(world, `npm run assign -- Sales --client-id ${clientId}`)
    world.transcript.write(`  (typed by ${ADMINISTRATOR.name})\n`)
    world.as('consultant')
    await askAsTwoPeople(world)
  },
}
