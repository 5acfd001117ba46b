import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../../../shared/config/config.ts'
import { type ClientName, KNOWN_CLIENTS, type KnownClient } from '../../../../shared/config/clients/known-clients.ts'
import { isAllowedRedirect } from '../../../../shared/oauth/clients/redirect-uri.ts'
import { PRODUCTION } from '../../config/environments.ts'

const DOCUMENT = readFileSync('infra/clients.md', 'utf8')
const KNOWN = Object.entries<KnownClient>(KNOWN_CLIENTS).map(([name, known]) => ({ name: name as ClientName, known }))

/** The part under each heading, by its title. */
const SECTIONS = new Map(
  DOCUMENT.split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = ''] = section.split('\n', 1)
      const [, administrator = ''] = section.split('**Administrator**')
      return [title, administrator] as const
    }),
)
const sectionOf = (title: string): string => SECTIONS.get(title) ?? ''

/** `azd env set NAME value`, as a line of its own. */
const settingsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^`azd env set ([A-Z_]+) "?([^"`]+)"?`$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
const quoted = (text: string): string[] =>
  [...text.matchAll(/`([a-z.]+:\/[^`\s<>]+)`/g)].map(([, address]) => address ?? '')
const isOrigin = (address: string): boolean => new URL(address).origin === address
const addressesIn = (text: string): string[] => quoted(text).filter((address) => !isOrigin(address))

const admitted = (environment: Record<string, string>, addresses: readonly string[]): string[] => {
  const { redirectPatterns: patterns, loopbackRedirects: loopback } = readConfig(environment).clients
  return addresses.filter((address) => isAllowedRedirect(address, { patterns, loopback }))
}

const ALL_ADDRESSES = KNOWN.flatMap(({ known }) => addressesIn(sectionOf(known.title)))
const ruleOf = ({ redirectUris, loopbackPaths }: KnownClient) => ({ patterns: redirectUris, loopback: loopbackPaths })

describe('the document of clients', () => {
  test('has a section for each client that CLIENTS may name, in that order', () => {
    const titles = KNOWN.map(({ known }) => known.title)
    expect([...SECTIONS.keys()]).toEqual([...titles, 'Another client', 'What was run'])
  })

  test('begins with a command that is accepted', () => {
    const [head = ''] = DOCUMENT.split(/^## /m, 1)
    expect(readConfig({ ...PRODUCTION, ...settingsIn(head) }).clients.names).toEqual(['chatgpt', 'claude'])
    expect(head).toContain('`azd provision platform`')
  })
})

describe.each(KNOWN)('what it tells an administrator to set for $name', ({ name, known }) => {
  const text = sectionOf(known.title)
  const addresses = addressesIn(text)
  const environment = { ...PRODUCTION, ...settingsIn(text) }

  test('is its name beside ChatGPT’s, and no list', () => {
    const value = name === 'chatgpt' ? name : `chatgpt,${name}`
    expect(settingsIn(text)).toEqual({ CLIENTS: value })
    expect(text).not.toMatch(/REDIRECT_URI_ALLOW_LIST|LOOPBACK_REDIRECTS|ALLOWED_ORIGINS|METADATA_DOMAINS/)
  })

  test('admits the addresses that stand beside it', () => {
    expect(addresses.length).toBeGreaterThan(0)
    expect(admitted(environment, addresses)).toEqual(addresses)
    expect(admitted({ ...PRODUCTION, CLIENTS: name }, addresses)).toEqual(addresses)
    if (name !== 'chatgpt') expect(admitted(PRODUCTION, addresses)).toEqual([])
  })

  test('has each of the client’s addresses, and none of another', () => {
    const rules = [
      ...known.redirectUris.map((pattern) => ({ patterns: [pattern], loopback: false })),
      ...known.loopbackPaths.map((path) => ({ patterns: [], loopback: [path] })),
    ]
    const of = (rule: (typeof rules)[number]) => addresses.filter((address) => isAllowedRedirect(address, rule))
    for (const rule of rules) expect(of(rule)).not.toEqual([])
    expect(new Set(rules.flatMap(of))).toEqual(new Set(addresses))
  })

  test('admits nothing of all the others but the paths that they share', () => {
    const shared = ALL_ADDRESSES.filter((address) => isAllowedRedirect(address, ruleOf(known)))
    expect(admitted({ ...PRODUCTION, CLIENTS: name }, ALL_ADDRESSES)).toEqual(shared)
    expect(shared.every((address) => addresses.includes(address) || address.startsWith('http://'))).toBe(true)
  })

  test('names its pages and the hosts of its documents', () => {
    const hosts = [...text.matchAll(/\*\*([a-z.-]+\.[a-z]+)\*\*/g)].map(([, host]) => host)
    expect(quoted(text).filter(isOrigin)).toEqual(known.origins)
    expect(hosts).toEqual(known.metadataDomains)
  })

  test('leaves ChatGPT admitted', () => {
    const chatgpt = addressesIn(sectionOf('ChatGPT'))
    expect(admitted(environment, chatgpt)).toEqual(chatgpt)
    expect(readConfig(environment).allowedOrigins).toEqual(expect.arrayContaining([...KNOWN_CLIENTS.chatgpt.origins]))
  })
})

describe('what it tells an administrator to set for another client', () => {
  const text = sectionOf('Another client')
  const addresses = addressesIn(text)

  test('adds its addresses to those of CLIENTS', () => {
    const chatgpt = addressesIn(sectionOf('ChatGPT'))
    expect(addresses).toHaveLength(3)
    expect(admitted(PRODUCTION, addresses)).toEqual([])
    const environment = { ...PRODUCTION, ...settingsIn(text) }
    expect(admitted(environment, [...addresses, ...chatgpt])).toEqual([...addresses, ...chatgpt])
  })
})

describe('the data of known clients', () => {
  test.each(KNOWN)('of $name say where they are from', ({ known }) => {
    expect(known.sources.length).toBeGreaterThan(0)
    for (const source of known.sources) expect(new URL(source).protocol).toBe('https:')
  })
})
