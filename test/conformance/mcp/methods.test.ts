import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { raw, type RawAnswer } from '../../e2e/support/raw.ts'
import { type Kit, startKit } from '../support/kit.ts'

const ROUTED = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const POSTED = 'POST, OPTIONS'
const READ = 'GET, HEAD, OPTIONS'
const SERVED: Readonly<Record<string, string>> = {
  '/': 'GET, HEAD',
  '/signed-out': 'GET, HEAD',
  '/health': 'GET, HEAD',
  '/mcp': POSTED,
  '/mcp/': POSTED,
  '/MCP': POSTED,
  '/manage': 'POST',
  '/oauth/register': POSTED,
  '/oauth/authorize': 'GET, POST',
  '/oauth/callback': 'GET',
  '/oauth/token': POSTED,
  '/OAuth/Token': POSTED,
  '/oauth/revoke': POSTED,
  '/.well-known/oauth-protected-resource': READ,
  '/.well-known/oauth-protected-resource/mcp': READ,
  '/.well-known/oauth-authorization-server': READ,
  '/.well-known/oauth-authorization-server/mcp': READ,
  '/.well-known/openid-configuration': READ,
  '/.well-known/openid-configuration/mcp': READ,
}

let kit: Kit
let bearer: string
const bases: Record<string, string> = {}
beforeAll(async () => {
  kit = await startKit()
  bearer = (await kit.connect(await kit.newClient())).access
  bases.buffered = kit.sandbox.app.url
  bases.streams = (await kit.sandbox.startInstance({ HTTP_STREAMS: 'true' })).url
})
afterAll(() => kit.close())

const ask = (mode: string, method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
  raw(`${bases[mode]}${path}`, {
    method,
    headers: { ...(/mcp\/?$/i.test(path) && { authorization: `Bearer ${bearer}` }), ...headers },
  })

describe.each(['buffered', 'streams'])('in a host with %s', (mode) => {
  test.each(Object.entries(SERVED))('%s serves %s and says so whatever is asked', async (path, allow) => {
    const answers = new Map<string, RawAnswer>()
    for (const method of ROUTED) answers.set(method, await ask(mode, method, path))
    const served = allow.split(', ')
    const refused = ROUTED.filter((method) => !served.includes(method))
    expect([...answers].filter(([, { status }]) => status === 405).map(([method]) => method)).toEqual(refused)
    for (const method of refused) expect([method, answers.get(method)?.headers.allow]).toEqual([method, allow])
    const options = answers.get('OPTIONS')
    expect(options?.headers.allow).toBe(allow)
    expect(options?.status).toBe(served.includes('OPTIONS') ? 204 : 405)
  })

  test.each(['/oauth/token', '/mcp', '/.well-known/oauth-protected-resource/mcp'])(
    'the preflight of %s allows a page what is served',
    async (path) => {
      const headers = { origin: 'https://chatgpt.com', 'access-control-request-method': 'POST' }
      const answer = await ask(mode, 'OPTIONS', path, headers)
      expect(answer.headers['access-control-allow-methods']).toBe(answer.headers.allow)
    },
  )

  test.each([
    ['/oauth/token', 'application/json', /"error":"method_not_allowed"/],
    ['/manage', 'application/json', /"error":"method_not_allowed"/],
    ['/oauth/callback', 'text/html', /GET/],
    ['/mcp', 'application/json', /"jsonrpc":"2.0".*POST, OPTIONS/],
  ])('%s refuses in its own form, %s', async (path, type, said) => {
    const answer = await ask(mode, 'PUT', path)
    expect([answer.status, answer.headers['content-type']?.split(';')[0]]).toEqual([405, type])
    expect(answer.text).toMatch(said)
  })

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'POST'])('%s of /mcp is 401 before 405', async (method) => {
    const answer = await raw(`${bases[mode]}/mcp`, { method })
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer /)])
  })

  test.each(['TRACE', 'PROPFIND'])('%s is routed nowhere by the host: 404 without a word of ours', async (method) => {
    expect(await ask(mode, method, '/oauth/token')).toMatchObject({ status: 404, text: '' })
  })
})

test('whoever asks for what is not served is counted for no failure', async () => {
  for (let at = 0; at < 110; at++) await ask('buffered', 'GET', '/oauth/revoke')
  expect((await ask('buffered', 'GET', '/oauth/revoke')).status).toBe(405)
})
