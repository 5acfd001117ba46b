import { describe, expect, test } from '@jest/globals'
import { toText } from '../../../sandbox/azure/arm/expression/values.ts'
import { boundTo } from '../../../sandbox/azure/arm/resources/names/host-names.ts'
import type { Arm, ArmOptions } from '../../../sandbox/azure/arm/arm.ts'
import { deploy, inGroup, startSubscription } from './subscription.ts'

const HOST = 'crm-mcp.contoso.com'
const [PLAN, SITE] = ['plan-x', 'func-x']
const API = '2025-03-01'

const plan = (more: object = {}) => ({
  type: 'Microsoft.Web/serverfarms',
  apiVersion: API,
  name: PLAN,
  location: 'westeurope',
  sku: { name: 'FC1' },
  properties: {},
  ...more,
})
const site = (own: boolean) => ({
  type: 'Microsoft.Web/sites',
  apiVersion: API,
  name: SITE,
  location: 'westeurope',
  dependsOn: ['plan'],
  properties: {
    serverFarmId: `[resourceId('Microsoft.Web/serverfarms', '${PLAN}')]`,
    siteScopedCertificatesEnabled: own,
    functionAppConfig: {
      deployment: { storage: { value: 'https://x' } },
      scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: 40 },
    },
  },
})
const binding = (properties: object, dependsOn = ['site']) => ({
  type: 'Microsoft.Web/sites/hostNameBindings',
  apiVersion: API,
  name: `${SITE}/${HOST}`,
  dependsOn,
  properties,
})
const certificate = (name = 'crm', host = HOST) => ({
  type: 'Microsoft.Web/sites/certificates',
  apiVersion: API,
  name: `${SITE}/${name}`,
  location: 'westeurope',
  dependsOn: ['site'],
  properties: { canonicalName: host },
})
const WITHOUT = binding({ sslState: 'Disabled' })
const WITH = binding({ sslState: 'SniEnabled', thumbprint: "[reference('certificate').thumbprint]" }, ['certificate'])

type Records = { cname?: string; txt?: string }
const START = { plan: plan(), site: site(true) }

async function start(records: Records = {}, own = true, options: Partial<ArmOptions> = {}) {
  const txt: string[] = []
  const { cname = `${SITE}.azurewebsites.net` } = records
  const dns = { cname: (host: string) => (host === HOST ? cname : undefined), txt: () => txt }
  const { arm } = startSubscription({ dns, ...options })
  await deploy(arm, inGroup({ plan: plan(), site: site(own) }))
  const [made] = arm.byType('Microsoft.Web/sites')
  txt.push(records.txt ?? toText(made?.properties['customDomainVerificationId'] ?? ''))
  return arm
}
const tls = (arm: Arm) => boundTo(arm.byType('Microsoft.Web/sites')[0]!, arm.world)
const lines = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => '',
    (error: unknown) => (error as { lines: () => string[] }).lines().join('\n'),
  )

describe('a name of the company’s own', () => {
  test('bound, given a certificate, and bound by it: a second time nothing changes', async () => {
    const arm = await start()
    await deploy(arm, inGroup({ ...START, binding: WITHOUT }))
    expect(tls(arm)).toEqual([{ host: HOST, tls: false }])
    await deploy(arm, inGroup({ ...START, certificate: certificate(), binding: WITH }))
    await deploy(arm, inGroup({ ...START, certificate: certificate(), binding: WITH }))
    expect(tls(arm)).toEqual([{ host: HOST, tls: true }])
    await deploy(arm, inGroup(START))
    expect(tls(arm)).toEqual([{ host: HOST, tls: true }])
  })

  test('the binding without TLS, deployed once more, takes TLS away', async () => {
    const arm = await start()
    await deploy(arm, inGroup({ ...START, binding: WITHOUT }))
    await deploy(arm, inGroup({ ...START, certificate: certificate(), binding: WITH }))
    await deploy(arm, inGroup({ ...START, certificate: certificate(), binding: WITHOUT }))
    expect(tls(arm)).toEqual([{ host: HOST, tls: false }])
  })

  test.each<[string, Records, boolean, Record<string, object>, string]>([
    ['no CNAME', { cname: 'other.azurewebsites.net' }, true, { WITHOUT }, `A CNAME record pointing from ${HOST}`],
    ['no TXT', { txt: 'of-another' }, true, { WITHOUT }, `A TXT record pointing from asuid.${HOST}`],
    ['a certificate before the binding', {}, true, { certificate: certificate() }, 'requires hostname'],
    [
      'TLS before a certificate',
      {},
      true,
      { b: binding({ sslState: 'SniEnabled', thumbprint: 'AB' }) },
      'was not found',
    ],
    ['an app made without them', {}, false, { WITHOUT, certificate: certificate() }, 'Cannot find SiteCertificate'],
  ])('%s: refused', async (_what, records, own, resources, says) => {
    const arm = await start(records, own)
    expect(await lines(deploy(arm, inGroup({ ...START, ...resources })))).toContain(says)
    expect(tls(arm).filter((one) => one.tls)).toEqual([])
  })

  test('asking for certificates later does not make an app that was made without them able to have any', async () => {
    const arm = await start({}, false)
    await deploy(arm, inGroup({ ...START, binding: WITHOUT }))
    const again = deploy(arm, inGroup({ ...START, certificate: certificate() }))
    expect(await lines(again)).toContain('Cannot find SiteCertificate')
  })
})

describe('several data centres', () => {
  const account = (sku: string, location = 'westeurope') => ({
    type: 'Microsoft.Storage/storageAccounts',
    apiVersion: '2025-01-01',
    name: 'stx',
    location,
    kind: 'StorageV2',
    sku: { name: sku },
    properties: {},
  })
  const zonal = (location: string) => plan({ location, properties: { zoneRedundant: true } })

  test.each<[string, object, string]>([
    ['a plan', zonal('ukwest'), 'fewer than 2 workers are not allowed for zone redundancy'],
    ['an account', account('Standard_ZRS', 'westus'), 'RedundancyConfigurationNotAvailableInRegion'],
  ])('%s in a region without zones is refused', async (_what, resource, says) => {
    expect(await lines(deploy(startSubscription().arm, inGroup({ resource })))).toContain(says)
  })

  test('a plan is switched there and back; an account is not', async () => {
    const { arm } = startSubscription()
    await deploy(arm, inGroup({ plan: plan(), account: account('Standard_LRS') }))
    await deploy(arm, inGroup({ plan: zonal('westeurope') }))
    await deploy(arm, inGroup({ plan: plan() }))
    const changed = deploy(arm, inGroup({ account: account('Standard_ZRS') }))
    expect(await lines(changed)).toContain('StorageAccountTypeConversionNotAllowed')
  })
})
