import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  type Answer,
  call,
  callTool,
  codeFields,
  connect,
  type Fields,
  form,
  newParty,
  obtainCode,
  pairOf,
  type Party,
  PRIYA,
  refresh,
  refreshFields,
  revoke,
  token,
} from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { eventually, events, pause, useSandbox } from '../support/suite.ts'
import { forge } from '../support/token-forge.ts'

const sandbox = useSandbox()
const METHODS = ['none', 'client_secret_post', 'client_secret_basic'] as const
type Method = (typeof METHODS)[number]
const parties = new Map<Method, Party>()
beforeAll(async () => {
  for (const method of METHODS) parties.set(method, await newParty(sandbox(), method))
})

const url = () => `${sandbox().app.url}/oauth/token`
const partyOf = (method: Method): Party => parties.get(method)!
const statusOf = ({ status, json }: Answer) => [status, json.error ?? 'ok']
const basicOf = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})
const without = (fields: Fields, ...names: string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))

/** The same request as if the client authenticated by another method. */
function sendAs(method: Method, { client }: Party, fields: Fields, secret = client.clientSecret ?? 'a-secret') {
  const bare = without(fields, 'client_id', 'client_secret')
  if (method === 'client_secret_basic') return token(sandbox().app.url, bare, basicOf(client.clientId, secret))
  const more = method === 'none' ? {} : { client_secret: secret }
  return token(sandbox().app.url, { ...bare, client_id: client.clientId, ...more })
}

describe('client authentication', () => {
  const pairs = METHODS.flatMap((registered) => METHODS.map((used) => [registered, used] as const))

  test.each(pairs.filter(([registered, used]) => registered !== used))(
    'a client of %s that uses %s is refused, the code is not consumed, Basic is challenged only after Basic',
    async (registered, used) => {
      const party = partyOf(registered)
      const fields = codeFields(party, await obtainCode(sandbox(), party, PRIYA))
      const refused = await sendAs(used, party, fields)
      expect(statusOf(refused)).toEqual([401, 'invalid_client'])
      expect(refused.headers.get('www-authenticate')).toBe(
        used === 'client_secret_basic' ? 'Basic realm="OAuth"' : null,
      )
      expect(statusOf(await sendAs(registered, party, fields))).toEqual([200, 'ok'])
    },
  )

  test.each(METHODS.slice(1))('a wrong secret by %s is refused, and neither code nor grant is lost', async (method) => {
    const party = partyOf(method)
    const fields = codeFields(party, await obtainCode(sandbox(), party, PRIYA))
    expect(statusOf(await sendAs(method, party, fields, 'wrong'))).toEqual([401, 'invalid_client'])
    const pair = pairOf(await sendAs(method, party, fields))
    const next = refreshFields(party, pair.refresh)
    expect(statusOf(await sendAs(method, party, next, 'wrong'))).toEqual([401, 'invalid_client'])
    const id = { token: pair.refresh, client_id: party.client.clientId }
    expect(statusOf(await form(`${sandbox().app.url}/oauth/revoke`, { ...id, client_secret: 'wrong' }))).toEqual([
      401,
      'invalid_client',
    ])
    expect(statusOf(await sendAs(method, party, next))).toEqual([200, 'ok'])
  })

  test.each<[string, () => Fields, () => Record<string, string>]>([
    ['no client at all', () => ({}), () => ({})],
    ['a client that nobody registered', () => ({ client_id: `dmi_${'A'.repeat(22)}` }), () => ({})],
    ['Basic and a secret in the body', () => ({ client_secret: 'x' }), () => basicOf('id', 'x')],
    ['Basic and another id in the body', () => ({ client_id: 'other' }), () => basicOf('id', 'x')],
    ['Basic that is no base64', () => ({}), () => ({ authorization: 'Basic %%%' })],
    ['Basic without a colon', () => ({}), () => ({ authorization: `Basic ${Buffer.from('id').toString('base64')}` })],
    ['a bearer in place of Basic', () => ({}), () => ({ authorization: `Bearer ${forge('access')}` })],
  ])('%s: 401 invalid_client', async (_, fields, headers) => {
    const body = { grant_type: 'refresh_token', refresh_token: forge('refresh'), ...fields() }
    const answer = await token(sandbox().app.url, body, headers())
    expect(statusOf(answer)).toEqual([401, 'invalid_client'])
    expect(answer.headers.has('www-authenticate')).toBe('authorization' in headers())
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})

describe('the code', () => {
  test.each<[string, (fields: Fields) => Fields, number, string]>([
    [
      'another redirect address',
      (f) => ({ ...f, redirect_uri: 'https://chatgpt.com/connector/oauth/x' }),
      400,
      'invalid_grant',
    ],
    ['another verifier', (f) => ({ ...f, code_verifier: 'v'.repeat(43) }), 400, 'invalid_grant'],
    ['a verifier that is too short', (f) => ({ ...f, code_verifier: 'v'.repeat(42) }), 400, 'invalid_grant'],
    ['no verifier', (f) => without(f, 'code_verifier'), 400, 'invalid_request'],
    ['another resource', (f) => ({ ...f, resource: 'https://elsewhere.example/mcp' }), 400, 'invalid_target'],
    ['a resource with a fragment', (f) => ({ ...f, resource: `${f.resource ?? ''}#x` }), 400, 'invalid_target'],
    ['a resource with a slash more', (f) => ({ ...f, resource: `${f.resource ?? ''}/` }), 400, 'invalid_target'],
    [
      'another client',
      (f) => ({ ...f, client_id: partyOf('client_secret_post').client.clientId }),
      401,
      'invalid_client',
    ],
    ['no grant type', (f) => without(f, 'grant_type'), 400, 'invalid_request'],
    ['another grant type', (f) => ({ ...f, grant_type: 'password' }), 400, 'unsupported_grant_type'],
    ['no code', (f) => without(f, 'code'), 400, 'invalid_request'],
    ['a code that is mistyped', (f) => ({ ...f, code: f.code?.toLowerCase() ?? '' }), 400, 'invalid_grant'],
    ['a code of nobody', (f) => ({ ...f, code: forge('code') }), 400, 'invalid_grant'],
  ])('%s: refused, and the code is still good for its owner', async (_, change, status, error) => {
    const party = partyOf('none')
    const fields = codeFields(party, await obtainCode(sandbox(), party, PRIYA))
    expect(statusOf(await token(sandbox().app.url, change(fields)))).toEqual([status, error])
    expect(statusOf(await token(sandbox().app.url, fields))).toEqual([200, 'ok'])
  })

  test.each([
    ['no resource', (f: Fields) => without(f, 'resource')],
    ['no redirect address, as OAuth 2.1 has it', (f: Fields) => without(f, 'redirect_uri')],
    [
      'the resource with an upper-case scheme',
      (f: Fields) => ({ ...f, resource: f.resource?.replace('http:', 'HTTP:') ?? '' }),
    ],
    ['members that we do not know', (f: Fields) => ({ ...f, audience: 'x', scope: 'whatever' })],
  ])('%s: accepted', async (_, change) => {
    const party = partyOf('none')
    const fields = codeFields(party, await obtainCode(sandbox(), party, PRIYA))
    expect(statusOf(await token(sandbox().app.url, change(fields)))).toEqual([200, 'ok'])
  })

  test('used twice: refused, and everything that came of it is revoked', async () => {
    const party = partyOf('none')
    const fields = codeFields(party, await obtainCode(sandbox(), party, PRIYA))
    const pair = pairOf(await token(sandbox().app.url, fields))
    expect((await callTool(sandbox().app.url, pair.access)).status).toBe(200)
    expect(statusOf(await token(sandbox().app.url, fields))).toEqual([400, 'invalid_grant'])
    expect((await callTool(sandbox().app.url, pair.access)).status).toBe(401)
    expect(statusOf(await refresh(sandbox().app.url, party, pair.refresh))).toEqual([400, 'invalid_grant'])
    const grantId = pair.access.slice(4, 26)
    await eventually(async () => (await events(sandbox().app, 'code.reused')).find((line) => line.includes(grantId)))
  })

  test('used ten times at once: at most one pair, and nothing of it survives', async () => {
    const party = partyOf('none')
    const fields = codeFields(party, await obtainCode(sandbox(), party, PRIYA))
    const answers = await Promise.all(Array.from({ length: 10 }, () => token(sandbox().app.url, fields)))
    const given = answers.filter(({ status }) => status === 200)
    expect(given.length).toBeLessThanOrEqual(1)
    expect(answers.filter(({ status }) => status !== 200).map(statusOf)).toEqual(
      Array.from({ length: 10 - given.length }, () => [400, 'invalid_grant']),
    )
    for (const answer of given) expect((await callTool(sandbox().app.url, pairOf(answer).access)).status).toBe(401)
  })

  test('too old: refused', async () => {
    const quick = await sandbox().startInstance({ CODE_LIFETIME: '1' })
    const party = partyOf('none')
    const fields = codeFields(party, await obtainCode(sandbox(), party, PRIYA, { base: quick.url }))
    await pause(1050)
    expect(statusOf(await token(sandbox().app.url, fields))).toEqual([400, 'invalid_grant'])
  })
})

describe('the request itself', () => {
  const body = () => new URLSearchParams(refreshFields(partyOf('none'), forge('refresh'))).toString()
  const TYPE = 'application/x-www-form-urlencoded'

  test.each(['grant_type', 'client_id', 'refresh_token', 'resource', 'unknown'])('%s twice', async (name) => {
    const twice = `${body()}&${name}=x&${name}=x`
    const answer = await call({ method: 'POST', url: url(), headers: { 'content-type': TYPE }, body: twice })
    expect(statusOf(answer)).toEqual([400, 'invalid_request'])
  })

  test.each([
    ['application/json', 'invalid_request'],
    ['text/plain', 'invalid_request'],
    ['multipart/form-data; boundary=x', 'invalid_request'],
    [`${TYPE}; charset=utf-8`, 'invalid_grant'],
    [TYPE.toUpperCase(), 'invalid_grant'],
  ])('the content type %s: %s', async (type, error) => {
    const answer = await call({ method: 'POST', url: url(), headers: { 'content-type': type }, body: body() })
    expect(statusOf(answer)).toEqual([400, error])
  })

  test.each([
    ['64 KB', 64 * 1024, 400],
    ['a byte more', 64 * 1024 + 1, 413],
  ])('a body of %s', async (_, size, status) => {
    const texts = ['a', 'b', 'c'].map((name) => `&${name}=${'x'.repeat(16 * 1024)}`).join('')
    const padded = `${body()}${texts}&d=`.padEnd(size, 'x')
    const answer = await call({ method: 'POST', url: url(), headers: { 'content-type': TYPE }, body: padded })
    expect(answer.status).toBe(status)
    expect(answer.json.error).toBe(status === 413 ? 'invalid_request' : 'invalid_grant')
  })

  test('a body in chunks, which the host drops in buffered mode: 411, not an empty request', async () => {
    const { status, text } = await raw(url(), {
      method: 'POST',
      body: [body(), '&more=x'],
      headers: { 'content-type': TYPE, 'transfer-encoding': 'chunked' },
    })
    expect([status, (JSON.parse(text) as { error: string }).error]).toEqual([411, 'invalid_request'])
  })

  test.each(['GET', 'PUT', 'DELETE'])('%s: 405, whatever the query holds', async (method) => {
    const answer = await raw(`${url()}?${body()}`, { method })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST, OPTIONS'])
  })
})

describe('revocation', () => {
  const api = () => sandbox().app.url

  test('of an access token keeps the refresh token; of a refresh token ends the grant', async () => {
    const session = await connect(sandbox(), PRIYA)
    expect((await revoke(api(), session, session.access)).status).toBe(200)
    expect((await callTool(api(), session.access)).status).toBe(401)
    const next = pairOf(await refresh(api(), session, session.refresh))
    expect((await revoke(api(), session, next.refresh)).status).toBe(200)
    expect((await callTool(api(), next.access)).status).toBe(401)
    expect(statusOf(await refresh(api(), session, next.refresh))).toEqual([400, 'invalid_grant'])
  })

  test('by another client changes nothing and tells nothing', async () => {
    const session = await connect(sandbox(), PRIYA)
    const other = partyOf('none')
    const answers = await Promise.all(
      [session.access, session.refresh, forge('refresh'), 'rubbish'].map((value) => revoke(api(), other, value)),
    )
    expect(answers.map(({ status, text }) => [status, text])).toEqual(answers.map(() => [200, '{}']))
    expect((await callTool(api(), session.access)).status).toBe(200)
    expect(statusOf(await refresh(api(), session, session.refresh))).toEqual([200, 'ok'])
  })
})
