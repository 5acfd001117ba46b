import { describe, expect, test } from '@jest/globals'
import { ArmError } from '../../../sandbox/azure/arm/errors.ts'
import { patchResource } from '../../../sandbox/azure/arm/resources/patch.ts'
import { publicEntrance } from '../../../sandbox/azure/network/entrance.ts'
import { DEPLOYER, deploy, inGroup, startSubscription, SUBSCRIPTION } from './subscription.ts'

const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dev/providers`
const NET = `${GROUP_ID}/Microsoft.Network/virtualNetworks/vnet`
const VAULT = `${GROUP_ID}/Microsoft.KeyVault/vaults/kv-one`
const ACCOUNT = `${GROUP_ID}/Microsoft.Storage/storageAccounts/sttokens`

const resource = (type: string, name: string, properties: object, rest: object = {}): object => ({
  type,
  apiVersion: '2025-05-01',
  name,
  location: 'westeurope',
  properties,
  ...rest,
})
const subnet = (name: string, addressPrefix: string, more: object = {}) => ({
  name,
  properties: { addressPrefix, ...more },
})
const delegated = (to = 'Microsoft.App/environments') => ({
  delegations: [{ name: 'd', properties: { serviceName: to } }],
})
const network = (subnets: readonly object[], prefix = '10.0.0.0/24', rest: object = {}) =>
  resource('Microsoft.Network/virtualNetworks', 'vnet', { addressSpace: { addressPrefixes: [prefix] }, subnets }, rest)
const GOOD = [subnet('app', '10.0.0.0/26', delegated()), subnet('endpoints', '10.0.0.64/26')]

const vault = resource('Microsoft.KeyVault/vaults', 'kv-one', { tenantId: 't', publicNetworkAccess: 'Disabled' })
const account = resource(
  'Microsoft.Storage/storageAccounts',
  'sttokens',
  { publicNetworkAccess: 'Disabled' },
  { kind: 'StorageV2' },
)
const plan = resource('Microsoft.Web/serverfarms', 'plan', {}, { sku: { name: 'FC1' } })
const site = (subnetId: string, rest: object = {}) =>
  resource(
    'Microsoft.Web/sites',
    'func-one',
    {
      serverFarmId: `${GROUP_ID}/Microsoft.Web/serverfarms/plan`,
      virtualNetworkSubnetId: subnetId,
      functionAppConfig: {
        deployment: { storage: { value: 'https://x.blob.core.windows.net/a' } },
        scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: 40 },
      },
    },
    { dependsOn: ['net', 'plan'], ...rest },
  )
const endpoint = (subnetId: string, target: string, group: string, rest: object = {}) =>
  resource(
    'Microsoft.Network/privateEndpoints',
    'pep',
    {
      subnet: { id: subnetId },
      privateLinkServiceConnections: [{ name: 'c', properties: { privateLinkServiceId: target, groupIds: [group] } }],
    },
    { dependsOn: ['net', 'vault', 'account'], ...rest },
  )
const zone = (location: string) => resource('Microsoft.Network/privateDnsZones', 'privatelink.x', {}, { location })
const link = (networkId: string) =>
  resource(
    'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
    'privatelink.x/app',
    { registrationEnabled: false, virtualNetwork: { id: networkId } },
    { location: 'global', dependsOn: ['zone', 'net'] },
  )

const start = () =>
  startSubscription({ providers: ['Microsoft.App', 'Microsoft.Authorization', 'Microsoft.Resources'] })
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof ArmError ? error.lines().join('\n') : `not refused: ${String(error)}`
}

describe('what Azure refuses of a network', () => {
  test.each<[string, Record<string, object>, string]>([
    ['a range within no byte', { net: network([], '10.0.0.1/24') }, 'InvalidCIDRNotation'],
    ['a subnet outside of it', { net: network([subnet('app', '10.0.1.0/26')]) }, 'NetcfgInvalidSubnet'],
    [
      'two that overlap',
      { net: network([subnet('a', '10.0.0.0/26'), subnet('b', '10.0.0.0/27')]) },
      'NetcfgSubnetRangesOverlap',
    ],
    [
      'a group that is not there',
      { net: network([subnet('a', '10.0.0.0/26', { networkSecurityGroup: { id: `${NET}x` } })]) },
      'InvalidResourceReference',
    ],
    [
      'an app in a subnet that is not delegated',
      { net: network(GOOD), plan, app: site(`${NET}/subnets/endpoints`) },
      'not delegated',
    ],
    [
      'in one that is another service’s',
      {
        net: network([subnet('app', '10.0.0.0/26', delegated('Microsoft.Web/serverFarms'))]),
        plan,
        app: site(`${NET}/subnets/app`),
      },
      'not delegated',
    ],
    [
      'in one with an underscore',
      { net: network([subnet('my_app', '10.0.0.0/26', delegated())]), plan, app: site(`${NET}/subnets/my_app`) },
      'underscore',
    ],
    ['in one that is not there', { net: network(GOOD), plan, app: site(`${NET}/subnets/none`) }, 'SubnetNotFound'],
    [
      'in another region',
      { net: network(GOOD, '10.0.0.0/24', { location: 'uksouth' }), plan, app: site(`${NET}/subnets/app`) },
      'is in uksouth',
    ],
    [
      'an endpoint in the app’s subnet',
      { net: network(GOOD), vault, account, e: endpoint(`${NET}/subnets/app`, VAULT, 'vault') },
      'PrivateEndpointCreationNotAllowedAsSubnetIsDelegated',
    ],
    [
      'an endpoint in another region',
      {
        net: network(GOOD),
        vault,
        account,
        e: endpoint(`${NET}/subnets/endpoints`, VAULT, 'vault', { location: 'uksouth' }),
      },
      'InvalidResourceReference',
    ],
    [
      'an endpoint of nothing',
      { net: network(GOOD), vault, account, e: endpoint(`${NET}/subnets/endpoints`, `${VAULT}x`, 'vault') },
      'InvalidResourceReference',
    ],
    [
      'a service that it does not have',
      { net: network(GOOD), vault, account, e: endpoint(`${NET}/subnets/endpoints`, VAULT, 'table') },
      'InvalidPrivateLinkServiceGroupId',
    ],
    ['a zone with a region', { zone: zone('westeurope') }, 'LocationNotAvailableForResourceType'],
    [
      'a link to no network',
      { net: network(GOOD), zone: zone('global'), l: link(`${NET}x`) },
      'InvalidResourceReference',
    ],
  ])('%s', async (_what, resources, expected) => {
    expect(await refusal(deploy(start().arm, inGroup(resources)))).toContain(expected)
  })

  test('the range of a subnet in use cannot be changed, nor the subnet left out', async () => {
    const { arm } = start()
    await deploy(arm, inGroup({ net: network(GOOD), plan, app: site(`${NET}/subnets/app`) }))
    const moved = network([subnet('app', '10.0.1.0/26', delegated())], '10.0.1.0/24')
    expect(await refusal(deploy(arm, inGroup({ net: moved })))).toContain('InUsePrefixCannotBeDeleted')
    expect(await refusal(deploy(arm, inGroup({ net: network([GOOD[1]!]) })))).toContain('InUseSubnetCannotBeDeleted')
    expect(await refusal(deploy(arm, inGroup({ net: network(GOOD) })))).toContain('not refused')
  })
})

describe('who comes in from outside', () => {
  const acls = (ipRules: readonly object[], defaultAction = 'Deny') => ({
    bypass: 'None',
    defaultAction,
    ipRules,
    virtualNetworkRules: [],
  })
  test.each([
    [{ publicNetworkAccess: 'Disabled', networkAcls: acls([], 'Allow') }, 'closed'],
    [{ publicNetworkAccess: 'Disabled', networkAcls: acls([{ value: '203.0.113.7' }]) }, 'closed'],
    [{ publicNetworkAccess: 'Enabled', networkAcls: acls([]) }, { refused: '203.0.113.7' }],
    [{ publicNetworkAccess: 'Enabled', networkAcls: acls([{ value: '203.0.113.8' }]) }, { refused: '203.0.113.7' }],
    [{ publicNetworkAccess: 'Enabled', networkAcls: acls([{ value: '203.0.113.7/32' }]) }, 'open'],
    [{ publicNetworkAccess: 'Enabled', networkAcls: acls([], 'Allow') }, 'open'],
    [{}, 'open'],
  ] as const)('%j', (rules, expected) => expect(publicEntrance(rules, '203.0.113.7')).toEqual(expected))

  const change = async (id: string, properties: unknown, caller = DEPLOYER, policy = false): Promise<string> => {
    const { arm } = start()
    await deploy(arm, inGroup({ vault, account }))
    if (policy) arm.world.policies.add('no-public-access')
    return refusal(Promise.resolve().then(() => patchResource(id, { properties }, arm.world, caller)))
  }
  const open = (rule: object) => ({ publicNetworkAccess: 'Enabled', networkAcls: acls([rule]) })
  const STRANGER = { objectId: 'd0d0d0d0-0000-4000-8000-000000000002', name: 'eve@contoso.example' }

  test.each([
    [
      'a rule of a vault with what only storage knows',
      VAULT,
      open({ value: '203.0.113.7', action: 'Allow' }),
      'InvalidRequestContent',
    ],
    ['a rule of an account without it', ACCOUNT, open({ value: '203.0.113.7' }), 'InvalidRequestContent'],
    ['a private address', ACCOUNT, open({ value: '10.1.2.3', action: 'Allow' }), 'InvalidValuesForRequestParameters'],
    ['a member that is not theirs', VAULT, { publicNetworkAccess: 'Enabled', firewall: true }, 'InvalidRequestContent'],
  ])('%s is refused', async (_what, id, properties, expected) => {
    expect(await change(id, properties)).toContain(expected)
  })

  test('whoever may not write, and whoever a policy holds back, is refused; closing is no policy’s matter', async () => {
    const closed = { publicNetworkAccess: 'Disabled', networkAcls: acls([]) }
    expect(await change(VAULT, closed, STRANGER)).toContain('AuthorizationFailed')
    expect(await change(VAULT, open({ value: '203.0.113.7' }), DEPLOYER, true)).toContain('RequestDisallowedByPolicy')
    expect(await change(VAULT, closed, DEPLOYER, true)).toContain('not refused')
  })
})
