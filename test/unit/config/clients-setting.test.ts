import { describe, expect, test } from '@jest/globals'
import { ConfigError, readConfig } from '../../../shared/config/config.ts'
import { type ClientName, KNOWN_CLIENTS } from '../../../shared/config/clients/known-clients.ts'
import { DEVELOPMENT, PRODUCTION } from './environments.ts'

const NAMES = Object.keys(KNOWN_CLIENTS) as ClientName[]
const { chatgpt, claude } = KNOWN_CLIENTS

function read(more: Readonly<Record<string, string>>, base: Readonly<Record<string, string>> = PRODUCTION) {
  const { allowedOrigins, clients } = readConfig({ ...base, ...more })
  const { redirectPatterns, loopbackRedirects, metadataDomains, metadataDocuments } = clients
  return { redirectPatterns, loopbackRedirects, metadataDomains, metadataDocuments, allowedOrigins }
}
function problemOf(CLIENTS: string): string {
  try {
    readConfig({ ...PRODUCTION, CLIENTS })
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

describe('without CLIENTS', () => {
  test('ChatGPT is admitted, and nobody else', () => {
    expect(read({})).toEqual({
      redirectPatterns: chatgpt.redirectUris,
      loopbackRedirects: false,
      metadataDomains: chatgpt.metadataDomains,
      metadataDocuments: true,
      allowedOrigins: chatgpt.origins,
    })
  })

  test('lists add to that, and replace nothing', () => {
    const own = 'https://crm.contoso.com/back'
    const app = 'com.contoso.crm:/back'
    const added = read({
      REDIRECT_URI_ALLOW_LIST: `${own} ${app}`,
      LOOPBACK_REDIRECTS: '/doctor/callback',
      ALLOWED_ORIGINS: 'https://intranet.contoso.com',
      CLIENT_ID_METADATA_DOMAINS: 'Apps.Contoso.com',
    })
    expect(added).toEqual({
      redirectPatterns: [...chatgpt.redirectUris, own, app],
      loopbackRedirects: ['/doctor/callback'],
      metadataDomains: [...chatgpt.metadataDomains, 'apps.contoso.com'],
      metadataDocuments: true,
      allowedOrigins: [...chatgpt.origins, 'https://intranet.contoso.com'],
    })
  })
})

describe('CLIENTS', () => {
  test.each(NAMES)('%s alone gives exactly what that client needs', (name) => {
    const { redirectUris, loopbackPaths, origins, metadataDomains } = KNOWN_CLIENTS[name]
    expect(read({ CLIENTS: name })).toEqual({
      redirectPatterns: redirectUris,
      loopbackRedirects: loopbackPaths.length > 0 && loopbackPaths,
      metadataDomains,
      metadataDocuments: metadataDomains.length > 0,
      allowedOrigins: origins,
    })
  })

  test('several give what each needs, once', () => {
    expect(read({ CLIENTS: 'claude-code, claude inspector,mcp-remote claude' })).toEqual({
      redirectPatterns: claude.redirectUris,
      loopbackRedirects: [
        ...new Set(
          (['claude-code', 'claude', 'inspector', 'mcp-remote'] as const).flatMap(
            (name): readonly string[] => KNOWN_CLIENTS[name].loopbackPaths,
          ),
        ),
      ],
      metadataDomains: claude.metadataDomains,
      metadataDocuments: true,
      allowedOrigins: KNOWN_CLIENTS.inspector.origins,
    })
  })

  test('capitals are read too', () => {
    expect(read({ CLIENTS: 'ChatGPT Claude' })).toEqual(read({ CLIENTS: 'chatgpt,claude' }))
  })

  test('none leaves the lists alone, and nothing where they are empty', () => {
    const nothing = { redirectPatterns: [], loopbackRedirects: false, metadataDomains: [], metadataDocuments: false }
    expect(read({ CLIENTS: 'none' })).toEqual({ ...nothing, allowedOrigins: [] })
    const own = 'https://crm.contoso.com/back'
    expect(read({ CLIENTS: 'none', REDIRECT_URI_ALLOW_LIST: own }).redirectPatterns).toEqual([own])
  })

  test.each([
    ['an unknown name', 'chatgpt, cursr', 'cursor, '],
    ['a title of two words', 'Claude Desktop', 'claude, '],
    ['another maker', 'vs-code', 'vscode, '],
    ['an address', 'https://claude.ai', 'claude, '],
    ['every', '*', ''],
    ['none beside a name', 'none chatgpt', 'cannot have none beside a name'],
    ['a name that every object has', 'constructor', ''],
  ])('%s is refused at start: %s', (_, value, told) => {
    const problem = problemOf(value)
    expect(problem).toContain('CLIENTS')
    if (told.endsWith(', ')) {
      for (const name of NAMES) expect(problem).toContain(name)
      expect(problem).toMatch(/knows: [a-z-]+, /)
    } else expect(problem).toContain(told)
  })

  test.each([
    ['cursr', 'cursor'],
    ['chat-gpt', 'chatgpt'],
    ['vs-code', 'vscode'],
    ['mcpremote', 'mcp-remote'],
    ['claud', 'claude'],
  ])('for %s the first that is told is %s', (value, nearest) => {
    expect(problemOf(value)).toContain(`knows: ${nearest}, `)
  })
})

describe('LOOPBACK_REDIRECTS beside CLIENTS', () => {
  const paths = KNOWN_CLIENTS.vscode.loopbackPaths
  test.each([
    ['true', 'chatgpt', true],
    ['true', 'vscode', true],
    ['false', 'chatgpt', false],
    ['false', 'vscode', paths],
    ['/cb', 'vscode', [...paths, '/cb']],
    ['', 'vscode', paths],
  ])('%s with %s', (LOOPBACK_REDIRECTS, CLIENTS, expected) => {
    expect(read({ LOOPBACK_REDIRECTS, CLIENTS }).loopbackRedirects).toEqual(expected)
  })

  test('is any path in Development, unless it is said otherwise', () => {
    expect(read({}, DEVELOPMENT).loopbackRedirects).toBe(true)
    expect(read({ CLIENTS: 'vscode' }, DEVELOPMENT).loopbackRedirects).toBe(true)
    expect(read({ LOOPBACK_REDIRECTS: 'false' }, DEVELOPMENT).loopbackRedirects).toBe(false)
  })
})
