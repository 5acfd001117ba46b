// Not in a bare npm test: refreshes through each fault of Entra and Dataverse, and with storage away.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseChallenge } from '../../sandbox/chatgpt/discovery.ts'
import type { BehaviourChange } from '../../sandbox/entra/start.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import { type Answer, callTool, connect, ELENA, MARCUS, PRIYA, refresh, type Session } from '../support/oauth.ts'
import { startStorageProxy, type StorageProxy } from '../support/storage-proxy.ts'
import { eventually, events, pause, useSandbox } from '../support/suite.ts'

const sandbox = useSandbox()
const statusOf = ({ status, json }: Answer) => [status, json.error ?? 'ok']
const UNAVAILABLE = [503, 'temporarily_unavailable']
const INVALID_GRANT = [400, 'invalid_grant']
const tryRefresh = (session: Session) => refresh(sandbox().app.url, session, session.refresh)

/** Answered only when the app's own time-out of 10 s ends it; started first and awaited last. */
let unanswered: { readonly session: Session; readonly answer: Promise<Answer> }
beforeAll(async () => {
  const session = await connect(sandbox(), ELENA)
  sandbox().entra.behaviour(ELENA, { fault: { 'token.refresh_token': { kind: 'slow', ms: 15_000 } } })
  unanswered = { session, answer: tryRefresh(session) }
  await eventually(() => sandbox().entra.counters()['token.refresh_token'] === 1)
  await pause(50)
})

describe('a fault of Entra ends nothing: 503, Retry-After, and the same token works afterwards', () => {
  test.each<[string, BehaviourChange, string]>([
    ['429', { fault: { 'token.refresh_token': { kind: 'throttled', retryAfter: 7 } } }, '7'],
    ['429 at the exchange for Dataverse', { fault: { 'token.obo': { kind: 'throttled', retryAfter: 9 } } }, '9'],
    ['500 with a string', { fault: { 'token.refresh_token': { kind: 'down', status: 500, body: 'string' } } }, '5'],
    ['502 with a page', { fault: { 'token.refresh_token': { kind: 'down', status: 502, body: 'html' } } }, '5'],
    ['503 with nothing', { fault: { 'token.refresh_token': { kind: 'down', status: 503, body: 'empty' } } }, '5'],
    ['503 at the exchange for Dataverse', { fault: { 'token.obo': { kind: 'down', status: 503, body: 'html' } } }, '5'],
    ['a dropped connection', { fault: { 'token.refresh_token': { kind: 'reset' } } }, '5'],
    ['a dropped connection at the exchange', { fault: { 'token.obo': { kind: 'reset' } } }, '5'],
    ['a secret of ours that has run out', { refuse: { 'token.refresh_token': 'AADSTS7000215' } }, '30'],
    ['an app that is gone', { refuse: { 'token.refresh_token': 'AADSTS700016' } }, '30'],
    ['an assertion out of time', { refuse: { 'token.obo': 'AADSTS500133' } }, '30'],
    ['a malformed request', { refuse: { 'token.refresh_token': 'AADSTS900144' } }, '30'],
    ['a request of a new kind', { refuse: { 'token.refresh_token': 'AADSTS90023' } }, '5'],
  ])('%s', async (_, change, retryAfter) => {
    const session = await connect(sandbox(), PRIYA)
    sandbox().entra.behaviour(PRIYA, change)
    const answer = await tryRefresh(session)
    expect(statusOf(answer)).toEqual(UNAVAILABLE)
    expect(answer.headers.get('retry-after')).toBe(retryAfter)
    expect(answer.text).not.toMatch(/AADSTS|sandbox|localhost/)
    expect((await callTool(sandbox().app.url, session.access)).status).toBe(200)
    sandbox().entra.reset()
    expect(statusOf(await tryRefresh(session))).toEqual([200, 'ok'])
  })
})

describe('a refusal of Entra ends the grant: invalid_grant, and nothing of it works any more', () => {
  test.each<[string, BehaviourChange]>([
    ['AADSTS70008', { refuse: { 'token.refresh_token': 'AADSTS70008' } }],
    ['AADSTS50173', { refuse: { 'token.refresh_token': 'AADSTS50173' } }],
    ['AADSTS50057', { refuse: { 'token.refresh_token': 'AADSTS50057' } }],
    ['AADSTS65001', { refuse: { 'token.refresh_token': 'AADSTS65001' } }],
    ['AADSTS65001', { consent: false }],
    ['AADSTS50057', { refuse: { 'token.obo': 'AADSTS50057' } }],
    ['AADSTS50105', { refuse: { 'token.obo': 'AADSTS50105' } }],
    ['AADSTS53003', { refuse: { 'token.obo': 'AADSTS53003' } }],
    ['AADSTS50173', { revokeSessions: true }],
  ])('%s by %j', async (code, change) => {
    const session = await connect(sandbox(), PRIYA)
    sandbox().entra.behaviour(PRIYA, change)
    const answer = await tryRefresh(session)
    expect(statusOf(answer)).toEqual(INVALID_GRANT)
    expect(answer.text).not.toContain('AADSTS')
    const refused = async () =>
      (await events(sandbox().app, 'token.refused')).find((line) => line.includes(session.grantId))
    expect(await eventually(refused)).toContain(`code=${code}`)
    sandbox().entra.reset()
    expect(statusOf(await tryRefresh(session))).toEqual(INVALID_GRANT)
    expect((await callTool(sandbox().app.url, session.access)).status).toBe(401)
  })

  test('one person’s refusal does not touch another', async () => {
    const [priya, marcus] = [await connect(sandbox(), PRIYA), await connect(sandbox(), MARCUS)]
    sandbox().entra.behaviour(PRIYA, { revokeSessions: true })
    const answers = await Promise.all([tryRefresh(priya), tryRefresh(marcus)])
    expect(answers.map(statusOf)).toEqual([INVALID_GRANT, [200, 'ok']])
  })
})

describe('storage down', () => {
  let storage: StorageProxy
  let app: App
  beforeAll(async () => {
    storage = await startStorageProxy(sandbox().azurite)
    app = await sandbox().startInstance({ TABLES_CONNECTION_STRING: storage.connectionString })
  })
  afterAll(() => storage.close())

  test('a refresh is 503 with nothing lost, and a token not yet known is 503 rather than 401', async () => {
    const session = await connect(sandbox(), PRIYA)
    storage.set('down')
    const [answer, cold] = await Promise.all([
      refresh(app.url, session, session.refresh),
      callTool(app.url, session.access),
    ])
    storage.set('up')
    expect(statusOf(answer)).toEqual(UNAVAILABLE)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect([cold.status, cold.headers.get('www-authenticate')]).toEqual([503, null])
    expect(statusOf(await refresh(app.url, session, session.refresh))).toEqual([200, 'ok'])
  })
})

describe('Dataverse refuses the token', () => {
  test('401 invalid_token on /mcp, and the refresh makes it work again', async () => {
    const session = await connect(sandbox(), PRIYA)
    sandbox().dataverse.fault({ upn: PRIYA, kind: 'unauthorized', times: 1 })
    const refused = await callTool(sandbox().app.url, session.access)
    expect(refused.status).toBe(401)
    expect(parseChallenge(refused.headers.get('www-authenticate'))).toMatchObject({ error: 'invalid_token' })
    const answer = await tryRefresh(session)
    expect(statusOf(answer)).toEqual([200, 'ok'])
    expect((await callTool(sandbox().app.url, String(answer.json.access_token))).status).toBe(200)
  })
})

describe('Entra does not answer', () => {
  test('the wait is bounded: 503, and the same token works afterwards', async () => {
    const { session, answer } = unanswered
    expect(statusOf(await answer)).toEqual(UNAVAILABLE)
    expect(statusOf(await tryRefresh(session))).toEqual([200, 'ok'])
  })
})
