import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../../../shared/config/config.ts'
import { type ClientName, KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'
import { isForeignOrigin } from '../../../../shared/mcp/endpoint/origin.ts'
import { parseAsker } from '../../../../shared/oauth/authorize/parse-request.ts'
import { createAdvice } from '../../../../shared/oauth/clients/admission-advice.ts'
import { admits } from '../../../../shared/oauth/clients/documents/document-hosts.ts'
import { readMetadataDocument } from '../../../../shared/oauth/clients/documents/read-metadata-document.ts'
import { registrationEndpoint } from '../../../../shared/oauth/clients/registration/registration.ts'
import { posted } from '../../http/incoming.ts'
import { PRODUCTION } from '../../config/environments.ts'
import { memoryStores } from '../memory-stores.ts'
import { type Address, addressesOf, lookAlikesOf, NAMES } from './known-addresses.ts'

const NOW = Date.parse('2026-11-28T09:00:00Z')
const stores = memoryStores()
const clients = stores.clientsOf()

const known = new Map<string, ReturnType<typeof deploy>>()

/** A deployment with that value of CLIENTS: everything through which an address may come. */
function deployment(names: string): ReturnType<typeof deploy> {
  const deployed = known.get(names) ?? deploy(names)
  known.set(names, deployed)
  return deployed
}

function deploy(names: string) {
  const { clients: read, allowedOrigins } = readConfig({ ...PRODUCTION, CLIENTS: names })
  const redirects = { patterns: read.redirectPatterns, loopback: read.loopbackRedirects }
  const advise = createAdvice(read.names)
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => 'admitted',
      (error: unknown) => (error as { code?: string }).code,
    )
  const register = registrationEndpoint({
    open: true,
    redirects,
    advise,
    writes: undefined,
    ids: stores.ids,
    random: randomBytes,
    now: () => NOW,
  })
  return {
    register: (uri: string) => outcome(register(posted('application/json', JSON.stringify({ redirect_uris: [uri] })))),
    document: (uri: string) => {
      const id = 'https://host.example/client.json'
      const json = { client_id: id, client_name: 'x', redirect_uris: [uri] }
      return outcome(Promise.resolve().then(() => readMetadataDocument(id, json, redirects, advise)))
    },
    /** With an id that was given while more was admitted. */
    authorize: async (uri: string) => {
      const registration = { name: 'x', redirectUris: [uri], authMethod: 'none' } as const
      const id = (await stores.ids.issue(registration, NOW, randomBytes)) ?? ''
      const asked = new Map([
        ['client_id', id],
        ['redirect_uri', uri],
      ])
      return outcome(parseAsker(asked, { clients, redirects, advise }))
    },
    readsFrom: (host: string) => admits(host, read.metadataDomains) !== undefined,
    isForeign: (origin: string) => isForeignOrigin(origin, allowedOrigins),
  }
}

const has = (name: ClientName, { pattern }: Address): boolean => {
  const { redirectUris, loopbackPaths } = KNOWN_CLIENTS[name]
  return [...redirectUris, ...loopbackPaths].includes(pattern as never)
}
const REFUSED = ['invalid_redirect_uri', 'no-redirect-admitted', 'invalid_request']
const ADMITTED = ['admitted', 'admitted', 'admitted']
const PAIRS = NAMES.flatMap((name) => NAMES.map((other) => [name, other] as const))

describe('CLIENTS admits by name', () => {
  test.each(PAIRS)('with %s alone of the addresses of %s just those that both have', async (name, other) => {
    const { register, document, authorize } = deployment(name)
    for (const address of addressesOf(other)) {
      const outcomes = [await register(address.uri), await document(address.uri), await authorize(address.uri)]
      expect([address.uri, outcomes]).toEqual([address.uri, has(name, address) ? ADMITTED : REFUSED])
    }
  })

  test.each(PAIRS)('with %s alone of the hosts and origins of %s just those that both have', (name, other) => {
    const { readsFrom, isForeign } = deployment(name)
    const own = KNOWN_CLIENTS[name]
    for (const host of KNOWN_CLIENTS[other].metadataDomains)
      expect([host, readsFrom(host)]).toEqual([host, (own.metadataDomains as readonly string[]).includes(host)])
    for (const origin of KNOWN_CLIENTS[other].origins)
      expect([origin, isForeign(origin)]).toEqual([origin, !(own.origins as readonly string[]).includes(origin)])
  })

  test('none admits nobody', async () => {
    const { register, document, authorize, readsFrom, isForeign } = deployment('none')
    for (const { uri } of NAMES.flatMap(addressesOf))
      expect([uri, await register(uri), await document(uri), await authorize(uri)]).toEqual([uri, ...REFUSED])
    for (const { metadataDomains, origins } of Object.values(KNOWN_CLIENTS))
      expect([metadataDomains.some(readsFrom), origins.every(isForeign)]).toEqual([false, true])
  })
})

describe('what looks like an address of a client', () => {
  const everybody = deployment(NAMES.join(' '))
  const rows = NAMES.flatMap((name) => addressesOf(name).flatMap(({ uri }) => lookAlikesOf(uri)))
  const unique = [...new Map(rows.map(([how, uri]) => [uri, [how, uri] as const])).values()]

  test.each(unique)('%s is refused everywhere, and all clients named: %s', async (_, uri) => {
    const { register, document, authorize } = everybody
    expect([await register(uri), await document(uri), await authorize(uri)]).toEqual(REFUSED)
  })

  test.each(
    Object.values(KNOWN_CLIENTS).flatMap(({ metadataDomains }) =>
      metadataDomains.flatMap((host) => [
        `${host}.evil.example`,
        `evil${host}`,
        `evil.${host}`,
        `${host}.`,
        host.toUpperCase(),
        `${host}:443`,
        `user@${host}`,
      ]),
    ),
  )('no document is read from %s', (host) => expect(everybody.readsFrom(host)).toBe(false))

  test.each(
    Object.values(KNOWN_CLIENTS).flatMap(({ origins }) =>
      origins.flatMap((origin) => [
        `${origin}.evil.example`,
        `${origin}/`,
        `${origin}:1`,
        origin.toUpperCase(),
        origin.replace('//', '//evil.'),
        origin.replace('//', '//user@'),
        origin.startsWith('https:') ? origin.replace('https:', 'http:') : origin.replace('http:', 'https:'),
      ]),
    ),
  )('no page of %s may call', (origin) => expect(everybody.isForeign(origin)).toBe(true))
})
