import { toText } from '../../../test/sandbox/azure/arm/expression/values.ts'
import { boundTo } from '../../../test/sandbox/azure/arm/resources/names/host-names.ts'
import type { World } from '../world/world.ts'
import { consentAsPrinted, prepare } from './first-run.ts'
import { connectAs, countOpportunities } from './people.ts'
import { mustBeClosed } from './private-network.ts'
import { expectRun, must, mustBeWholePage, type Scenario, type Story } from './scenario.ts'

const HOST = 'crm-mcp.contoso.example'

const bindingIn = ({ azure: { arm } }: World) =>
  arm
    .byType('Microsoft.Web/sites')
    .flatMap((site) => boundTo(site, arm.world))
    .find(({ host }) => host === HOST)

function mustHaveTls(world: World, after: string): void {
  must(bindingIn(world)?.tls === true, `a deployment takes TLS from ${HOST}: ${after}`)
}

/** What the company makes of what was printed. */
function makeRecords({ azure: { dns }, transcript }: World, printed: string): void {
  const found = [...printed.matchAll(/^ {2}(CNAME|TXT) +(\S+) {2}(\S+)$/gm)]
  must(found.length === 2, 'the records that the domain needs were not printed')
  for (const [, type = '', name = '', value = ''] of found) dns.set({ type, name, value })
  transcript.write(`\n(contoso.example gets these ${found.length} records)\n`)
}

/** Binds the host, and gives it its certificate: the address stays what it was. */
async function bindWithCertificate(world: World): Promise<void> {
  await expectRun(world, `azd env set CUSTOM_BASE_URL https://${HOST}`)
  const printed = await expectRun(world, 'npm run domain', { says: ['not bound', 'npm run domain -- bind'] })
  await expectRun(world, 'npm run domain -- bind', { code: 1, says: [`record pointing from ${HOST}`, 'CNAME'] })
  must(bindingIn(world) === undefined, 'a host was bound although its records are missing')
  makeRecords(world, printed)
  await expectRun(world, 'npm run domain -- bind', { says: ['without a certificate', 'azd provision platform'] })
  const wrongName = { code: 1, says: ['The certificate is for another host name'] }
  await expectRun(world, `npm run doctor -- https://${HOST}/mcp`, wrongName)
  await expectRun(world, 'azd provision platform --no-state')
  mustHaveTls(world, 'the first one gave it none')
  await expectRun(world, 'npm run domain', { says: ['bound, with its certificate', 'azd up'] })
  await expectRun(world, 'npm run domain -- bind', { says: ['bound, with its certificate'] })
  mustHaveTls(world, '`npm run domain -- bind`, typed again, took it away')
}

async function moveThere(world: World): Promise<void> {
  await expectRun(world, 'azd up', { says: [`https://${HOST}/mcp`] })
  const { MCP_URL: address } = await world.env()
  must(address === `https://${HOST}/mcp`, `the address for ChatGPT is ${address ?? ''}`)
  await expectRun(world, 'azd provision platform --no-state')
  mustHaveTls(world, 'one more deployment took it away')
  await expectRun(world, 'npm run domain', { says: ['Nothing is left to do'] })
}

const asks = async (client: Awaited<ReturnType<typeof connectAs>>): Promise<boolean> =>
  countOpportunities(client).then(
    (rows) => rows > 0,
    () => false,
  )

async function goBack(world: World): Promise<void> {
  await expectRun(world, `npm run domain -- unbind ${HOST}`, { code: 1, says: ['azd env set CUSTOM_BASE_URL='] })
  await expectRun(world, 'azd env set CUSTOM_BASE_URL=')
  await expectRun(world, 'azd provision identity', { code: 1, says: ['azd env set CUSTOM_DOMAIN='] })
  await expectRun(world, 'azd env set CUSTOM_DOMAIN=')
  await expectRun(world, 'azd up', { says: ['.azurewebsites.net/mcp'] })
  await expectRun(world, `npm run domain -- unbind ${HOST}`, { says: ['not bound any more'] })
  must(bindingIn(world) === undefined, 'the host is still bound')
  must(world.azure.arm.byType('Microsoft.Web/sites/certificates').length === 0, 'its certificate is left')
}

const onExisting: Scenario = {
  name: 'own-domain',
  title: 'a deployment that people use gets a name of the company’s own, in two steps, and goes back',
  run: async (world) => {
    await prepare(world)
    const output = await expectRun(world, 'azd up')
    await expectRun(world, 'npm run assign -- Sales')
    await consentAsPrinted(world, output)
    const before = await connectAs(world, 'sales rep')
    await bindWithCertificate(world)
    must(await asks(before), 'a connection ended before the address had changed')
    await moveThere(world)
    must(!(await asks(before)), 'a connection outlived the address that it was made for')
    must(await asks(await connectAs(world, 'sales rep')), 'nobody can connect at the new address')
    await goBack(world)
    must(await asks(await connectAs(world, 'sales rep')), 'nobody can connect after the way back')
    mustBeWholePage(world, 'infra/custom-domain.md')
  },
}

export const ownDomain: Story = { name: 'own-domain-story', world: {}, scenarios: [onExisting] }

/** In a deployment that is there: the certificate, and one deployment more. */
export async function keepsTls(world: World): Promise<void> {
  await bindWithCertificate(world)
  await moveThere(world)
}

const VALUES = {
  ZONE_REDUNDANT: 'true',
  STORAGE_SKU: 'Standard_ZRS',
  ALWAYS_READY_INSTANCES: '2',
  BUDGET_AMOUNT: '150',
  PRIVATE_NETWORK: 'true',
} as const

function mustBeInZones({ azure: { arm }, transcript }: World): void {
  const [plan] = arm.byType('Microsoft.Web/serverfarms')
  must(plan?.declared['zoneRedundant'] === true, 'the plan is not zone redundant')
  const skus = arm.byType('Microsoft.Storage/storageAccounts').map(({ sku }) => toText(sku?.['name'] ?? ''))
  must(skus.length === 2 && skus.every((sku) => sku === 'Standard_ZRS'), `storage is ${skus.join(', ')}`)
  const [budget] = arm.byType('Microsoft.Consumption/budgets')
  must(JSON.stringify(budget?.declared).includes('"contactRoles":["Owner"]'), 'the budget tells nobody')
  transcript.write('  (plan and storage are in several data centres; the budget tells the owners)\n')
}

const allAtOnce: Scenario = {
  name: 'zones-budget-domain',
  title: 'zone redundant, private, with a budget and a name of its own, from the first deployment on',
  run: async (world) => {
    await prepare(world)
    const start = `${new Date().toISOString().slice(0, 7)}-01`
    for (const [name, value] of Object.entries({ ...VALUES, BUDGET_START: start }))
      await expectRun(world, `azd env set ${name} ${value}`)
    await expectRun(world, 'npm run costs', { says: ['instances kept warm: 4'] })
    await expectRun(world, 'npm run costs -- 5000', { says: ['5,000'] })
    const output = await expectRun(world, 'azd up')
    mustBeInZones(world)
    mustBeClosed(world, 'azd up')
    await bindWithCertificate(world)
    await moveThere(world)
    mustBeClosed(world, 'the move to a name of its own')
    await expectRun(world, 'npm run assign -- Sales')
    await consentAsPrinted(world, output)
    must(await asks(await connectAs(world, 'sales rep')), 'nobody can connect')
    await expectRun(world, 'azd env set STORAGE_SKU Standard_LRS')
    await expectRun(world, 'azd env set ZONE_REDUNDANT false')
    await expectRun(world, 'azd provision platform', { code: 1, says: ['StorageAccountTypeConversionNotAllowed'] })
    mustBeWholePage(world, 'infra/costs.md')
  },
}

export const everythingOn: Story = { name: 'zones-budget-domain-story', world: {}, scenarios: [allAtOnce] }
