import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { App } from '../../sandbox/functions-host/start.ts'
import {
  callTool,
  codeFields,
  connect,
  ELENA,
  MARCUS,
  newParty,
  obtainCode,
  PRIYA,
  refresh,
  token,
} from '../support/oauth.ts'
import { startStorageProxy, type StorageProxy } from '../support/storage-proxy.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { dumpTables } from '../support/table-dump.ts'
import { target } from '../support/tab.ts'
import { answer, beginVisit, grantsOn, visit } from './visit.ts'

const sandbox = useSandbox()
const issuer = () => sandbox().app.url
const me = () => `${issuer()}/me`
const grantRows = async () => (await dumpTables(sandbox().azurite)).filter(({ table }) => table === 'grants').length

/** An instance that lets nobody connect, and one whose storage can be switched off. */
let closed: App
let apart: App
let storage: StorageProxy
beforeAll(async () => {
  storage = await startStorageProxy(sandbox().azurite)
  closed = await sandbox().startInstance({ ALLOWED_ROLES: 'Nobody.Has.This' })
  apart = await sandbox().startInstance({ TABLES_CONNECTION_STRING: storage.connectionString })
})
afterAll(() => storage.close())
const via = (host: App) => ({ via: { from: issuer(), to: host.url } })

describe('signing in at /me', () => {
  test('is offered and never begun by itself: a small page, no cookie, nothing asked of anybody', async () => {
    const { page } = { page: await (await fetch(me())).text() }
    expect(page).toContain('<button class="main" name="decision" value="sign-in">Sign in</button>')
    const reply = await fetch(me(), { redirect: 'manual' })
    expect([reply.status, reply.headers.getSetCookie(), sandbox().entra.counters().authorize]).toEqual([200, [], 0])
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    })
  })

  test('asks Entra who it is and for no access, and has the person choose', async () => {
    const { sent } = await beginVisit(sandbox())
    const { searchParams } = target(sent)
    expect(sent.status).toBe(303)
    expect(searchParams.get('scope')?.split(' ').sort()).toEqual(['offline_access', 'openid', 'profile'])
    expect([searchParams.get('prompt'), searchParams.get('code_challenge_method')]).toEqual(['select_account', 'S256'])
    expect(searchParams.get('redirect_uri')).toBe(`${issuer()}/oauth/callback`)
  })

  test('leads to the own page alone, with nothing stored and nothing asked of Dynamics', async () => {
    const before = await grantRows()
    const { tab, page } = await beginVisit(sandbox())
    const returned = await tab.follow(await tab.press(page, PRIYA))
    expect([returned.status, target(returned).href]).toEqual([303, me()])
    const [spent, cookie] = returned.headers.getSetCookie()
    expect(spent).toMatch(/^__Host-signin-[\w-]{12}=; max-age=0;/)
    expect(cookie).toMatch(/^__Host-me=ey[\w.-]+; max-age=3600; path=\/; secure; samesite=lax; httponly$/)
    expect(cookie).not.toContain('priya')
    expect([await grantRows(), sandbox().entra.counters()['token.obo']]).toEqual([before, 0])
    expect(await eventually(async () => (await events(sandbox().app, 'me.opened'))[0])).not.toContain('priya')
  })

  test('works on whichever instance comes next, and for who may no longer use the app', async () => {
    const { page } = await visit(sandbox(), MARCUS, via(closed))
    expect([page.status, page.text.includes('No app can read')]).toEqual([200, true])
    expect(page.text).toContain(`<bdi>${MARCUS}</bdi>`)
  })

  test.each([
    ['the person cancels', {}, 'cancel', 403, 'You cancelled the sign-in'],
    ['Entra refuses', { refuse: { 'token.authorization_code': 'AADSTS50105' } }, MARCUS, 403, 'You are not assigned'],
  ] as const)('%s: a page that says so and leads back here', async (_, change, press, status, title) => {
    sandbox().entra.behaviour(MARCUS, change)
    const { tab, page } = await beginVisit(sandbox())
    const answered = await tab.follow(
      press === 'cancel'
        ? await tab.post(page.url, { cancel: 'cancel' }, new URL(page.url).origin)
        : await tab.press(page, press),
    )
    expect([answered.status, answered.text.includes(title)]).toEqual([status, true])
    expect(answered.text).toContain(`href="${me()}" rel="noreferrer">Back to your connections</a>`)
    expect((await tab.open(me())).text).toContain('value="sign-in"')
  })

  test('a proof that Entra still wants is asked for once, and the visit goes on', async () => {
    sandbox().entra.behaviour(MARCUS, { refuse: { 'token.authorization_code': 'AADSTS50076' } })
    const { tab, page } = await beginVisit(sandbox())
    const again = await tab.follow(await tab.press(page, MARCUS))
    expect([again.status, target(again).searchParams.has('claims')]).toEqual([303, true])
    expect(target(again).searchParams.get('scope')).not.toContain('MCP.Access')
    const done = await tab.follow(await tab.press(await tab.follow(again), MARCUS))
    expect(target(done).href).toBe(me())
  })
})

describe('the connections', () => {
  test('are the person’s own, newest first, each with who, where and when', async () => {
    const older = await connect(sandbox(), PRIYA)
    const local = await newParty(sandbox(), 'none', 'http://127.0.0.1:43117/callback')
    const newer = await connect(sandbox(), PRIYA, { party: local })
    const others = await connect(sandbox(), ELENA)
    const { page } = await visit(sandbox(), PRIYA)
    expect(grantsOn(page)).toEqual([newer.grantId, older.grantId])
    expect(page.text).not.toContain(others.grantId)
    expect(page.text).toContain('>chatgpt.com</h2>')
    expect(page.text).toContain('>A program on the computer where you connected it</h2>')
    expect(page.text).toContain('<bdi>ChatGPT</bdi>')
    expect(page.text).toContain('Within the last hour')
    expect(page.text).toMatch(/<time datetime="\d{4}-\d\d-\d\dT[\d:.]+Z">\d{1,2} \p{L}+ \d{4}, \d\d:\d\d UTC<\/time>/u)
  })

  test('end one by one: at once here, at the next renewal elsewhere, and the others live on', async () => {
    const [kept, ended] = [await connect(sandbox(), MARCUS), await connect(sandbox(), MARCUS)]
    expect((await callTool(issuer(), ended.access)).status).toBe(200)
    const visited = await visit(sandbox(), MARCUS)
    const done = await answer(visited, { decision: 'end', grant: ended.grantId })
    expect([done.status, target(done).href]).toEqual([303, me()])
    const shown = await visited.tab.follow(done)
    expect(shown.text).toContain('The connection has ended. It takes effect everywhere within a minute.')
    expect(grantsOn(shown)).toEqual([kept.grantId])
    expect((await visited.tab.open(me())).text).not.toContain('role="status"')
    expect((await callTool(issuer(), ended.access)).status).toBe(401)
    expect((await refresh(apart.url, ended, ended.refresh)).json).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(issuer(), kept, kept.refresh)).status).toBe(200)
    const [line = ''] = await eventually(async () =>
      (await events(sandbox().app, 'grant.ended')).filter((one) => one.includes(ended.grantId)),
    )
    for (const part of ['step=me', `grantId=${ended.grantId}`, 'userId=', 'clientId=']) expect(line).toContain(part)
  })

  test('end all at once, with a code that was on its way; nobody else’s do', async () => {
    const [one, two] = [await connect(sandbox(), PRIYA), await connect(sandbox(), PRIYA)]
    const others = await connect(sandbox(), ELENA)
    const party = await newParty(sandbox())
    const pending = await obtainCode(sandbox(), party, PRIYA)
    const visited = await visit(sandbox(), PRIYA)
    const shown = await visited.tab.follow(await answer(visited, { decision: 'end-all' }))
    expect(shown.text).toContain('All your connections have ended.')
    expect(grantsOn(shown)).toEqual([])
    for (const session of [one, two]) expect((await callTool(issuer(), session.access)).status).toBe(401)
    expect((await token(issuer(), codeFields(party, pending))).json).toMatchObject({ error: 'invalid_grant' })
    expect((await callTool(issuer(), others.access)).status).toBe(200)
  })

  test('signing out ends the visit in this browser and nothing else', async () => {
    const session = await connect(sandbox(), PRIYA)
    const visited = await visit(sandbox(), PRIYA)
    const out = await answer(visited, { decision: 'sign-out' })
    expect([out.status, target(out).href]).toEqual([303, me()])
    expect(out.headers.getSetCookie()[0]).toMatch(/^__Host-me=; max-age=0;/)
    expect((await visited.tab.follow(out)).text).toContain('value="sign-in"')
    expect((await callTool(issuer(), session.access)).status).toBe(200)
  })

  test('while storage is away the page says so, with an id, and nothing was changed', async () => {
    const session = await connect(sandbox(), PRIYA)
    const visited = await visit(sandbox(), PRIYA, via(apart))
    storage.set('down')
    const pages = [await visited.tab.open(me()), await answer(visited, { decision: 'end', grant: session.grantId })]
    storage.set('up')
    for (const page of pages) {
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5'])
      expect(page.text).toMatch(/nothing was lost[\s\S]*Back to your connections[\s\S]*Correlation id <code>[\w-]{36}</)
    }
    expect(grantsOn(await visited.tab.open(me()))).toContain(session.grantId)
  })
})
