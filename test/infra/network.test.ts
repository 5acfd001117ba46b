import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { findBicep } from './bicep-cli.ts'
import type { Template } from './bicep/build.ts'
import { checkLayers } from './bicep/check-layers.ts'
import { type PredictedResource, snapshot } from './bicep/snapshot.ts'
import { ENTRY_FILES } from './text-checks.ts'

jest.setTimeout(240_000)

const guid = (digit: number) => `${String(digit).repeat(8)}-1111-4111-8111-111111111111`
const PLACE = { subscriptionId: guid(1), tenantId: guid(2), location: 'westeurope', deploymentName: 'network' }
const PLATFORM = {
  environmentName: 'contoso',
  location: 'westeurope',
  resourceGroupName: 'rg-contoso',
  managedIdentityClientId: guid(3),
  managedIdentityPrincipalId: guid(4),
  publicBaseUrl: 'https://crm-mcp.contoso.com',
  entraTenantId: guid(2),
  entraAuthorityHost: 'https://login.microsoftonline.com',
  entraClientId: guid(3),
  dataverseUrl: 'https://contoso.crm4.dynamics.com',
  optionalSettings: {},
}
/** Whatever else changes what is deployed, at once. */
const EVERYTHING = {
  deleteLock: true,
  alwaysReadyInstances: 2,
  storageSku: 'Standard_ZRS',
  budgetAmount: 120,
  budgetStart: '2026-12-01',
  keyOfficerPrincipalId: guid(5),
  tags: 'owner=CRM',
}
const NETWORK = { privateNetwork: true, vnetAddressPrefix: '10.77.0.0/25' }

const bicep = await findBicep()
const withBicep = bicep.available ? describe : describe.skip
type Resources = readonly PredictedResource[]
let template: Template = { resources: [] }
const predicted: Record<'open' | 'alone' | 'together', Resources> = { open: [], alone: [], together: [] }
const predict = async (more: object): Promise<Resources> =>
  (await snapshot(template, { ...PLATFORM, ...more }, PLACE)).predictedResources

beforeAll(async () => {
  if (!bicep.available) return
  template = (await checkLayers(ENTRY_FILES)).at(-1)?.template ?? template
  predicted.open = await predict({})
  predicted.alone = await predict(NETWORK)
  predicted.together = await predict({ ...EVERYTHING, ...NETWORK })
})

type Named = { readonly path: string; readonly value: unknown }
/** Every member of a value, however deep, whose name is like that. */
const membersLike = (value: unknown, name: RegExp, path = ''): Named[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [
    ...(name.test(key) ? [{ path: `${path}${key}`, value: member as unknown }] : []),
    ...membersLike(member, name, `${path}${key}.`),
  ])
}
const ofType = (resources: Resources, type: string) => resources.filter((one) => one.type === type)
const idIn = (value: unknown): string => (value as { readonly id: string }).id
/** What holds data or secrets: whatever says, in the public template, that it may be reached. */
const doors = () =>
  predicted.open.filter(({ properties }) => membersLike(properties, /^publicNetworkAccess$/i).length > 0)

withBicep.each(['alone', 'together'] as const)('with privateNetwork, %s', (which) => {
  test('nothing says that it is public but the app, and nothing that says it without the network is silent', () => {
    const said = predicted[which].flatMap(({ id, type, properties }) =>
      membersLike(properties, /^publicNetworkAccess/i).map(({ value }) => ({ id, type, value })),
    )
    expect(said.filter(({ value }) => value !== 'Disabled').map(({ type }) => type)).toEqual(['Microsoft.Web/sites'])
    expect(said.map(({ id }) => id).sort()).toEqual(
      doors()
        .map(({ id }) => id)
        .sort(),
    )
    expect(said).toHaveLength(4)
  })

  test('every firewall denies, lets no service by, and has no rule', () => {
    const acls = predicted[which].flatMap(({ properties }) =>
      membersLike(properties, /^networkAcls$|^networkRuleSet$/i),
    )
    expect(acls).toHaveLength(3)
    for (const { value } of acls)
      expect(value).toEqual({ bypass: 'None', defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] })
  })

  test('nothing has an address of the internet, a rule that lets it in, or a public blob', () => {
    const types = predicted[which].map(({ type }) => type)
    expect(
      types.filter((type) => /publicIPAddresses|publicIPPrefixes|loadBalancers|firewallRules/i.test(type)),
    ).toEqual([])
    const blobs = predicted[which].flatMap(({ properties }) => membersLike(properties, /^(allowBlob)?publicAccess$/i))
    expect([...new Set(blobs.map(({ value }) => value))].sort()).toEqual(['None', false])
  })

  test('each closed one has its endpoints, each endpoint its zone, each zone its link to the app’s network', () => {
    const resources = predicted[which]
    const [network, ...others] = ofType(resources, 'Microsoft.Network/virtualNetworks')
    expect(others).toEqual([])
    const links = ofType(resources, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks')
    const groups = ofType(resources, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups')
    const reached = ofType(resources, 'Microsoft.Network/privateEndpoints').map(({ id, properties }) => {
      const [connection] = properties?.['privateLinkServiceConnections'] as [
        { properties: { privateLinkServiceId: string; groupIds: string[] } },
      ]
      expect(idIn(properties?.['subnet'])).toBe(`${network?.id}/subnets/endpoints`)
      const group = groups.find((one) => one.id.startsWith(`${id}/`))
      const [config] = group?.properties?.['privateDnsZoneConfigs'] as [{ properties: { privateDnsZoneId: string } }]
      const link = links.find((one) => one.id.startsWith(`${config.properties.privateDnsZoneId}/`))
      expect(idIn(link?.properties?.['virtualNetwork'])).toBe(network?.id)
      const zone = config.properties.privateDnsZoneId.split('/').at(-1) ?? ''
      return [
        connection.properties.privateLinkServiceId
          .split('/')
          .at(-1)
          ?.replace(/-?[a-z0-9]{13}$/, ''),
        connection.properties.groupIds[0],
        zone,
      ]
    })
    expect(reached.sort()).toEqual([
      ['kv', 'vault', 'privatelink.vaultcore.azure.net'],
      ['sthost', 'blob', 'privatelink.blob.core.windows.net'],
      ['sthost', 'table', 'privatelink.table.core.windows.net'],
      ['sttokens', 'table', 'privatelink.table.core.windows.net'],
    ])
  })

  test('the app sends all through a subnet of its own, as Flex Consumption asks for it', () => {
    const [site] = ofType(predicted[which], 'Microsoft.Web/sites')
    const [network] = ofType(predicted[which], 'Microsoft.Network/virtualNetworks')
    const subnets = network?.properties?.['subnets'] as { name: string; properties: Record<string, unknown> }[]
    const own = subnets.find(
      ({ name }) => site?.properties?.['virtualNetworkSubnetId'] === `${network?.id}/subnets/${name}`,
    )
    expect(own?.name).toMatch(/^[a-z]+$/)
    expect(own?.properties).toMatchObject({
      addressPrefix: '10.77.0.0/26',
      delegations: [{ properties: { serviceName: 'Microsoft.App/environments' } }],
      defaultOutboundAccess: true,
    })
    expect(site?.properties).toMatchObject({
      outboundVnetRouting: { allTraffic: true },
      publicNetworkAccess: 'Enabled',
    })
    for (const { properties } of subnets)
      expect(idIn(properties['networkSecurityGroup'])).toContain('/networkSecurityGroups/nsg-')
  })

  test('whatever is written lies in the region of the app, or nowhere', () => {
    const places = new Set(predicted[which].map(({ location }) => location).filter((one) => one !== undefined))
    expect([...places].sort()).toEqual(['global', 'westeurope'])
  })
})

withBicep('without it', () => {
  test('there is no network, and nothing of the app is in one', () => {
    expect(predicted.open.filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([])
    const [site] = ofType(predicted.open, 'Microsoft.Web/sites')
    expect(site?.properties?.['virtualNetworkSubnetId'] ?? null).toBeNull()
    expect(site?.properties?.['outboundVnetRouting'] ?? null).toBeNull()
  })
})
