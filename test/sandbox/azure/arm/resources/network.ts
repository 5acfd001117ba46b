import { z } from 'zod'
import { ArmError } from '../errors.ts'
import { toText, type Value } from '../expression/values.ts'
import type { Kind } from './kinds.ts'
import { findResource, type Resource, type Wanted, type World } from './world.ts'

const reference = z.looseObject({ id: z.string() })
const subnetSchema = z.looseObject({
  name: z.string(),
  properties: z.looseObject({
    addressPrefix: z.string(),
    networkSecurityGroup: reference.optional(),
    delegations: z.array(z.looseObject({ properties: z.looseObject({ serviceName: z.string() }) })).optional(),
  }),
})
const networkSchema = z.looseObject({
  addressSpace: z.looseObject({ addressPrefixes: z.array(z.string()) }),
  subnets: z.array(subnetSchema),
})
type Subnet = z.infer<typeof subnetSchema>

const invalidReference = (id: string, by: string): ArmError =>
  new ArmError(
    'InvalidResourceReference',
    `Resource ${id} referenced by resource ${by} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  )

type Range = { readonly first: number; readonly end: number }

const rangeOf = (text: string, id: string): Range => {
  const [address = '', prefix = ''] = text.split('/')
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(prefix))
  if (!/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(text) || first % size !== 0)
    throw new ArmError(
      'InvalidCIDRNotation',
      `The address prefix ${text} in resource ${id} has an invalid CIDR notation.`,
    )
  return { first, end: first + size }
}

const subnetsOf = (network: Resource): readonly Subnet[] => networkSchema.parse(network.properties).subnets

/** The subnet of an id, and its network. */
export const findSubnet = (
  world: World,
  id: string,
): { readonly network: Resource; readonly subnet: Subnet } | undefined => {
  const [, networkId = '', name = ''] = /^(.+)\/subnets\/([^/]+)$/i.exec(id) ?? []
  const network = findResource(world, networkId)
  const subnet = network && subnetsOf(network).find((one) => one.name.toLowerCase() === name.toLowerCase())
  return network && subnet && { network, subnet }
}

/** Ids of the subnets that something is in, with whose it is. */
const usersOf = (world: World): ReadonlyMap<string, string> =>
  new Map(
    [...world.resources.values()].flatMap((one): [string, string][] => {
      const type = one.type.toLowerCase()
      const own = type === 'microsoft.web/sites' ? one.properties['virtualNetworkSubnetId'] : undefined
      const id = type === 'microsoft.network/privateendpoints' ? idIn(one.properties['subnet']) : own
      return typeof id === 'string' ? [[id.toLowerCase(), one.id]] : []
    }),
  )

const idIn = (value: Value | undefined): string | undefined => reference.safeParse(value).data?.id

const refuseInUse = (wanted: Wanted, world: World, before: Resource, subnets: readonly Subnet[]): void => {
  const users = usersOf(world)
  for (const held of subnetsOf(before)) {
    const user = users.get(`${wanted.id}/subnets/${held.name}`.toLowerCase())
    const now = subnets.find(({ name }) => name === held.name)
    if (user === undefined || now?.properties.addressPrefix === held.properties.addressPrefix) continue
    throw new ArmError(
      now === undefined ? 'InUseSubnetCannotBeDeleted' : 'InUsePrefixCannotBeDeleted',
      `Subnet ${held.name} is in use by ${user} and cannot be ${now === undefined ? 'deleted' : 'updated'}.`,
    )
  }
}

const checkSubnets = (wanted: Wanted, world: World, ranges: readonly Range[], subnets: readonly Subnet[]): void => {
  const taken: Range[] = []
  for (const { name, properties } of subnets) {
    const range = rangeOf(properties.addressPrefix, wanted.id)
    if (!ranges.some(({ first, end }) => range.first >= first && range.end <= end))
      throw new ArmError(
        'NetcfgInvalidSubnet',
        `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${wanted.name}'.`,
      )
    if (taken.some(({ first, end }) => range.first < end && range.end > first))
      throw new ArmError(
        'NetcfgSubnetRangesOverlap',
        `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${wanted.name}'.`,
      )
    taken.push(range)
    const group = properties.networkSecurityGroup?.id
    if (group !== undefined && findResource(world, group) === undefined) throw invalidReference(group, wanted.id)
  }
}

const network: Kind = {
  check: (wanted, world, before) => {
    const { addressSpace, subnets } = networkSchema.parse(wanted.declared)
    const ranges = addressSpace.addressPrefixes.map((prefix) => rangeOf(prefix, wanted.id))
    if (before !== undefined) refuseInUse(wanted, world, before, subnets)
    checkSubnets(wanted, world, ranges, subnets)
  },
}

/** What a private endpoint may lead to. @see https://learn.microsoft.com/azure/private-link/private-endpoint-overview#private-link-resource */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'microsoft.storage/storageaccounts': ['blob', 'dfs', 'file', 'queue', 'table', 'web'],
  'microsoft.keyvault/vaults': ['vault'],
}
const connectionSchema = z.looseObject({
  properties: z.looseObject({ privateLinkServiceId: z.string(), groupIds: z.array(z.string()).length(1) }),
})
const endpointSchema = z.looseObject({
  subnet: reference,
  privateLinkServiceConnections: z.array(connectionSchema).length(1),
})

const endpoint: Kind = {
  check: (wanted, world) => {
    const { subnet, privateLinkServiceConnections } = endpointSchema.parse(wanted.declared)
    const found = findSubnet(world, subnet.id)
    if (found === undefined || found.network.location !== wanted.location) throw invalidReference(subnet.id, wanted.id)
    if ((found.subnet.properties.delegations ?? []).length > 0)
      throw new ArmError(
        'PrivateEndpointCreationNotAllowedAsSubnetIsDelegated',
        `Private endpoint ${wanted.id} cannot be created as subnet ${subnet.id} is delegated.`,
      )
    for (const { properties } of privateLinkServiceConnections) {
      const target = findResource(world, properties.privateLinkServiceId)
      if (target === undefined) throw invalidReference(properties.privateLinkServiceId, wanted.id)
      const known = GROUPS[target.type.toLowerCase()] ?? []
      if (!properties.groupIds.every((group) => known.includes(group)))
        throw new ArmError(
          'InvalidPrivateLinkServiceGroupId',
          `${properties.groupIds.join()} is none of ${target.type}.`,
        )
    }
  },
}

const global: Kind = {
  check: ({ location, type }) => {
    if (location !== 'global')
      throw new ArmError(
        'LocationNotAvailableForResourceType',
        `The provided location '${location ?? ''}' is not available for resource type '${type}'. List of available regions for the resource type is 'global'.`,
      )
  },
}

const link: Kind = {
  check: (wanted, world, before) => {
    global.check?.(wanted, world, before)
    const id = idIn(wanted.declared['virtualNetwork']) ?? ''
    if (findResource(world, id) === undefined) throw invalidReference(id, wanted.id)
  },
}

const zoneGroup: Kind = {
  check: (wanted, world) => {
    const configs = z
      .array(z.looseObject({ properties: z.looseObject({ privateDnsZoneId: z.string() }) }))
      .parse(wanted.declared['privateDnsZoneConfigs'])
    for (const { properties } of configs)
      if (findResource(world, properties.privateDnsZoneId) === undefined)
        throw invalidReference(properties.privateDnsZoneId, wanted.id)
  },
}

/** @see https://learn.microsoft.com/azure/azure-functions/functions-networking-options#subnets, "Flex Consumption" */
export const checkAppSubnet = (wanted: Wanted, world: World): void => {
  const id = wanted.declared['virtualNetworkSubnetId']
  if (id === undefined || id === null) return
  const found = findSubnet(world, toText(id))
  if (found === undefined) throw new ArmError('BadRequest', `SubnetNotFound: ${toText(id)} was not found.`)
  const { network: home, subnet } = found
  if (home.location !== wanted.location)
    throw new ArmError(
      'BadRequest',
      `The subnet ${toText(id)} is in ${home.location ?? ''}, the app in ${wanted.location ?? ''}.`,
    )
  if (subnet.name.includes('_'))
    throw new ArmError(
      'BadRequest',
      `The subnet name '${subnet.name}' has an underscore, which Flex Consumption does not take.`,
    )
  const services = (subnet.properties.delegations ?? []).map(({ properties }) => properties.serviceName)
  if (!services.includes('Microsoft.App/environments'))
    throw new ArmError('BadRequest', `Subnet ${toText(id)} is not delegated to Microsoft.App/environments.`)
}

export const NETWORK: Readonly<Record<string, Kind>> = {
  'Microsoft.Network/networkSecurityGroups': {},
  'Microsoft.Network/virtualNetworks': network,
  'Microsoft.Network/privateEndpoints': endpoint,
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': zoneGroup,
  'Microsoft.Network/privateDnsZones': global,
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': link,
}
