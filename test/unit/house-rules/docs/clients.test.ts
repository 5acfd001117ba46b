import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../../../shared/config/config.ts'
import { isAllowedRedirect } from '../../../../shared/oauth/clients/redirect-uri.ts'
import { PRODUCTION } from '../../config/environments.ts'

const CHATGPT = [
  'https://chatgpt.com/connector_platform_oauth_redirect',
  'https://chatgpt.com/connector/oauth/Ab-1_cDe23',
]

/** The part under each heading, by its client. */
const SECTIONS = readFileSync('infra/clients.md', 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [client = ''] = section.split('\n', 1)
    const [, administrator = ''] = section.split('**Administrator**')
    return { client, administrator }
  })

/** `azd env set NAME value`, as a line of its own. */
const settingsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^`azd env set ([A-Z_]+) "?([^"`]+)"?`$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
const addressesIn = (text: string): string[] =>
  [...text.matchAll(/`(https?:\/\/[^`\s<>]+)`/g)].map(([, address]) => address ?? '')

const admitted = (environment: Record<string, string>, addresses: readonly string[]): string[] => {
  const { redirectPatterns: patterns, loopbackRedirects: loopback } = readConfig(environment).clients
  return addresses.filter((address) => isAllowedRedirect(address, { patterns, loopback }))
}

const OTHERS = SECTIONS.filter(({ client }) => !['ChatGPT', 'Another client'].includes(client))

describe('what the document of clients tells an administrator to set', () => {
  test('stands there for these clients', () => {
    const clients = ['Claude', 'Claude Code', 'Copilot Studio', 'Visual Studio Code', 'MCP Inspector']
    expect(OTHERS.map(({ client }) => client)).toEqual(clients)
  })

  test.each(OTHERS)('admits all addresses of $client, none of which was admitted before', ({ administrator }) => {
    const addresses = addressesIn(administrator)
    expect(addresses.length).toBeGreaterThan(0)
    expect(admitted(PRODUCTION, addresses)).toEqual([])
    expect(admitted({ ...PRODUCTION, ...settingsIn(administrator) }, addresses)).toEqual(addresses)
  })

  test.each(OTHERS)('for $client leaves ChatGPT admitted', ({ administrator }) => {
    const environment = { ...PRODUCTION, ...settingsIn(administrator) }
    expect(admitted(environment, CHATGPT)).toEqual(CHATGPT)
    expect(readConfig(environment).allowedOrigins).toEqual(
      expect.arrayContaining([...readConfig(PRODUCTION).allowedOrigins]),
    )
  })

  test('admits ChatGPT without any setting', () => {
    expect(admitted(PRODUCTION, CHATGPT)).toEqual(CHATGPT)
  })
})
