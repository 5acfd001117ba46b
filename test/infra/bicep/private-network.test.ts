import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { findBicep } from '../bicep-cli.ts'
import { checkLayers } from './check-layers.ts'
import type { Resource } from '../../sandbox/azure/arm/resources/world.ts'
import { deploy, startSubscription } from '../rehearsal/arm/subscription.ts'
import { ENTRY_FILES } from '../text-checks.ts'

jest.setTimeout(240_000)

const guid = (digit: number) => `${String(digit).repeat(8)}-1111-4111-8111-111111111111`
const PLATFORM = {
  environmentName: 'contoso',
  location: 'westeurope',
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
  budgetStart: '2026-11-01',
  tags: 'owner=CRM',
}
const NETWORK = { privateNetwork: true, vnetAddressPrefix: '10.77.0.0/25' }

const bicep = await findBicep()
const withBicep = bicep.available ? describe : describe.skip
type Resources = readonly Resource[]
let layers: readonly unknown[] = []
const deployed: Record<'open' | 'alone' | 'together', Resources> = { open: [], alone: [], together: [] }

/** The compiled template, worked out whole by the stand-in for Azure Resource Manager, which refuses what Azure refuses. */
async function deployWith(more: object): Promise<Resources> {
  const { arm } = startSubscription()
  // Step 1 of the runbook.
  arm.world.providers.add('microsoft.app')
  const { outputs } = await deploy(arm, layers[0], { environmentName: 'contoso', location: 'westeurope' })
  await deploy(arm, layers[2], {
    ...PLATFORM,
    resourceGroupName: outputs['AZURE_RESOURCE_GROUP']?.value,
    managedIdentityClientId: outputs['MANAGED_IDENTITY_CLIENT_ID']?.value,
    managedIdentityPrincipalId: outputs['MANAGED_IDENTITY_PRINCIPAL_ID']?.value,
    ...more,
  })
  return arm.resources()
}

beforeAll(async () => {
  if (!bicep.available) return
  layers = (await checkLayers(ENTRY_FILES)).map(({ template }) => template)
  deployed.open = await deployWith({})
  deployed.alone = await deployWith(NETWORK)
  deployed.together = await deployWith({ ...EVERYTHING, ...NETWORK })
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
const doors = () => deployed.open.filter(({ declared }) => membersLike(declared, /^publicNetworkAccess$/i).length > 0)

withBicep.each(['alone', 'together'] as const)('with privateNetwork, %s', (which) => {
  test('nothing says that it is public but the app, and nothing that says it without the network is silent', () => {
    const said = deployed[which].flatMap(({ id, type, declared }) =>
      membersLike(declared, /^publicNetworkAccess/i).map(({ value }) => ({ id, type, value })),
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
    const acls = deployed[which].flatMap(({ declared }) => membersLike(declared, /^networkAcls$|^networkRuleSet$/i))
    expect(acls).toHaveLength(3)
    for (const { value } of acls)
      expect(value).toEqual({ bypass: 'None', defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] })
  })

  test('nothing has an address of the internet, a rule that lets it in, or a public blob', () => {
    const types = deployed[which].map(({ type }) => type)
    expect(
      types.filter((type) => /publicIPAddresses|publicIPPrefixes|loadBalancers|firewallRules/i.test(type)),
    ).toEqual([])
    const blobs = deployed[which].flatMap(({ declared }) => membersLike(declared, /^(allowBlob)?publicAccess$/i))
    expect([...new Set(blobs.map(({ value }) => value))].sort()).toEqual(['None', false])
  })

  test('each closed one has its endpoints, each endpoint its zone, each zone its link to the app’s network', () => {
    const resources = deployed[which]
    const [network, ...others] = ofType(resources, 'Microsoft.Network/virtualNetworks')
    expect(others).toEqual([])
    const links = ofType(resources, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks')
    const groups = ofType(resources, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups')
    const reached = ofType(resources, 'Microsoft.Network/privateEndpoints').map(({ id, declared }) => {
      const [connection] = declared['privateLinkServiceConnections'] as [
        { properties: { privateLinkServiceId: string; groupIds: string[] } },
      ]
      expect(idIn(declared['subnet'])).toBe(`${network?.id}/subnets/endpoints`)
      const group = groups.find((one) => one.id.startsWith(`${id}/`))
      const configs = group?.declared['privateDnsZoneConfigs']
      const [config] = configs as unknown as [{ properties: { privateDnsZoneId: string } }]
      const link = links.find((one) => one.id.startsWith(`${config.properties.privateDnsZoneId}/`))
      expect(idIn(link?.declared['virtualNetwork'])).toBe(network?.id)
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
    const [site] = ofType(deployed[which], 'Microsoft.Web/sites')
    const [network] = ofType(deployed[which], 'Microsoft.Network/virtualNetworks')
    const subnets = network?.declared['subnets'] as { name: string; properties: Record<string, unknown> }[]
    const own = subnets.find(
      ({ name }) => site?.declared['virtualNetworkSubnetId'] === `${network?.id}/subnets/${name}`,
    )
    expect(own?.name).toMatch(/^[a-z]+$/)
    expect(own?.properties).toMatchObject({
      addressPrefix: '10.77.0.0/26',
      delegations: [{ properties: { serviceName: 'Microsoft.App/environments' } }],
      defaultOutboundAccess: true,
    })
    expect(site?.declared).toMatchObject({
      outboundVnetRouting: { allTraffic: true },
      publicNetworkAccess: 'Enabled',
    })
    for (const { properties } of subnets)
      expect(idIn(properties['networkSecurityGroup'])).toContain('/networkSecurityGroups/nsg-')
  })

  test('whatever is written lies in the region of the app, or nowhere', () => {
    const places = new Set(deployed[which].map(({ location }) => location).filter((one) => one !== undefined))
    expect([...places].sort()).toEqual(['global', 'westeurope'])
  })
})

withBicep('without it', () => {
  test('there is no network, and nothing of the app is in one', () => {
    expect(deployed.open.filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([])
    const [site] = ofType(deployed.open, 'Microsoft.Web/sites')
    expect(site?.declared['virtualNetworkSubnetId'] ?? null).toBeNull()
    expect(site?.declared['outboundVnetRouting'] ?? null).toBeNull()
  })
})
