import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import {
  callTool,
  connect,
  ELENA,
  form,
  newParty,
  PRIYA,
  refresh,
  register,
  type Session,
  token,
} from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { dumpTables } from '../support/table-dump.ts'
import { Tab, target, transactionOf } from '../support/tab.ts'
import { answer, beginVisit, grantsOn, proofOf, visit, type Visited } from './visit.ts'

const sandbox = useSandbox()
const issuer = () => sandbox().app.url
const me = () => `${issuer()}/me`
const rows = async (table: string) => (await dumpTables(sandbox().azurite)).filter((row) => row.table === table).length

const VISIT = '__Host-me'
async function visitOf(tab: Tab): Promise<string> {
  const found = (await tab.jar.getCookies(issuer())).find(({ key }) => key === VISIT)
  return found?.value ?? ''
}
const withCookie = (value: string) => new Tab().open(me(), { cookie: `${VISIT}=${value}` })
const isSignedOut = (text: string) => text.includes('value="sign-in"') && !text.includes('signed in as')

/** A session and a visit that live on, for what is refused and so changes neither. */
let stays: { readonly session: Session; readonly visited: Visited }
beforeAll(async () => {
  stays = { session: await connect(sandbox(), PRIYA), visited: await visit(sandbox(), PRIYA) }
})

describe('a foreign page', () => {
  test.each([
    ['of another site', 'https://evil.example'],
    ['of no origin', 'null'],
    ['of our name with another scheme', 'https://127.0.0.1'],
    ['without the header', undefined],
  ])('%s can start no sign-in, end nothing and sign nobody out', async (_, origin) => {
    const { session, visited } = stays
    const [logins, asked] = [await rows('logins'), sandbox().entra.counters().authorize]
    const proof = proofOf(visited.page)
    for (const fields of [
      { decision: 'sign-in' },
      { decision: 'sign-out', proof },
      { decision: 'end', proof, grant: session.grantId },
      { decision: 'end-all', proof },
    ]) {
      const refused = await visited.tab.post(me(), fields, origin)
      expect([refused.status, refused.headers.getSetCookie(), refused.headers.get('location')]).toEqual([403, [], null])
      expect(refused.text).toContain('This form was not sent from our own page.')
    }
    expect([await rows('logins'), sandbox().entra.counters().authorize]).toEqual([logins, asked])
    expect(grantsOn(await visited.tab.open(me()))).toContain(session.grantId)
  })

  test('ends nothing by a link, and has the page say nothing', async () => {
    const { session } = stays
    const { tab, page } = stays.visited
    const query = new URLSearchParams({
      decision: 'end-all',
      proof: proofOf(page),
      grant: session.grantId,
      notice: 'ended-all',
    })
    const shown = await tab.open(`${me()}?${query.toString()}`)
    expect([shown.status, shown.text.includes('role="status"')]).toEqual([200, false])
    expect(grantsOn(shown)).toContain(session.grantId)
    const posted = await tab.post(`${me()}?${query.toString()}`, { decision: 'end' }, issuer())
    expect([posted.status, grantsOn(await tab.open(me())).includes(session.grantId)]).toEqual([403, true])
  })

  test('sends nobody elsewhere, whatever the request names', async () => {
    const elsewhere = { next: 'https://evil.example', redirect_uri: 'https://evil.example', returnTo: '//evil.example' }
    const visited = await visit(sandbox(), PRIYA)
    const signIn = await visited.tab.post(me(), { decision: 'sign-in', ...elsewhere }, issuer())
    expect(target(signIn).origin).toBe(new URL(sandbox().entra.issuer).origin)
    expect(target(signIn).href).not.toContain('evil')
    const out = await answer(visited, { decision: 'sign-out', ...elsewhere })
    expect(target(out).href).toBe(me())
    const forwarded = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    expect((await new Tab().open(me(), forwarded)).text).not.toContain('evil')
  })
})

describe('a form', () => {
  test('ends no connection of another person, whose id came from anywhere', async () => {
    const others = await connect(sandbox(), ELENA)
    const { visited } = stays
    const done = await visited.tab.follow(await answer(visited, { decision: 'end', grant: others.grantId }))
    expect(done.text).toContain('There was nothing to end')
    expect((await callTool(issuer(), others.access)).status).toBe(200)
    expect((await refresh(issuer(), others, others.refresh)).status).toBe(200)
  })

  test('of one visit is of no use in another, be it of the same person', async () => {
    const { session, visited: stolen } = stays
    const [own, others] = [await visit(sandbox(), PRIYA), await visit(sandbox(), ELENA)]
    for (const { tab } of [own, others])
      for (const proof of [proofOf(stolen.page), '', 'A'.repeat(43)]) {
        const fields = { decision: 'end', grant: session.grantId, proof }
        expect((await tab.post(me(), fields, issuer())).status).toBe(403)
      }
    expect(grantsOn(await own.tab.open(me()))).toContain(session.grantId)
  })

  test('sent again, or after the visit, ends nothing more', async () => {
    const session = await connect(sandbox(), PRIYA)
    const visited = await visit(sandbox(), PRIYA)
    const fields = { decision: 'end', grant: session.grantId }
    expect((await answer(visited, fields)).status).toBe(303)
    const later = await connect(sandbox(), PRIYA)
    expect((await visited.tab.follow(await answer(visited, fields))).text).toContain('There was nothing to end')
    await answer(visited, { decision: 'sign-out' })
    const refused = await answer(visited, { decision: 'end-all' })
    expect([refused.status, isSignedOut(refused.text)]).toEqual([403, true])
    expect((await callTool(issuer(), later.access)).status).toBe(200)
  })

  test.each([
    ['no decision', {}],
    ['an unknown one', { decision: 'end-everybody' }],
    ['the name of a member of every object', { decision: 'constructor' }],
  ])('with %s changes nothing', async (_, fields) => {
    const { session, visited } = stays
    expect((await answer(visited, { ...fields, grant: session.grantId })).status).toBe(400)
    expect(grantsOn(await visited.tab.open(me()))).toContain(session.grantId)
  })

  test.each(["' or PartitionKey ne '", '../users', '%00', 'x'.repeat(5_000)])(
    'with a grant id of %j finds none',
    async (grant) => {
      const { visited } = stays
      const done = await visited.tab.follow(await answer(visited, { decision: 'end', grant }))
      expect([done.status, done.text.includes('There was nothing to end')]).toEqual([200, true])
    },
  )
})

describe('the visit in the cookie', () => {
  test('is nobody’s once a letter of it has changed, and none of another kind or deployment', async () => {
    const value = await visitOf(stays.visited.tab)
    expect((await withCookie(value)).text).toContain('signed in as')
    const parts = value.split('.')
    const changed = parts.flatMap((part, at) => {
      if (part === '') return []
      const other = part.slice(0, -2) + (part.at(-2) === 'A' ? 'B' : 'A') + part.slice(-1)
      return [parts.with(at, other).join('.')]
    })
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    const claims = Buffer.from(JSON.stringify({ visitor: { id: 'x', userId: 'x', tenantId: 'x', since: 1 } })).toString(
      'base64url',
    )
    const party = await newParty(sandbox())
    const consent = await new Tab().open(buildAuthorizeUrl(party.discovery, party.client).url)
    const { access, refresh: renewal } = stays.session
    const stranger = await sandbox().startInstance({
      LOCAL_KEY_FILE: `${sandbox().settings.LOCAL_KEY_FILE ?? ''}.other`,
    })
    const foreign = await visit(sandbox(), PRIYA, { via: { from: issuer(), to: stranger.url } })
    const made = [
      `${none}.${claims}.`,
      transactionOf(consent),
      access,
      renewal,
      await visitOf(foreign.tab),
      '',
      'x'.repeat(8_000),
    ]
    for (const one of [...changed, ...made]) {
      const { status, text } = await withCookie(one)
      expect([one.slice(0, 20), status, isSignedOut(text)]).toEqual([one.slice(0, 20), 200, true])
    }
  })

  test('opens nothing else: neither tools nor tokens nor what administrators use', async () => {
    const value = await visitOf(stays.visited.tab)
    const { client, discovery } = await newParty(sandbox())
    expect((await callTool(issuer(), value)).status).toBe(401)
    const cookie = { cookie: `${VISIT}=${value}` }
    expect((await form(`${issuer()}/mcp`, {}, cookie)).status).toBe(401)
    expect((await form(`${issuer()}/manage`, {}, { ...cookie, authorization: `Bearer ${value}` })).status).toBe(401)
    const fields = { client_id: client.clientId, resource: discovery.resource.resource }
    for (const grant of [
      { grant_type: 'refresh_token', refresh_token: value },
      {
        grant_type: 'authorization_code',
        code: value,
        code_verifier: 'v'.repeat(43),
        redirect_uri: client.redirectUri,
      },
    ]) {
      const { status, json } = await token(issuer(), { ...fields, ...grant }, cookie)
      expect([status, json.error]).toEqual([400, 'invalid_grant'])
    }
  })

  test('is new at each sign-in, whatever the browser had before', async () => {
    const tab = new Tab()
    await tab.jar.setCookie(`${VISIT}=planted; Path=/; Secure`, issuer())
    const first = await visit(sandbox(), PRIYA, { jar: tab.jar })
    const before = await visitOf(first.tab)
    const picker = await tab.follow(await tab.post(me(), { decision: 'sign-in' }, issuer()))
    await tab.follow(await tab.press(picker, ELENA))
    expect(new Set(['planted', before, await visitOf(tab)]).size).toBe(3)
    expect((await tab.open(me())).text).toContain(ELENA)
  })
})

describe('the two kinds of sign-in', () => {
  const codeOf = async (tab: Tab, picker: Parameters<Tab['press']>[0], upn = PRIYA) =>
    target(await tab.press(picker, upn))

  /** Both kinds, each with its code, in one browser. */
  async function both() {
    const visiting = await beginVisit(sandbox())
    const { tab } = visiting
    const party = await newParty(sandbox())
    const consent = await tab.open(buildAuthorizeUrl(party.discovery, party.client).url)
    const connecting = await tab.follow(await tab.press(consent, 'continue'))
    return { tab, visit: await codeOf(tab, visiting.page), connection: await codeOf(tab, connecting) }
  }
  const mixed = (state: URL, code: URL): string => {
    const url = new URL(state)
    url.searchParams.set('code', code.searchParams.get('code') ?? '')
    return url.href
  }

  test('cannot be mixed up: a code of one is of no use to the other', async () => {
    const before = await rows('grants')
    for (const [state, code] of [
      ['visit', 'connection'],
      ['connection', 'visit'],
    ] as const) {
      const all = await both()
      const page = await all.tab.open(mixed(all[state], all[code]))
      expect([page.status, page.headers.get('location')]).toEqual([403, null])
      expect(page.headers.getSetCookie().some((one) => one.startsWith(VISIT))).toBe(false)
    }
    expect(await rows('grants')).toBe(before)
  })

  test('a visit leads to no client and gives no code, whatever its callback is told', async () => {
    const before = await rows('grants')
    const party = await newParty(sandbox())
    const { visit: url, tab } = await both()
    const asked = { client_id: party.client.clientId, redirect_uri: party.client.redirectUri, kind: 'connect' }
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
    const done = await tab.open(url.href)
    expect([done.status, target(done).href]).toEqual([303, me()])
    expect(await rows('grants')).toBe(before)
  })

  test('a connection signs nobody in here', async () => {
    const { connection, tab } = await both()
    const done = await tab.open(connection.href)
    expect(target(done).origin).toBe('https://chatgpt.com')
    expect(isSignedOut((await tab.open(me())).text)).toBe(true)
  })

  test('a visit that the attacker began signs nobody else in, and each is of use once', async () => {
    const attacker = await beginVisit(sandbox())
    const url = await codeOf(attacker.tab, attacker.page, ELENA)
    const victim = new Tab()
    const refused = await victim.open(url.href)
    expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []])
    const others = await beginVisit(sandbox())
    const own = await codeOf(others.tab, others.page)
    expect((await others.tab.open(mixed(own, url))).status).toBe(403)
    expect((await attacker.tab.open(url.href)).status).toBe(303)
    expect((await attacker.tab.open(url.href)).status).toBe(400)
  })
})

test('what a client calls itself is text, cleaned, on one line', async () => {
  const metadata = {
    client_name: '\u202eTPGtahC\u2066</bdi><script>alert(1)</script> “End all” <button>',
    redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
    token_endpoint_auth_method: 'none',
  }
  const party = await newParty(sandbox())
  const clientId = String((await register(issuer(), metadata)).json.client_id)
  await connect(sandbox(), PRIYA, { party: { ...party, client: { ...party.client, clientId } } })
  const { page } = await visit(sandbox(), PRIYA)
  expect(page.text).toContain('<bdi>TPGtahC /bdi script alert 1 /script End all button</bdi>')
  expect(page.text).not.toMatch(/<script|[\u202a-\u202e\u2066-\u2069]/)
})
