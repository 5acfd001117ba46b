import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import {
  type Answer,
  codeFields,
  connect,
  type Fields,
  form,
  newParty,
  type Party,
  PRIYA,
  refreshFields,
  revoke,
  type Session,
  signIn,
} from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab, target, transactionOf } from '../support/tab.ts'
import { forge } from '../support/token-forge.ts'

const sandbox = useSandbox({ deployed: true })
const api = () => sandbox().app.url
let session: Session
let confidential: Party
beforeAll(async () => {
  session = await connect(sandbox(), PRIYA)
  confidential = await newParty(sandbox(), 'client_secret_post')
})

type Said = { readonly status: number; readonly text: string }
type Case = readonly [what: string, status: number, ask: () => Promise<Said>]

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'content-type': 'application/json' }
const sized = (headers: Readonly<Record<string, string>>, body: string) => ({
  method: 'POST',
  body: [body],
  headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
})
const post = (path: string, headers: Readonly<Record<string, string>>, body: string) =>
  raw(`${api()}${path}`, sized(headers, body))
const asked = (change: Readonly<Record<string, string | undefined>>) =>
  new Tab().open(buildAuthorizeUrl(session.discovery, session.client, change).url)
const tokenOf = (fields: Fields): Promise<Answer> => form(`${api()}/oauth/token`, fields)
const mcp = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  post('/mcp', { ...JSON_TYPE, authorization: `Bearer ${session.access}`, ...headers }, body)
const refreshing = (refresh: string) => tokenOf(refreshFields(session, refresh))
const consent = async () => {
  const tab = new Tab()
  return { tab, page: await tab.open(buildAuthorizeUrl(session.discovery, session.client).url) }
}
const usedCallback = async () => {
  const { page, tab } = await signIn(sandbox(), session, PRIYA)
  return tab.open(page.url)
}

/** A refused address is named in the log, for the administrator who may want to admit it; what may be secret is not. */
const ELSEWHERE = 'https://evil.example/there?code=hushed'

/** Every way to be refused before anybody is known, and as somebody. */
const CASES: readonly Case[] = [
  ['token: no form', 400, () => post('/oauth/token', JSON_TYPE, '{}')],
  ['token: a parameter twice', 400, () => post('/oauth/token', FORM, 'a=1&a=2')],
  [
    'token: sixty parameters',
    400,
    () => post('/oauth/token', FORM, Array.from({ length: 60 }, (_, at) => `a${at}=1`).join('&')),
  ],
  ['token: no grant type', 400, () => tokenOf({ client_id: session.client.clientId })],
  ['token: another grant type', 400, () => tokenOf({ grant_type: 'password' })],
  ['token: no client', 401, () => tokenOf({ grant_type: 'refresh_token' })],
  ['token: an unknown client', 401, () => tokenOf({ grant_type: 'refresh_token', client_id: 'x' })],
  [
    'token: a wrong secret',
    401,
    () => tokenOf({ ...refreshFields(confidential, forge('refresh')), client_secret: 'x' }),
  ],
  ['token: no token', 400, () => tokenOf({ grant_type: 'refresh_token', client_id: session.client.clientId })],
  ['token: a mistyped token', 400, () => refreshing('dmr_x')],
  ['token: a made-up token', 400, () => refreshing(forge('refresh'))],
  ['token: a made-up token of a grant', 400, () => refreshing(forge('refresh', session.grantId))],
  ['token: a made-up code', 400, () => tokenOf(codeFields(session, { code: forge('code'), verifier: 'v'.repeat(43) }))],
  [
    'token: another resource',
    400,
    () => tokenOf({ ...refreshFields(session, session.refresh), resource: 'https://x.example' }),
  ],
  ['token: too large', 413, () => post('/oauth/token', FORM, 'a'.repeat(70_000))],
  [
    'token: in chunks',
    411,
    () =>
      raw(`${api()}/oauth/token`, {
        method: 'POST',
        headers: { ...FORM, 'transfer-encoding': 'chunked' },
        body: ['a=', 'b'],
      }),
  ],
  ['token: a long address', 414, () => post(`/oauth/token?a=${'a'.repeat(8_160)}`, FORM, 'a=b')],
  ['revoke: no token', 400, () => form(`${api()}/oauth/revoke`, { client_id: session.client.clientId })],
  ['revoke: an unknown client', 401, () => form(`${api()}/oauth/revoke`, { client_id: 'x', token: 'y' })],
  ['register: no JSON', 400, () => post('/oauth/register', JSON_TYPE, '{')],
  ['register: too deep', 400, () => post('/oauth/register', JSON_TYPE, '['.repeat(50))],
  ['register: no address', 400, () => post('/oauth/register', JSON_TYPE, '{}')],
  [
    'register: another address',
    400,
    () => post('/oauth/register', JSON_TYPE, JSON.stringify({ redirect_uris: [ELSEWHERE] })),
  ],
  ['manage: no token', 401, () => post('/manage', JSON_TYPE, '{}')],
  ['manage: no JWT', 401, () => post('/manage', { ...JSON_TYPE, authorization: 'Bearer a.b.c' }, '{}')],
  ['manage: a browser', 403, () => post('/manage', { ...JSON_TYPE, origin: 'https://x.example' }, '{}')],
  ['mcp: a token that is none', 401, () => mcp('{}', { authorization: 'Bearer x' })],
  ['mcp: a made-up token', 401, () => mcp('{}', { authorization: `Bearer ${forge('access')}` })],
  [
    'mcp: a made-up token of a grant',
    401,
    () => mcp('{}', { authorization: `Bearer ${forge('access', session.grantId)}` }),
  ],
  ['mcp: a token in the address', 400, () => raw(`${api()}/mcp?access_token=x`)],
  ['mcp: a foreign page', 403, () => mcp('{}', { origin: 'https://evil.example' })],
  ['mcp: too large', 413, () => mcp(' '.repeat(140_000))],
  ['mcp: too deep', 400, () => mcp('['.repeat(50))],
  ['mcp: too many messages', 400, () => mcp(`[${Array.from({ length: 11 }, () => '{}').join(',')}]`)],
  ['authorize: an unknown client', 400, () => asked({ client_id: 'x' })],
  ['authorize: another address', 400, () => asked({ redirect_uri: ELSEWHERE })],
  ['authorize: a parameter twice', 400, () => new Tab().open(`${api()}/oauth/authorize?a=1&a=2`)],
  ['authorize: a long request', 400, () => asked({ state: 's'.repeat(5_000) })],
  ['consent: a foreign page', 403, async () => new Tab().post(`${api()}/oauth/authorize`, {}, 'https://evil.example')],
  ['consent: no transaction', 400, () => new Tab().post(`${api()}/oauth/authorize`, {}, api())],
  [
    'consent: another browser',
    403,
    async () => {
      const transaction = transactionOf((await consent()).page)
      return new Tab().post(`${api()}/oauth/authorize`, { transaction, decision: 'continue' }, api())
    },
  ],
  [
    'consent: no decision',
    400,
    async () => {
      const { tab, page } = await consent()
      return tab.post(`${api()}/oauth/authorize`, { transaction: transactionOf(page) }, api())
    },
  ],
  ['callback: nothing', 400, () => new Tab().open(`${api()}/oauth/callback`)],
  ['callback: an unknown state', 400, () => new Tab().open(`${api()}/oauth/callback?state=a.b&code=x`)],
  ['callback: a state that was used', 400, usedCallback],
  [
    'callback: another browser',
    403,
    async () => {
      const { tab, page } = await consent()
      const state = target(await tab.press(page, 'continue')).searchParams.get('state') ?? ''
      return new Tab().open(`${api()}/oauth/callback?state=${state}&code=x`)
    },
  ],
]

/** The id that the person or program is shown: on a page, in JSON, in JSON-RPC. */
const idIn = (text: string): string | undefined =>
  /(?:Correlation id <code>|"correlation_?[iI]d":")([0-9a-f-]{36})[<"]/.exec(text)?.[1]

const reasonIn = (line: string): string | undefined => /\breason=("[^"]+"|\S+)/.exec(line)?.[1]

describe('a token of a connection that has ended', () => {
  const asked = (access: string) => mcp('{}', { authorization: `Bearer ${access}` })
  const linesOf = async (grantId: string) =>
    (await events(sandbox().app, 'mcp.refused')).filter((line) => line.includes(`grantId=${grantId}`))

  test('is refused under the name of its grant, each time: it is no stranger’s, and is not only counted', async () => {
    const ended = await connect(sandbox(), PRIYA)
    expect((await asked(ended.access)).status).not.toBe(401)
    expect((await revoke(api(), ended, ended.refresh)).status).toBe(200)
    for (let at = 0; at < 25; at += 1) expect((await asked(ended.access)).status).toBe(401)
    await eventually(async () => (await linesOf(ended.grantId)).length === 25)
    for (const line of await linesOf(ended.grantId))
      expect(line).toMatch(/status=401 .*reason=.*of a grant that we know/)
  })
})

describe('a refusal shows an id, and under it the log says why', () => {
  test.each(CASES)('%s: %i', async (_what, status, ask) => {
    const said = await ask()
    expect([said.status, said.text.slice(0, 300)]).toEqual([status, expect.anything()])
    const id = idIn(said.text)
    expect(id).toBeDefined()
    const lines = await eventually(async () => {
      const found = (await sandbox().app.logs()).filter((line) => line.includes(`correlationId=${id ?? '?'}`))
      return found.length > 0 && found
    })
    expect(lines).toHaveLength(1)
    expect(reasonIn(lines[0] ?? '')).toBeDefined()
    expect(lines[0]).toMatch(/outcome=refused|\.refused /)
  })

  test('each of them is of a kind of its own', () => {
    expect(new Set(CASES.map(([what]) => what)).size).toBe(CASES.length)
    expect(CASES.length).toBeGreaterThan(40)
  })

  test('and no line has a token, a code or a secret, nor what was sent', async () => {
    const log = (await sandbox().app.logs()).join('\n')
    expect(log).not.toMatch(/dm[acr]_[\w-]{22}\./)
    expect(log).not.toContain('hushed')
    expect(log.replaceAll(' redirectUri=https://evil.example/there ', ' ')).not.toContain('evil.example/')
    expect(log.match(/redirectUri=/g)).toHaveLength(2)
  })
})
