import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl, requestedScopes } from '../../sandbox/chatgpt/authorize.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import {
  callTool,
  codeFields,
  connect,
  ELENA,
  MARCUS,
  newParty,
  obtainCode,
  type Party,
  PRIYA,
  refreshFields,
  register,
  token,
} from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { Tab, target, transactionOf } from '../support/tab.ts'
import { BOTH, codeOf, PREVIEW, READ, REFUSED, WRITE, WRITING } from '../writes/writing.ts'

const sandbox = useSandbox({ settings: WRITING })
let off: App
let atConnect: App
beforeAll(async () => {
  off = await sandbox().startInstance({ WRITES: 'off' })
  atConnect = await sandbox().startInstance({ WRITE_SCOPE_AT_CONNECT: 'true' })
})

const issuer = () => sandbox().app.url
const authorizeUrl = () => `${issuer()}/oauth/authorize`
const BOX = 'name="write"'
const json = async (url: string) => (await (await fetch(url)).json()) as Record<string, unknown>

async function open(party: Party, asked: Record<string, string | undefined>, base = issuer()) {
  const tab = new Tab({ via: { from: issuer(), to: base } })
  const pending = buildAuthorizeUrl(party.discovery, party.client, asked)
  return { tab, pending, page: await tab.open(pending.url) }
}

/** Sends the form with these fields, signs in, and gives the scope of the token response. */
async function granted(
  opened: Awaited<ReturnType<typeof open>>,
  party: Party,
  fields: Record<string, string>,
  upn = PRIYA,
  base = issuer(),
): Promise<{ readonly scope: unknown; readonly access: string }> {
  const { tab, page, pending } = opened
  const sent = { transaction: transactionOf(page), decision: 'continue', ...fields }
  const picker = await tab.follow(await tab.post(authorizeUrl(), sent, issuer()))
  const code = target(await tab.follow(await tab.press(picker, upn))).searchParams.get('code') ?? ''
  const answer = await token(base, codeFields(party, { code, verifier: pending.codeVerifier }))
  return { scope: answer.json.scope, access: String(answer.json.access_token) }
}
const resultOf = (answer: Awaited<ReturnType<typeof callTool>>) => answer.json.result as { structuredContent?: unknown }

describe('what is advertised', () => {
  const scopes = async (base: string) => ({
    server: (await json(`${base}/.well-known/oauth-authorization-server`))['scopes_supported'],
    openid: (await json(`${base}/.well-known/openid-configuration`))['scopes_supported'],
    resource: (await json(`${base}/.well-known/oauth-protected-resource/mcp`))['scopes_supported'],
    challenge: /scope="([^"]*)"/.exec(
      (await fetch(`${base}/mcp`, { method: 'POST' })).headers.get('www-authenticate') ?? '',
    )?.[1],
    registered: (await register(base, { redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'] }))
      .json.scope,
  })

  test('where nothing is written: reading alone', async () => {
    const server = [READ, 'offline_access']
    expect(await scopes(off.url)).toEqual({
      server,
      openid: server,
      resource: [READ],
      challenge: READ,
      registered: server.join(' '),
    })
  })

  test.each([
    ['both to the server’s clients, and to those that connect the least', () => issuer(), READ],
    ['both to those that connect, where a setting says so', () => atConnect.url, BOTH],
  ])('where something is: %s', async (_, base, connects) => {
    const server = [READ, WRITE, 'offline_access']
    expect(await scopes(base())).toEqual({
      server,
      openid: server,
      resource: connects.split(' '),
      challenge: connects,
      registered: server.join(' '),
    })
  })

  test('a bad token is answered with what clients ask for when they connect', async () => {
    const headers = { authorization: 'Bearer dma_x' }
    const { status, headers: told } = await fetch(`${atConnect.url}/mcp`, { method: 'POST', headers })
    expect([status, told.get('www-authenticate')]).toEqual([401, expect.stringContaining(`scope="${BOTH}"`)])
  })
})

describe('the box', () => {
  test.each([
    ['writing is asked for', BOTH, true],
    ['writing alone is asked for', WRITE, true],
    ['reading is asked for', READ, false],
    ['nothing is', undefined, false],
    ['something like it is', 'dynamics.writes Dynamics.Write', false],
  ])('where %s, never ticked: %s', async (_, scope, isThere) => {
    const { page } = await open(await newParty(sandbox()), { scope })
    expect([page.text.includes(BOX), page.text.includes('It cannot add, change or delete anything')]).toEqual([
      isThere,
      !isThere,
    ])
    expect(page.text).not.toMatch(/\schecked\b/)
    if (isThere)
      expect(page.text).toMatch(/Create tasks, notes, hp_visitreport<\/li>\s*<li>Change tasks, opportunities</)
  })

  test('is not there where nothing is written, whoever asks', async () => {
    const { page } = await open(await newParty(sandbox()), { scope: BOTH }, off.url)
    expect([page.text.includes(BOX), page.text.includes('It cannot add, change or delete anything')]).toEqual([
      false,
      true,
    ])
  })

  test('is never remembered: who ticked it is asked anew by the same client, in the same browser', async () => {
    const party = await newParty(sandbox())
    const first = await open(party, { scope: BOTH })
    expect((await granted(first, party, { write: 'yes' })).scope).toBe(BOTH)
    const again = await first.tab.open(buildAuthorizeUrl(party.discovery, party.client, { scope: BOTH }).url)
    expect(again.text).toContain(BOX)
    expect(again.text).not.toMatch(/\schecked\b/)
  })

  test.each([
    ['forged though reading alone was asked for', READ, { write: 'yes' }, READ],
    ['left unticked', BOTH, {}, READ],
    ['of another value', BOTH, { write: 'on' }, READ],
    ['of no value', BOTH, { write: '' }, READ],
    ['ticked', BOTH, { write: 'yes' }, BOTH],
    ['ticked, with writing alone asked for', WRITE, { write: 'yes' }, BOTH],
    ['ticked, with a scope in the form', READ, { write: 'yes', scope: BOTH }, READ],
  ])('%s: %s with %j is granted as %s', async (_, scope, fields, expected) => {
    const party = await newParty(sandbox())
    const { scope: told, access } = await granted(await open(party, { scope }), party, fields)
    expect(told).toBe(expected)
    const answer = resultOf(await callTool(issuer(), access, ...PREVIEW))
    expect(codeOf(answer) === 'insufficient_scope').toBe(expected === READ)
  })

  test.each([
    ['sent twice', (body: string) => `${body}&write=yes&write=yes`, undefined],
    ['sent by a foreign page', (body: string) => `${body}&write=yes`, 'https://evil.example'],
  ])('%s: refused, and no sign-in is begun', async (_, change, origin) => {
    const { tab, page } = await open(await newParty(sandbox()), { scope: BOTH })
    const body = change(new URLSearchParams({ transaction: transactionOf(page), decision: 'continue' }).toString())
    const cookie = await tab.jar.getCookieString(authorizeUrl())
    const headers = { cookie, origin: origin ?? issuer(), 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await fetch(authorizeUrl(), { method: 'POST', redirect: 'manual', headers, body })
    expect([answer.status >= 400, answer.headers.get('location')]).toEqual([true, null])
  })

  test('ticked in another browser, for the transaction of the one that opened it: refused', async () => {
    const { page } = await open(await newParty(sandbox()), { scope: BOTH })
    const other = await open(await newParty(sandbox()), { scope: BOTH })
    const fields = { transaction: transactionOf(page), decision: 'continue', write: 'yes' }
    expect((await other.tab.post(authorizeUrl(), fields, issuer())).status).toBe(403)
  })

  test('of one page does not tick that of another: each answer is for its own transaction', async () => {
    const party = await newParty(sandbox())
    const [one, other] = [await open(party, { scope: BOTH }), await open(party, { scope: BOTH })]
    expect((await granted(one, party, { write: 'yes' })).scope).toBe(BOTH)
    expect((await granted(other, party, {})).scope).toBe(READ)
  })

  test('what was sealed while something was written grants nothing once nothing is', async () => {
    const party = await newParty(sandbox())
    const opened = await open(party, { scope: BOTH })
    const late = { ...opened, tab: new Tab({ jar: opened.tab.jar, via: { from: issuer(), to: off.url } }) }
    expect((await granted(late, party, { write: 'yes' }, PRIYA, off.url)).scope).toBe(READ)
  })

  test('takes nothing from what the client asked beside it: prompt, hints and state stay', async () => {
    const asked = { scope: BOTH, prompt: 'login', login_hint: PRIYA, domain_hint: 'harbourpine.example', state: 'a b' }
    const { tab, page } = await open(await newParty(sandbox()), asked)
    const fields = { transaction: transactionOf(page), decision: 'continue', write: 'yes' }
    const entra = target(await tab.post(authorizeUrl(), fields, issuer())).searchParams
    expect([entra.get('prompt'), entra.get('login_hint'), entra.get('domain_hint')]).toEqual([
      'login',
      PRIYA,
      'harbourpine.example',
    ])
    expect(entra.get('scope')).not.toContain('dynamics')
  })

  test('"Use another account" keeps the box, and the right is that of whoever signs in', async () => {
    const party = await newParty(sandbox())
    for (const [upn, expected] of [
      [MARCUS, BOTH],
      [ELENA, READ],
    ] as const) {
      const fields = { write: 'yes', decision: 'switch' }
      expect((await granted(await open(party, { scope: BOTH }), party, fields, upn)).scope).toBe(expected)
    }
  })
})

describe('a refresh', () => {
  const ask = async (upn: string, tick: boolean, scope: string) => {
    const session = await connect(sandbox(), upn, { asked: { scope: BOTH }, tick })
    const answer = await token(issuer(), { ...refreshFields(session, session.refresh), scope })
    return { status: answer.status, scope: answer.json.scope, access: String(answer.json.access_token) }
  }

  test.each([BOTH, WRITE, `${BOTH} offline_access admin`, 'x', '\u0000', ' ', READ])(
    'that asks for %j neither widens nor fails, and is told what the grant holds',
    async (scope) => {
      const reading = await ask(PRIYA, false, scope)
      expect([reading.status, reading.scope]).toEqual([200, READ])
      expect(codeOf(resultOf(await callTool(issuer(), reading.access, ...PREVIEW)))).toBe('insufficient_scope')
    },
  )

  test('of a grant that writes keeps it, whatever it asks for', async () => {
    const writing = await ask(PRIYA, true, READ)
    expect([writing.status, writing.scope]).toEqual([200, BOTH])
    expect(REFUSED).not.toContain(codeOf(resultOf(await callTool(issuer(), writing.access, ...PREVIEW))))
  })
})

describe('where nothing is written', () => {
  test('a grant that may goes on reading, and no tool is there to write with', async () => {
    const session = await connect(sandbox(), PRIYA, { asked: { scope: BOTH }, tick: true })
    const before = sandbox().dataverse.counters()
    const answer = await callTool(off.url, session.access, ...PREVIEW)
    expect(answer.json.error).toMatchObject({ code: -32_602 })
    expect(sandbox().dataverse.counters()).toEqual(before)
    expect((await callTool(off.url, session.access)).status).toBe(200)
  })

  test('ChatGPT asks for the least where no setting says otherwise', async () => {
    const { discovery } = await newParty(sandbox())
    expect(requestedScopes(discovery).split(' ')).not.toContain(WRITE)
    const code = await obtainCode(sandbox(), await newParty(sandbox()), PRIYA)
    expect(code.code).toMatch(/^dmc_/)
  })
})
