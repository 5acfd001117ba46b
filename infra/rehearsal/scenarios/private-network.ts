import { setTimeout as sleep } from 'node:timers/promises'
import { CONSULTANT } from '../world/tenant.ts'
import type { World } from '../world/world.ts'
import { keepsItsPromise } from './checks/promise.ts'
import { askAsTwoPeople, consentAsPrinted, prepare } from './first-run.ts'
import { connectAs, countOpportunities } from './people.ts'
import { expectRun, must, mustBeWholePage, type Scenario, type Story } from './scenario.ts'

const WORDS = 'infra/terms/example'
const OPENED = /open for 203\.0\.113\.7 alone/
const VAULTS = 'Microsoft.KeyVault/vaults'
const ACCOUNTS = 'Microsoft.Storage/storageAccounts'
/** A rule acts after minutes; here it must be waited for, too. */
const RULE_ACTS_AFTER_MS = 1500

/** No public access and no rule, of the vault and of both accounts. */
export function mustBeClosed({ azure: { arm } }: World, after: string): void {
  const all = [VAULTS, ACCOUNTS].flatMap((type) => arm.byType(type))
  must(all.length === 3, `there are ${all.length} of a vault and two accounts`)
  for (const { name, properties } of all) {
    const { publicNetworkAccess, networkAcls } = properties as {
      readonly publicNetworkAccess?: string
      readonly networkAcls?: { readonly defaultAction?: string; readonly ipRules?: readonly unknown[] }
    }
    const closed = publicNetworkAccess === 'Disabled' && networkAcls?.defaultAction === 'Deny'
    must(closed && networkAcls.ipRules?.length === 0, `after ${after}, ${name} can be reached from outside`)
  }
}

/** As step 2 has it, beside other values that change what is deployed. */
const TOGETHER = {
  PRIVATE_NETWORK: 'true',
  VNET_ADDRESS_PREFIX: '10.77.0.0/25',
  ALWAYS_READY_INSTANCES: '2',
  STORAGE_SKU: 'Standard_ZRS',
  BUDGET_AMOUNT: '120',
  BUDGET_START: `${new Date().toISOString().slice(0, 7)}-01`,
} as const

const closedFromTheStart: Scenario = {
  name: 'private-from-the-start',
  title: 'storage and vault were never public: keys are made by a rule for one address, and people get their rows',
  run: async (world) => {
    world.azure.setNetworkDelay(RULE_ACTS_AFTER_MS)
    await prepare(world)
    for (const [name, value] of Object.entries(TOGETHER)) await expectRun(world, `azd env set ${name} ${value}`)
    const output = await expectRun(world, 'azd up', {
      says: ['sealing-key: created', OPENED, 'the rule for 203.0.113.7 does not act yet', 'closed again'],
    })
    mustBeClosed(world, 'azd up')
    await expectRun(world, 'npm run assign -- Sales')
    await consentAsPrinted(world, output)
    await keepsItsPromise(world, 'azd up')
    const { MCP_URL: address = '' } = await world.env()
    await expectRun(world, `npm run doctor -- ${address} --deep`, { says: ['Nobody reaches vault and tables'] })
    await askAsTwoPeople(world)
    await expectRun(world, 'npm run officer -- give-back', { says: ['Nobody is key officer now'] })
    await expectRun(world, 'azd provision --preview platform', { neverSays: [/^ {2}(Create|Modify|Delete) :/m] })
  },
}

/** What the app does itself needs no rule. */
async function administerFromOutside(world: World): Promise<void> {
  await expectRun(world, 'npm run admin -- switch off writes', { says: ['switch on writes'] })
  await expectRun(world, 'npm run admin -- switches', { says: ['writes'] })
  await expectRun(world, 'npm run admin -- switch on writes', { says: ['is on'] })
  await expectRun(world, 'npm run admin -- keys', { says: ['current'] })
  mustBeClosed(world, 'npm run admin')
}

async function publishWords(world: World): Promise<void> {
  const scope = (await expectRun(world, 'azd env get-value REPORTS_TABLE_ID')).trim()
  const role = `"Storage Table Data Contributor" --assignee ${CONSULTANT.upn} --scope ${scope}`
  await expectRun(world, `az role assignment create --role ${role}`)
  await expectRun(world, `npm run terms -- upload ${WORDS}`, { code: 1, says: ['npm run network -- open'] })
  await expectRun(world, 'npm run network -- status', { says: ['Nobody reaches vault and tables'] })
  await expectRun(world, 'npm run network -- open', { says: ['open for 203.0.113.7 alone'] })
  await expectRun(world, `npm run terms -- upload ${WORDS}`, { says: ['2 uploaded'] })
  const { MCP_URL: address = '' } = await world.env()
  await expectRun(world, `npm run doctor -- ${address} --deep`, {
    says: ['is open for 203.0.113.7', 'npm run network -- close'],
  })
  await expectRun(world, 'npm run network -- close', { says: ['Nobody reaches vault and tables'] })
  mustBeClosed(world, 'npm run network -- close')
  await sleep(RULE_ACTS_AFTER_MS)
  await expectRun(world, 'npm run terms -- list', { code: 1, says: ['npm run network -- open'] })
}

async function rotate(world: World): Promise<void> {
  await expectRun(world, 'npm run officer -- take')
  await expectRun(world, 'azd provision platform --no-state', { says: ['sealing-key: kept'] })
  await sleep(RULE_ACTS_AFTER_MS)
  await expectRun(world, 'npm run rotate-key', { says: [OPENED, 'a new version was made', 'closed again'] })
  await expectRun(world, 'npm run officer -- give-back')
  mustBeClosed(world, 'npm run rotate-key')
}

/** A step that was killed leaves its rule, and azd skips a layer that has not changed: the hook looks all the same. */
async function leaveOpen(world: World): Promise<void> {
  await expectRun(world, 'azd provision platform')
  await expectRun(world, 'npm run network -- open --address 198.51.100.9', { says: ['198.51.100.9'] })
  await expectRun(world, 'azd provision platform', { says: ['is open for 198.51.100.9: closed now'] })
  mustBeClosed(world, 'the next azd provision')
  await expectRun(world, 'npm run network -- open --address 10.0.0.1', { code: 1, says: ['Not one IPv4 address'] })
}

/** Many tenants refuse every public endpoint, for one address, too. */
async function withAPolicy(world: World): Promise<void> {
  const { policies } = world.azure.arm.world
  policies.add('no-public-access')
  await expectRun(world, 'npm run network -- open', { code: 1, says: ['A policy of the tenant', 'in the network'] })
  await expectRun(world, 'npm run admin -- switches', { says: ['Everything is on'] })
  mustBeClosed(world, 'a refusal by policy')
  policies.delete('no-public-access')
}

const LINKS = 'Microsoft.Network/privateDnsZones/virtualNetworkLinks'

/** The app then comes by the public way; the doctor must not take that for a missing right, and its cure must cure. */
async function withoutAName(world: World): Promise<void> {
  const { MCP_URL: address = '' } = await world.env()
  const { arm } = world.azure
  const link = arm.byType(LINKS).find(({ name }) => name.includes('vaultcore'))
  must(link !== undefined, 'no zone of the vault is linked to the network')
  arm.world.resources.delete(link.id.toLowerCase())
  const doctor = `npm run doctor -- ${address} --deep`
  await expectRun(world, doctor, {
    code: 1,
    says: ['vault-closed', /azd provision\s+platform\s+--no-state/],
    neverSays: ['vault-forbidden'],
  })
  await expectRun(world, 'azd provision platform --no-state')
  await expectRun(world, doctor)
}

const closedLife: Scenario = {
  name: 'private-life',
  title:
    'switches, words, rotation, a rule that was left, a policy, a name that is gone: it works or says what to type',
  run: async (world) => {
    await administerFromOutside(world)
    await publishWords(world)
    await rotate(world)
    await leaveOpen(world)
    await withAPolicy(world)
    await withoutAName(world)
  },
}

async function switchTo(world: World, value: 'true' | 'false'): Promise<void> {
  await expectRun(world, `azd env set PRIVATE_NETWORK ${value}`)
  await expectRun(world, 'azd provision platform')
  await sleep(RULE_ACTS_AFTER_MS)
  await expectRun(world, 'azd deploy')
}

const thereAndBack: Scenario = {
  name: 'private-there-and-back',
  title: 'the network is switched off and on again: connections live on; its range cannot be changed; all is removed',
  run: async (world) => {
    const client = await connectAs(world, 'sales rep')
    await switchTo(world, 'false')
    must((await countOpportunities(client)) > 0, 'a session did not outlive the end of the private network')
    await expectRun(world, 'npm run network -- status', { code: 1, says: ['has no private network'] })
    await switchTo(world, 'true')
    mustBeClosed(world, 'switching it on')
    must((await countOpportunities(client)) > 0, 'a session did not outlive the private network')
    await expectRun(world, 'azd env set VNET_ADDRESS_PREFIX 10.78.0.0/25')
    await expectRun(world, 'azd provision platform', { code: 1, says: [/InUsePrefixCannotBeDeleted/] })
    await expectRun(world, `azd env set VNET_ADDRESS_PREFIX ${TOGETHER.VNET_ADDRESS_PREFIX}`)
    await expectRun(world, 'azd provision platform')
    mustBeWholePage(world, 'infra/private-network.md')
    await expectRun(world, 'azd down --force --purge', { says: ['Your application was removed'] })
  },
}

export const privateNetwork: Story = {
  name: 'private-network',
  world: {},
  scenarios: [closedFromTheStart, closedLife, thereAndBack],
}
