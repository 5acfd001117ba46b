import { beforeAll, describe, expect, test } from '@jest/globals'
import { connect, PRIYA, type Session } from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { useSandbox } from '../support/suite.ts'
import { forge } from '../support/token-forge.ts'

const sandbox = useSandbox({ deployed: true })
let session: Session
beforeAll(async () => {
  session = await connect(sandbox(), PRIYA)
})

const CALL = ['{"jsonrpc":"2.0","id":1,', '"method":"tools/list"}']
const send = (path: string, headers: Readonly<Record<string, string>>, body: readonly string[] = CALL) => {
  const sent = { 'content-type': 'application/json', 'transfer-encoding': 'chunked', ...headers }
  return raw(sandbox().app.url + path, { method: 'POST', headers: sent, body })
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('a body in chunks, where the host drops it', () => {
  test.each([
    ['no bearer', () => ({})],
    ['a bearer that is none of ours', () => bearer('x')],
    ['one in the form of ours that nobody issued', () => bearer(forge('access'))],
    ['one of a grant that we know', () => bearer(forge('access', session.grantId))],
    ['a refresh token', () => bearer(session.refresh)],
  ])('with %s: the challenge comes before 411', async (_, headers) => {
    const { status, headers: answered, text } = await send('/mcp', headers())
    expect(status).toBe(401)
    expect(answered['www-authenticate']).toContain('resource_metadata=')
    expect(text).not.toContain('HTTP_STREAMS')
  })

  test.each([
    ['a foreign Origin', () => ({ ...bearer(session.access), origin: 'https://evil.example' }), 403],
    ['a foreign Origin without a bearer', () => ({ origin: 'https://evil.example' }), 403],
  ])('with %s: that comes first', async (_, headers, status) => {
    expect((await send('/mcp', headers())).status).toBe(status)
  })

  const TOLD = /^[^.]*HTTP_STREAMS[^.]*azd env set HTTP_STREAMS true[^.]*\.$/
  test('with a bearer of ours: 411, whose first sentence says what to set', async () => {
    const { status, text } = await send('/mcp', bearer(session.access))
    const { error } = JSON.parse(text) as { error: { message: string } }
    expect(status).toBe(411)
    expect(error.message).toMatch(TOLD)
    expect(error.message).toContain('Content-Length')
  })

  test.each(['/oauth/register', '/oauth/token', '/oauth/revoke', '/manage'])('at %s: 411, told so', async (path) => {
    const { status, text } = await send(path, {}, ['{"a":', '1}'])
    const { error, error_description } = JSON.parse(text) as Record<string, string>
    expect([status, error]).toEqual([411, 'invalid_request'])
    expect(error_description).toMatch(TOLD)
    // RFC 6749 section 5.2: no quotation mark and no backslash.
    expect(error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  test('at the consent page: 411 on a page', async () => {
    const { status, text } = await send('/oauth/authorize', {}, ['a=', 'b'])
    expect([status, text.includes('HTTP_STREAMS')]).toEqual([411, true])
  })

  test('a browser may read the refusal', async () => {
    const { status, headers } = await send('/oauth/token', { origin: 'https://any.example' })
    expect([status, headers['access-control-allow-origin']]).toEqual([411, 'https://any.example'])
  })
})
