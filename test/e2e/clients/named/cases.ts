import { type ClientName, KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'
import type { ClientProfile, Way } from '../profiles/profile.ts'
import { PROFILES } from '../profiles/profiles.ts'
import { waysOf } from '../../support/named-client.ts'

export type Case = { readonly profile: ClientProfile; readonly way: Way; readonly client: ClientName }

export const NAMES = PROFILES.map(({ name }) => name)
export const CASES: readonly Case[] = PROFILES.flatMap((profile) =>
  waysOf(profile).map((way) => ({ profile, way, client: profile.name })),
)

/** An address without what is its own: its scheme, whether it is of this machine, and whether its port changes. */
function kindOf(address: string, port: number): string {
  const { protocol, hostname } = new URL(address)
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
  return `${protocol}${isLocal ? hostname : ''}${address.includes(`:${port}`) ? ' any port' : ''}`
}

/** Everything by which the way of one client differs on the wire from that of another. */
export function traitsOf({ profile, way }: Case): readonly string[] {
  const place = { mcpUrl: 'https://crm.example/mcp', port: 50_321 }
  const { scope, revision, reads, revokes, namesResourceAtRefresh, origin } = profile
  const method = way === 'registration' ? profile.registers?.(place).token_endpoint_auth_method : 'none'
  const kinds = profile.waits(place, way).map(({ redirectUri }) => ['waits at', kindOf(redirectUri, place.port)])
  const page = origin !== undefined
  return [
    ...Object.entries({ way, method, scope, revision, reads, revokes, namesResourceAtRefresh, page }),
    ...kinds,
  ].map(([name, value]) => `${name}: ${String(value)}`)
}

/** Cases that together have every trait of all: again and again the one that adds most, the first of equals. */
export function covering(cases: readonly Case[]): readonly Case[] {
  const seen = new Set<string>()
  const added = (one: Case) => traitsOf(one).filter((trait) => !seen.has(trait)).length
  const chosen = new Set<Case>()
  for (;;) {
    const [next] = cases.toSorted((one, other) => added(other) - added(one))
    if (!next || added(next) === 0) return cases.filter((one) => chosen.has(one))
    chosen.add(next)
    for (const trait of traitsOf(next)) seen.add(trait)
  }
}

function addressesOf(name: ClientName): readonly string[] {
  const { redirectUris, loopbackPaths, origins, metadataDomains } = KNOWN_CLIENTS[name]
  return [...redirectUris, ...loopbackPaths, ...origins, ...metadataDomains]
}

/** @returns groups of names no two of which share an address, each name in the first that takes it */
export function apart(names: readonly ClientName[]): ClientName[][] {
  const groups: ClientName[][] = []
  for (const name of names) {
    const own = new Set(addressesOf(name))
    const group = groups.find((others) => !others.flatMap(addressesOf).some((address) => own.has(address)))
    if (group) group.push(name)
    else groups.push([name])
  }
  return groups
}
