import { setTimeout as sleep } from 'node:timers/promises'
import { person } from '../../../test/sandbox/people.ts'
import { acceptConsent } from '../world/consent.ts'
import type { World } from '../world/world.ts'
import { SUBSCRIPTION_ID } from '../world/azure.ts'
import { ADMINISTRATOR, DATAVERSE_URL } from '../world/tenant.ts'
import { packageIsTheApp } from './checks/package.ts'
import { keepsItsPromise } from './checks/promise.ts'
import { connectAs, countOpportunities, mustBeExplained, mustNotConnect } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

/** Steps 1 and 2 of the runbook. */
export async function prepare(world: World): Promise<void> {
  for (const tool of ['azd version', 'az version', 'node --version', 'git --version']) await expectRun(world, tool)
  await expectRun(world, 'az provider register --namespace Microsoft.App --wait')
  await configure(world)
}

export async function configure(world: World): Promise<void> {
  await expectRun(world, `azd env new contoso-prod --subscription ${SUBSCRIPTION_ID} --location uksouth`)
  await expectRun(world, `azd env set DATAVERSE_URL ${DATAVERSE_URL}`)
}

function printedAddress(output: string): string {
  const address = /https:\/\/login\.microsoftonline\.com\/\S+\/adminconsent\?\S+/.exec(output)?.[0]
  must(address !== undefined, 'no address was printed where an administrator grants consent')
  return address
}

/** The consent address that a command printed, opened by the administrator in a browser. */
export async function consentAsPrinted(world: World, output: string): Promise<void> {
  const address = printedAddress(output)
  world.transcript.write(
    `\n${ADMINISTRATOR.name}, Cloud Application Administrator, opens this and accepts:\n  ${address}\n`,
  )
  await acceptConsent(address, ADMINISTRATOR.upn)
}

/** The same address, opened by somebody who may not consent for others. */
async function mustNotConsent(world: World, output: string): Promise<void> {
  const refusal = await acceptConsent(printedAddress(output), person('sales rep').upn).then(
    () => 'accepted',
    (error: unknown) => String(error),
  )
  must(refusal.includes('AADSTS90093'), `a sales rep opened the consent address, and it ended with: ${refusal}`)
  mustBeExplained(world, 'AADSTS90093')
}

/** ChatGPT, with nothing but the address, as two people: each gets their own rows. */
export async function askAsTwoPeople(world: World): Promise<void> {
  const { MCP_URL: address = '' } = await world.env()
  world.transcript.write(`\nChatGPT is given ${address}, and nothing else. "My open opportunities over £50k":\n`)
  const rep = await countOpportunities(await connectAs(world, 'sales rep'))
  const manager = await countOpportunities(await connectAs(world, 'sales manager'))
  world.transcript.write(`  the sales rep gets ${rep} rows, the sales manager ${manager}\n`)
  must(rep > 0 && manager > rep, `the rep got ${rep} rows and the manager ${manager}: not each their own`)
  await mustBeWrittenDown(world)
}

const WITHIN_MS = 10_000

/** By the app's own identity, with the role that the template gives it, through the rule that the template makes. */
async function mustBeWrittenDown({ azure, transcript }: World): Promise<void> {
  const people = () =>
    new Set(
      azure.audit
        .rows()
        .filter(({ Event }) => Event === 'tool.called')
        .map(({ UserId }) => UserId),
    )
  for (const until = Date.now() + WITHIN_MS; people().size < 2 && Date.now() < until;) await sleep(100)
  transcript.write(`  the audit table names ${people().size} people who asked\n`)
  must(people().size >= 2, 'the audit table does not name both')
  must(azure.audit.unmatched().length === 0, 'the audit sends what its table has no column for')
}

export const firstRun: Scenario = {
  name: 'first-run',
  title: 'an empty subscription, one `azd up`, consent, a group; a sales rep asks ChatGPT and gets their rows',
  run: async (world) => {
    await prepare(world)
    const output = await expectRun(world, 'azd up', {
      says: ['Nobody can sign in before an administrator has accepted'],
    })
    packageIsTheApp(world)
    await mustNotConnect(world, 'sales rep', /AADSTS50105/, 'Somebody who is not assigned got past Microsoft.')
    await expectRun(world, 'npm run assign -- Sales')
    await mustNotConnect(world, 'sales rep', /Need admin approval.*AADSTS90094/, 'Without consent somebody signed in.')
    await mustNotConsent(world, output)
    await consentAsPrinted(world, output)
    await keepsItsPromise(world, 'azd up')
    await expectRun(world, 'azd hooks run postprovision --layer entra', {
      says: ['Consent: granted for everyone in the tenant'],
    })
    const { MCP_URL: address = '' } = await world.env()
    await expectRun(world, `npm run doctor -- ${address} --deep`)
    await askAsTwoPeople(world)
    await expectRun(world, 'npm run assign -- --list', { says: [/User +Group +Sales/] })
    await expectRun(world, 'npm run assign -- priya.nair@harbourpine.example')
    await expectRun(world, 'npm run assign -- --remove priya.nair@harbourpine.example', { says: ['taken away'] })
    await expectRun(world, 'npm run officer -- give-back', { says: ['Nobody is key officer now'] })
  },
}
