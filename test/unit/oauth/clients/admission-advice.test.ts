import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../../../shared/config/config.ts'
import { type ClientName, KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'
import { createAdvice } from '../../../../shared/oauth/clients/admission-advice.ts'
import { isAllowedRedirect } from '../../../../shared/oauth/clients/redirect-uri.ts'
import { PRODUCTION } from '../../config/environments.ts'

const advise = createAdvice(['chatgpt'])

describe('who is refused learns the setting that would admit it', () => {
  test.each([
    ['http://127.0.0.1:1/doctor/callback', 'LOOPBACK_REDIRECTS'],
    ['http://localhost:1/callback?x=1', 'LOOPBACK_REDIRECTS'],
    ['https://vscode.dev/redirect', 'CLIENTS=chatgpt,vscode'],
    ['https://global.consent.azure-apim.net/redirect/crm-1', 'CLIENTS=chatgpt,copilot-studio'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'CLIENTS=chatgpt,cursor'],
    ['http://[::1]:33418/', 'CLIENTS=chatgpt,vscode'],
    ['https://claude.ai/cb', 'REDIRECT_URI_ALLOW_LIST'],
    ['https://127.0.0.1/cb', 'REDIRECT_URI_ALLOW_LIST'],
    ['com.example.app:/cb', 'REDIRECT_URI_ALLOW_LIST'],
  ])('%s: %s, and the address is not repeated', (uri, setting) => {
    const advice = advise.redirect(uri)
    expect(advice.settings[0]).toBe(setting)
    expect(advice.reason).toContain(setting)
    expect(advice.reason).not.toContain(uri)
  })

  test.each([
    'http://evil.example/cb',
    'nonsense',
    '',
    'javascript:alert(1)',
    'https://chatgpt.com/cb?next=x',
    'https://chatgpt.com/cb#x',
    'https://chatgpt.com/*',
    'https://a@chatgpt.com/cb',
    'cursor://host/x?y=1',
    'ms-word:/ofe',
  ])('no setting admits %s, and none is named', (uri) => {
    const { reason, settings } = advise.redirect(uri)
    expect(settings).toEqual([])
    expect(reason).not.toMatch(/[A-Z]_[A-Z]|CLIENTS/)
  })

  test('a path that several clients use is of all of them', () => {
    const paths = Object.values(KNOWN_CLIENTS).flatMap((client): readonly string[] => client.loopbackPaths)
    for (const path of new Set(paths)) {
      const { reason, settings } = createAdvice([]).redirect(`http://127.0.0.1:1${path.replace('*', 'a')}`)
      const users = Object.values(KNOWN_CLIENTS).filter(({ loopbackPaths }) =>
        (loopbackPaths as readonly string[]).includes(path),
      )
      for (const { title } of users) expect(reason).toContain(title)
      expect(settings).toHaveLength(users.length)
    }
  })

  const NAMES = Object.keys(KNOWN_CLIENTS) as ClientName[]
  test.each(NAMES.filter((name) => name !== 'chatgpt'))('what is advised for %s admits it', (name) => {
    const { redirectUris, loopbackPaths, metadataDomains } = KNOWN_CLIENTS[name]
    const addresses = [
      ...redirectUris.map((uri) => uri.replace('*', 'a')),
      ...loopbackPaths.map((path) => `http://localhost:7${path.replace('*', 'a')}`),
    ]
    const read = ([setting = '']: readonly string[]) =>
      readConfig({ ...PRODUCTION, CLIENTS: setting.replace('CLIENTS=', '') }).clients
    for (const address of addresses) {
      const { redirectPatterns: patterns, loopbackRedirects: loopback } = read(advise.redirect(address).settings)
      expect([address, isAllowedRedirect(address, { patterns, loopback })]).toEqual([address, true])
    }
    for (const host of metadataDomains) expect(read(advise.metadataHost(host).settings).metadataDomains).toContain(host)
  })
})
