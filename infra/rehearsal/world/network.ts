import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { Arm } from '../../../test/sandbox/azure/arm/arm.ts'
import type { Resource } from '../../../test/sandbox/azure/arm/resources/world.ts'
import { type Entrance, publicEntrance } from '../../../test/sandbox/azure/network/entrance.ts'

/** By which the internet knows the desk, and the app where it has no way of its own. */
export const DESK_ADDRESS = '203.0.113.7'
const APP_ADDRESS = '20.50.60.70'

export type PrivateService = 'blob' | 'table' | 'vault'
/** @see https://learn.microsoft.com/azure/private-link/private-endpoint-dns */
const ZONES: Readonly<Record<PrivateService, string>> = {
  blob: 'privatelink.blob.core.windows.net',
  table: 'privatelink.table.core.windows.net',
  vault: 'privatelink.vaultcore.azure.net',
}

const Id = z.looseObject({ id: z.string() })
const Endpoint = z.looseObject({
  subnet: Id,
  privateLinkServiceConnections: z.array(
    z.looseObject({
      properties: z.looseObject({ privateLinkServiceId: z.string(), groupIds: z.array(z.string()) }),
    }),
  ),
})
const ZoneGroup = z.looseObject({
  privateDnsZoneConfigs: z.array(z.looseObject({ properties: z.looseObject({ privateDnsZoneId: z.string() }) })),
})
const Link = z.looseObject({ virtualNetwork: Id })

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase()
const isBelow = (one: Resource, id: string): boolean => one.id.toLowerCase().startsWith(`${id.toLowerCase()}/`)
const networkOf = (subnetId: string): string => subnetId.replace(/\/subnets\/[^/]+$/i, '')

/** Names of an endpoint are in the right zone, and the network asks that zone. */
const isNamed = (arm: Arm, endpoint: Resource, service: PrivateService, networkId: string): boolean =>
  arm
    .byType('Microsoft.Network/privateEndpoints/privateDnsZoneGroups')
    .filter((group) => isBelow(group, endpoint.id))
    .flatMap((group) => ZoneGroup.parse(group.properties).privateDnsZoneConfigs)
    .map(({ properties }) => arm.resource(properties.privateDnsZoneId))
    .some((zone) => {
      if (zone === undefined || !same(zone.name, ZONES[service])) return false
      const links = arm.byType('Microsoft.Network/privateDnsZones/virtualNetworkLinks')
      return links.some(
        (link) => isBelow(link, zone.id) && same(Link.parse(link.properties).virtualNetwork.id, networkId),
      )
    })

/** The network that an app sends from. */
export const subnetOf = (site: Resource | undefined): string | undefined =>
  z.string().safeParse(site?.properties['virtualNetworkSubnetId']).data

/** Whether the app has a private way to a service of a resource: endpoint and name. */
const hasPrivateWay = (arm: Arm, resourceId: string, service: PrivateService): boolean => {
  const subnet = subnetOf(arm.byType('Microsoft.Web/sites')[0])
  if (subnet === undefined) return false
  const networkId = networkOf(subnet)
  return arm.byType('Microsoft.Network/privateEndpoints').some((endpoint) => {
    const { subnet: own, privateLinkServiceConnections } = Endpoint.parse(endpoint.properties)
    const leads = privateLinkServiceConnections.some(
      ({ properties }) => same(properties.privateLinkServiceId, resourceId) && properties.groupIds.includes(service),
    )
    return leads && same(networkOf(own.id), networkId) && isNamed(arm, endpoint, service, networkId)
  })
}

/** Rules act some time after they were written. */
function createRules(arm: Arm, delayMs: () => number) {
  type Change = { readonly at: number; readonly properties: Resource['properties'] }
  const changes = new Map<string, Change[]>()
  const { resources } = arm.world
  resources.set = (id, resource) => {
    const before = changes.get(id) ?? []
    changes.set(id, [...before, { at: Date.now(), properties: resource.properties }])
    return Map.prototype.set.call(resources, id, resource) as typeof resources
  }
  return (id: string): Resource['properties'] => {
    const now = arm.resource(id)?.properties ?? {}
    const known = changes.get(id.toLowerCase()) ?? []
    const acting = known.findLast(({ at }) => Date.now() - at >= delayMs()) ?? known[0]
    return delayMs() === 0 || acting === undefined ? now : acting.properties
  }
}

/** What the network of vaults and accounts makes of whoever asks: the desk, or the app. */
export function createEntrances(arm: Arm, isInside: (request: IncomingMessage) => boolean, delayMs: () => number) {
  const rulesOf = createRules(arm, delayMs)
  const forApp = (id: string, service: PrivateService): Entrance =>
    hasPrivateWay(arm, id, service) ? 'open' : publicEntrance(rulesOf(id), APP_ADDRESS)
  return {
    forApp,
    of: (request: IncomingMessage, id: string, service: PrivateService): Entrance =>
      isInside(request) ? forApp(id, service) : publicEntrance(rulesOf(id), DESK_ADDRESS),
  }
}
