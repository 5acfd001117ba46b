import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Kit, startKit } from '../support/kit.ts'

let kit: Kit
beforeAll(async () => {
  kit = await startKit()
})
afterAll(() => kit.close())

const ORIGIN = 'https://inspector.example'
const METADATA = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
]

const preflight = (path: string, origin: string, method = 'POST') =>
  fetch(kit.base + path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type' },
  })

describe('metadata', () => {
  test.each(METADATA)('HEAD %s answers as GET, without a body', async (path) => {
    const [head, get] = await Promise.all([fetch(kit.base + path, { method: 'HEAD' }), fetch(kit.base + path)])
    expect([head.status, get.status]).toEqual([200, 200])
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
    expect(await head.text()).toBe('')
    expect(await get.text()).not.toBe('')
  })

  test.each(METADATA)('%s may be cached, and read by any page', async (path) => {
    const reply = await fetch(kit.base + path, { headers: { origin: ORIGIN } })
    expect(reply.headers.get('cache-control')).toBe('public, max-age=300')
    expect(reply.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(reply.headers.get('access-control-allow-credentials')).toBeNull()
    expect(reply.headers.get('vary')).toMatch(/origin/i)
  })
})

describe('preflights', () => {
  test.each([
    ...METADATA.map((path) => [path, 'GET']),
    ...['register', 'token', 'revoke'].map((name) => [`/oauth/${name}`, 'POST']),
  ])('%s allows %s to any page, never with cookies', async (path, method) => {
    const reply = await preflight(path, ORIGIN, method)
    expect(reply.status).toBe(204)
    expect(reply.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(reply.headers.get('access-control-allow-methods')).toContain(method)
    expect(reply.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type/)
    expect(reply.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('/mcp allows the listed origins alone', async () => {
    const allowed = await preflight('/mcp', 'https://chatgpt.com')
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://chatgpt.com')
    const refused = await preflight('/mcp', ORIGIN)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
  })

  test.each(['/oauth/authorize', '/oauth/callback'])('%s is no place for scripts', async (path) => {
    const reply = await preflight(path, ORIGIN)
    expect(reply.status).toBe(405)
    expect(reply.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('every answer', () => {
  test.each(['/', '/health', '/nothing', '/mcp', '/oauth/authorize', '/oauth/callback', ...METADATA])(
    '%s has the security headers',
    async (path) => {
      const { headers } = await fetch(kit.base + path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/)
      expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/)
      expect(headers.get('x-powered-by')).toBeNull()
    },
  )

  test.each(['/oauth/authorize', '/oauth/callback'])(
    '%s shows a page that nobody can frame or script',
    async (path) => {
      const { headers } = await fetch(kit.base + path)
      expect(headers.get('content-type')).toMatch(/^text\/html/)
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
      expect(headers.get('content-security-policy')).not.toMatch(/script-src|unsafe|form-action/)
      expect(headers.get('cache-control')).toBe('no-store')
    },
  )

  test('an error to a script can be read by it', async () => {
    const reply = await fetch(`${kit.base}/oauth/token`, { method: 'POST', headers: { origin: ORIGIN }, body: 'x' })
    expect(reply.status).toBe(400)
    expect(reply.headers.get('access-control-allow-origin')).toBe(ORIGIN)
  })
})
