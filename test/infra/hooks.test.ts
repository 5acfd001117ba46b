import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { adminConsentUrl } from '../../infra/hooks/admin-consent.ts'
import {
  createKeyIfAbsent,
  explainVaultError,
  KEY_NAMES,
  retryWhileForbidden,
  writeKey,
  type Vault,
} from '../../infra/hooks/keys.ts'
import { smokeTest } from '../../infra/hooks/smoke-test.ts'
import { SETTINGS } from '../../shared/settings.ts'

const refusal = (statusCode: number) => Object.assign(new Error(`status ${statusCode}`), { statusCode })

/** A vault that keeps the versions of its secrets, as Key Vault does. */
const openVault = (failure?: Error) => {
  const versions = new Map<string, string[]>()
  const vault = {
    getSecret: async (name: string) => {
      if (failure) throw failure
      const value = versions.get(name)?.at(-1)
      if (value === undefined) throw refusal(404)
      return { name, value }
    },
    setSecret: async (name: string, value: string) => {
      versions.set(name, [...(versions.get(name) ?? []), value])
      return { name, value }
    },
  } as unknown as Vault
  return { vault, versions }
}

describe('keys', () => {
  test('the hook makes the keys that the app asks for', () => {
    expect([...KEY_NAMES]).toEqual([SETTINGS.SEALING_KEY_NAME.fallback, SETTINGS.INDEX_KEY_NAME.fallback])
  })

  test('a key is 256 bits in base64url, made once and never replaced', async () => {
    const { vault, versions } = openVault()
    expect(await createKeyIfAbsent(vault, 'index-key')).toBe('created')
    expect(await createKeyIfAbsent(vault, 'index-key')).toBe('kept')
    expect(versions.get('index-key')).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
  })

  test('rotation adds a version and keeps the old one', async () => {
    const { vault, versions } = openVault()
    await createKeyIfAbsent(vault, 'sealing-key')
    await writeKey(vault, 'sealing-key')
    expect(new Set(versions.get('sealing-key')).size).toBe(2)
  })

  test.each([[403], [401], [429], [500]])('a vault that answers %i never leads to a new key', async (status) => {
    const { vault, versions } = openVault(refusal(status))
    await expect(createKeyIfAbsent(vault, 'index-key')).rejects.toThrow(`status ${status}`)
    expect(versions.size).toBe(0)
  })

  test('a role that is not active yet is waited for', async () => {
    let asked = 0
    const work = async () => {
      asked += 1
      if (asked < 3) throw refusal(403)
      return 'done'
    }
    expect(await retryWhileForbidden(work, { pauseMs: 1 })).toBe('done')
    await expect(retryWhileForbidden(() => Promise.reject(refusal(403)), { attempts: 2, pauseMs: 1 })).rejects.toThrow()
    await expect(retryWhileForbidden(() => Promise.reject(refusal(500)), { pauseMs: 60_000 })).rejects.toThrow('500')
  })

  test.each([
    [refusal(403), 'azd env set KEY_OFFICER_PRINCIPAL_ID'],
    [refusal(409), 'az keyvault secret recover'],
    [new Error('no network'), 'no network'],
  ])('%s is explained as commands', (error, expected) => {
    expect(explainVaultError(error)).toContain(expected)
  })
})

test('the consent address names the tenant and the app', () => {
  const url = adminConsentUrl({ authorityHost: 'https://login.example', tenantId: 't', clientId: 'c&x=1' })
  expect(url).toBe('https://login.example/t/adminconsent?client_id=c%26x%3D1')
})

describe('the smoke test', () => {
  let stop: () => void = () => undefined
  afterEach(() => stop())

  const serve = async (answer: (baseUrl: string) => RequestListener): Promise<string> => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    stop = () => {
      server.closeAllConnections()
      server.close()
    }
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', answer(baseUrl))
    return baseUrl
  }

  const app =
    (issuer: string, challenge: string): RequestListener =>
    (request, response) => {
      if (request.url === '/mcp') return response.writeHead(401, { 'www-authenticate': challenge }).end()
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ issuer, resource: `${issuer}/mcp` }))
    }

  test('passes for an app that publishes its own address', async () => {
    const baseUrl = await serve((url) => app(url, `Bearer resource_metadata="${url}/.well-known/x"`))
    expect((await smokeTest(baseUrl, { attempts: 1 })).map(({ passed }) => passed)).toEqual([true, true, true])
  })

  test('fails for an app that publishes another address', async () => {
    const baseUrl = await serve(() => app('https://elsewhere.example', 'Bearer'))
    expect((await smokeTest(baseUrl, { attempts: 1 })).map(({ passed }) => passed)).toEqual([false, false, false])
  })

  test('waits for an app that is still starting', async () => {
    let asked = 0
    const baseUrl = await serve((url) => (request, response) => {
      asked += 1
      if (asked === 1) response.writeHead(503).end()
      else app(url, `Bearer resource_metadata="${url}/x"`)(request, response)
    })
    expect((await smokeTest(baseUrl, { attempts: 2, pauseMs: 1 })).every(({ passed }) => passed)).toBe(true)
    expect(asked).toBe(4)
  })
})
