import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { withErrorBoundary } from '../../../shared/http/error-boundary.ts'
import { errorJson } from '../../../shared/http/replies.ts'
import { defineCommand } from '../../../shared/manage/command.ts'
import { createManageEndpoint } from '../../../shared/manage/manage-endpoint.ts'
import { translateError } from '../../../shared/oauth/errors/translate-error.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { incoming } from '../http/incoming.ts'
import {
  APPLICATION_CLAIMS,
  AZURE_CLI,
  type Claims,
  CLIENT,
  createIssuer,
  ID_TOKEN_CLAIMS,
  NOW,
  OTHER_CLIENT,
  PERSON,
  PERSON_CLAIMS,
  PIPELINE,
} from './entra-tokens.ts'

const SCOPE = `${CLIENT}/MCP.Access`
let issuer: Awaited<ReturnType<typeof createIssuer>>
let events: AuditEvent[]
let ran: string[]
beforeAll(async () => {
  issuer = await createIssuer()
})
beforeEach(() => {
  events = []
  ran = []
})

const greet = defineCommand('greet', z.strictObject({ whom: z.string().optional() }), (context, { whom = '' }) => {
  ran.push(context.administrator.objectId)
  return Promise.resolve({ answer: { passed: true, greeting: `Hello ${whom}` }, noted: { outcome: 'ok', count: 0 } })
})

type Sent = {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly query?: string
}

async function send({ token, headers = {}, body = { command: 'greet' }, query = '' }: Sent) {
  const commands = [greet]
  const deps = { commands, apiScope: SCOPE, version: '1.2.3', now: () => NOW }
  const endpoint = createManageEndpoint({ ...deps, verify: issuer.verifier() })
  const bounded = withErrorBoundary(endpoint, translateError, (error, { correlationId }) =>
    errorJson(error, correlationId),
  )
  const {
    status,
    headers: answered = {},
    body: text = '',
  } = await bounded(
    incoming({
      method: 'POST',
      path: '/manage',
      query: new URLSearchParams(query),
      headers: new Headers({
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      }),
      body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
      audit: (event) => events.push(event),
    }),
  )
  return { status, headers: answered, json: JSON.parse(text) as Record<string, unknown> }
}
const sendClaims = async (claims: Claims, sent: Sent = {}) => send({ token: await issuer.sign(claims), ...sent })

describe('an administrator', () => {
  test.each([
    ['a person', PERSON_CLAIMS, PERSON, AZURE_CLI],
    ['an application', APPLICATION_CLAIMS, PIPELINE, OTHER_CLIENT],
  ])('%s is answered, and the log says who asked what', async (_, claims, userId, clientId) => {
    const { status, headers, json } = await sendClaims(claims, { body: { command: 'greet', whom: 'you' } })
    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    expect(json).toEqual({ command: 'greet', version: '1.2.3', passed: true, greeting: 'Hello you' })
    expect(events).toEqual([
      { name: 'manage.called', step: 'greet', userId, clientId, durationMs: 0, outcome: 'ok', count: 0 },
    ])
  })

  test('with a token as long as two hundred groups make it', async () => {
    const groups = Array.from({ length: 200 }, (_, at) => `5c4b3a29-1817-4605-b4a3-${String(at).padStart(12, '0')}`)
    expect((await sendClaims({ ...PERSON_CLAIMS, groups })).status).toBe(200)
  })
})

describe('who is refused', () => {
  test('nobody without a token: a challenge that names the scope, and no error', async () => {
    const { status, headers, json } = await send({})
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe(`Bearer realm="manage", scope="${SCOPE}"`)
    expect(json).toMatchObject({ error: 'invalid_token', correlation_id: 'c0ffee' })
    expect(events).toMatchObject([{ name: 'request.refused', status: 401, correlationId: 'c0ffee' }])
  })

  test.each<[string, Claims, number, string, string]>([
    ['an id token of our own sign-in', ID_TOKEN_CLAIMS, 401, 'invalid_token', 'incomplete'],
    [
      'a token for Graph',
      { ...PERSON_CLAIMS, aud: 'https://graph.microsoft.com' },
      401,
      'invalid_token',
      'wrong-audience',
    ],
    ['a token of a stranger’s app', { ...PERSON_CLAIMS, azp: OTHER_CLIENT }, 401, 'invalid_token', 'foreign-client'],
    ['a token of the app itself', { ...PERSON_CLAIMS, azp: CLIENT }, 401, 'invalid_token', 'foreign-client'],
    ['another scope', { ...PERSON_CLAIMS, scp: 'Other' }, 401, 'invalid_token', 'no-scope'],
    ['no role', { ...PERSON_CLAIMS, roles: ['User'] }, 403, 'insufficient_scope', 'no-role'],
    ['a role of another case', { ...PERSON_CLAIMS, roles: ['administrator'] }, 403, 'insufficient_scope', 'no-role'],
    [
      'an application without the role',
      { ...APPLICATION_CLAIMS, roles: undefined },
      403,
      'insufficient_scope',
      'no-role',
    ],
  ])('%s', async (_, claims, status, error, code) => {
    const answer = await sendClaims(claims)
    expect([answer.status, answer.json.error]).toEqual([status, error])
    expect(answer.headers['www-authenticate']).toContain(`error="${error}"`)
    expect(ran).toEqual([])
    expect(events).toMatchObject([{ name: 'manage.refused', outcome: 'refused', status, code }])
  })

  test('of a token that did not verify, nothing is logged that it claims', async () => {
    await send({ token: await issuer.sign(PERSON_CLAIMS, { key: issuer.other.privateKey }) })
    expect(JSON.stringify(events)).not.toContain(PERSON)
    await sendClaims({ ...PERSON_CLAIMS, roles: [] })
    expect(events.at(-1)).toMatchObject({ userId: PERSON, clientId: AZURE_CLI })
  })

  test.each([
    ['Basic', 'Basic dXNlcjpwYXNz', 401],
    ['no token after the scheme', 'Bearer', 401],
    ['two tokens', 'Bearer a.b.c, Bearer d.e.f', 401],
    ['a token with a line break in it', 'Bearer a b', 401],
    ['our own access token', 'Bearer dma_AAAA.BBBB.CCCC', 401],
    ['a token of more than 15,000 characters', `Bearer ${'a'.repeat(15_001)}`, 401],
  ])('%s', async (_, authorization, status) => {
    expect((await send({ headers: { authorization } })).status).toBe(status)
    expect(ran).toEqual([])
  })

  test('a token in the address, even beside a good one in the header', async () => {
    const { status, json } = await sendClaims(PERSON_CLAIMS, { query: 'access_token=x' })
    expect([status, json.error]).toEqual([400, 'invalid_request'])
  })

  test('a token in a cookie', async () => {
    const token = await issuer.sign(PERSON_CLAIMS)
    expect((await send({ headers: { cookie: `access_token=${token}; Authorization=Bearer ${token}` } })).status).toBe(
      401,
    )
  })

  test.each([
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a page of our own', { origin: 'https://crm.contoso.com' }],
    ['ChatGPT’s page', { origin: 'https://chatgpt.com' }],
    ['a page without origin', { origin: 'null' }],
    ['any browser', { 'sec-fetch-site': 'same-origin' }],
  ])('%s, whatever token it has, and without CORS', async (_, headers) => {
    const answer = await sendClaims(PERSON_CLAIMS, { headers })
    expect([answer.status, answer.json.error]).toEqual([403, 'access_denied'])
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(ran).toEqual([])
  })

  test('challenges hold only what RFC 6750 allows in them', async () => {
    const seen = [await send({}), await sendClaims({ ...PERSON_CLAIMS, roles: [] }), await send({ token: 'x' })]
    for (const { headers } of seen)
      expect(headers['www-authenticate']).toMatch(/^Bearer ([a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*"(, )?)+$/)
  })

  test('while Entra’s keys cannot be had, nobody: 503, and nothing is decided', async () => {
    const answer = issuer.state.answer
    issuer.state.answer = () => Promise.reject(new TypeError('fetch failed'))
    const { status, headers } = await sendClaims(PERSON_CLAIMS)
    issuer.state.answer = answer
    expect([status, headers['retry-after']]).toEqual([503, '5'])
  })
})

describe('what is asked', () => {
  test.each([
    ['no command', {}],
    ['an unknown one', { command: 'drop' }],
    ['another case', { command: 'Greet' }],
    ['no text', { command: ['greet'] }],
    ['a name that every object has', { command: 'constructor' }],
    ['__proto__', '{"__proto__":{"command":"greet"}}'],
    ['a member that the command does not know', { command: 'greet', force: true }],
    ['a member of another type', { command: 'greet', whom: 7 }],
    ['a list', '[]'],
    ['text', '"greet"'],
    ['nothing', ''],
    ['half an object', '{"command":'],
    ['text that is no JSON', 'command=greet'],
  ])('%s: 400', async (_, body) => {
    const { status, json } = await sendClaims(PERSON_CLAIMS, { body })
    expect([status, json.error]).toEqual([400, 'invalid_request'])
    expect(ran).toEqual([])
  })

  test('an unknown one is told which there are', async () => {
    const { json } = await sendClaims(PERSON_CLAIMS, { body: { command: 'help' } })
    expect(json.error_description).toContain('greet')
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'as %s, which a page may send anywhere: 400',
    async (type) => {
      expect((await sendClaims(PERSON_CLAIMS, { headers: { 'content-type': type } })).status).toBe(400)
    },
  )

  test('who may not ask learns nothing of which commands there are', async () => {
    const { json } = await sendClaims({ ...PERSON_CLAIMS, roles: [] }, { body: { command: 'drop' } })
    expect(JSON.stringify(json)).not.toContain('greet')
  })
})
