// Not in a bare npm test: starts built instances of the app.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { parseChallenge } from '../../sandbox/chatgpt/discovery.ts'
import { registrationBody } from '../../sandbox/chatgpt/registration.ts'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { type EntraProxy, startEntraProxy } from '../support/entra-proxy.ts'
import {
  callTool,
  codeFields,
  connect,
  newParty,
  obtainCode,
  pairOf,
  PRIYA,
  refresh,
  refreshFields,
  register,
  revoke,
  signIn,
  token,
} from '../support/oauth.ts'
import { pause, useSandbox } from '../support/suite.ts'
import { cellsOf, dumpTables, findSecrets } from '../support/table-dump.ts'
import { backLink, Tab, target, transactionOf } from '../support/tab.ts'

const sandbox = useSandbox({ deployed: true })
const api = () => sandbox().app.url
let folder: string
let proxy: EntraProxy
let proxied: FunctionsHost
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flaws-'))
  proxy = await startEntraProxy(sandbox().entra)
  proxied = await sandbox().startInstance({ ENTRA_AUTHORITY_HOST: proxy.url })
})
afterAll(async () => {
  await proxy.close()
  await rm(folder, { recursive: true, force: true })
})

/** Each flaw was found in a server of the same kind; none may hold here. */
describe('what others got wrong', () => {
  test('1. code theft: a redirect address is taken as it comes, and the page names neither client nor host', async () => {
    const { discovery, client } = await newParty(sandbox())
    const tab = new Tab()
    const stolen = await tab.open(buildAuthorizeUrl(discovery, client, { redirect_uri: 'https://evil.example/' }).url)
    expect([stolen.status, stolen.headers.get('location')]).toEqual([400, null])
    const page = await tab.open(buildAuthorizeUrl(discovery, client).url)
    expect(page.text).toContain('ChatGPT')
    expect(page.text).toContain('chatgpt.com')
    expect(page.text).toContain(client.redirectUri)
    expect(page.text).toContain('not verified')
  })

  test('2. confused deputy: the attacker presses Continue himself and sends the victim on to Entra', async () => {
    const { discovery, client } = await newParty(sandbox())
    const attacker = new Tab()
    const sent = await attacker.press(await attacker.open(buildAuthorizeUrl(discovery, client).url), 'continue')
    const victim = new Tab()
    const page = await victim.follow(await victim.press(await victim.open(target(sent).href), PRIYA))
    expect([page.status, page.headers.get('location')]).toEqual([403, null])
  })

  test('3. PKCE bypass: a code sent as a refresh token skips the verifier', async () => {
    const party = await newParty(sandbox())
    const issued = await obtainCode(sandbox(), party, PRIYA)
    const bypass = await token(api(), refreshFields(party, issued.code))
    expect([bypass.status, bypass.json.error]).toEqual([400, 'invalid_grant'])
    expect((await token(api(), codeFields(party, issued))).status).toBe(200)
  })

  test('4. codes live for months, for any client and redirect address', async () => {
    const party = await newParty(sandbox())
    const other = await newParty(sandbox())
    const issued = await obtainCode(sandbox(), party, PRIYA)
    expect((await token(api(), codeFields(other, issued))).json.error).toBe('invalid_grant')
    const elsewhere = { ...codeFields(party, issued), redirect_uri: 'https://chatgpt.com/connector/oauth/x' }
    expect((await token(api(), elsewhere)).json.error).toBe('invalid_grant')
    const quick = await sandbox().startInstance({ CODE_LIFETIME: '1' })
    const old = await obtainCode(sandbox(), party, PRIYA, { base: quick.url })
    await pause(1050)
    expect((await token(api(), codeFields(party, old))).json.error).toBe('invalid_grant')
    await quick.close()
  })

  test('5. code and refresh token are stored as they are', async () => {
    const party = await newParty(sandbox())
    const { code } = await obtainCode(sandbox(), party, PRIYA)
    const session = await connect(sandbox(), PRIYA, { party })
    const found = findSecrets(cellsOf(await dumpTables(sandbox().azurite)), {
      code,
      access: session.access,
      refresh: session.refresh,
    })
    expect(found).toEqual([])
  })

  test.each([
    ['the placeholder of the sample', 'YOUR-JWT-SIGNING-KEY-HERE'],
    ['an empty one', ''],
    ['a readable one', Buffer.from('a-readable-key-of-32-characters!').toString('base64url')],
  ])('6. a signing key is accepted whatever it is: %s', async (_, key) => {
    const file = join(folder, `${String(key.length)}-${key.slice(0, 4)}.json`)
    await writeFile(file, JSON.stringify({ sealingKey: key, indexKey: key }))
    const weak = await sandbox().startInstance({ LOCAL_KEY_FILE: file })
    const { discovery, client } = await newParty(sandbox())
    const url = buildAuthorizeUrl(discovery, client).url.replace(api(), weak.url)
    const page = await new Tab().open(url)
    expect(page.status).toBeGreaterThanOrEqual(500)
    expect(page.text).not.toContain('name="transaction"')
    await weak.close()
  })

  test('7. state has no MAC, and what was used or has expired still works', async () => {
    const party = await newParty(sandbox())
    const { tab, page, pending } = await signIn(sandbox(), party, PRIYA)
    expect(page.status).toBe(303)
    const again = await tab.open(page.url)
    expect([again.status, again.headers.get('location')]).toEqual([400, null])
    const consent = await tab.open(pending.url)
    const sealed = transactionOf(consent)
    for (const at of [30, Math.floor(sealed.length / 2), sealed.length - 5]) {
      const flipped = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
      const fields = { transaction: flipped, decision: 'continue' }
      const answer = await tab.post(`${api()}/oauth/authorize`, fields, api())
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    }
  })

  test('8. the refresh token is spent before Entra is asked, and a 5xx ends the session', async () => {
    const session = await connect(sandbox(), PRIYA)
    sandbox().entra.behaviour(PRIYA, { fault: { 'token.refresh_token': { kind: 'down', status: 503, body: 'html' } } })
    expect((await refresh(api(), session, session.refresh)).json.error).toBe('temporarily_unavailable')
    sandbox().entra.reset()
    const answer = await refresh(api(), session, session.refresh)
    expect(answer.status).toBe(200)
    expect(pairOf(await refresh(api(), session, session.refresh))).toEqual(pairOf(answer))
  })

  test('9. the client’s own scope string is sent to Entra', async () => {
    proxy.set({})
    proxy.posted.length = 0
    const session = await connect(sandbox(), PRIYA, { base: proxied.url, asked: { scope: 'evil.scope' } })
    const fields = { ...refreshFields(session, session.refresh), scope: 'evil.scope' }
    expect((await token(proxied.url, fields)).json).toMatchObject({ scope: 'dynamics.read' })
    expect(proxy.posted.length).toBe(4)
    expect(proxy.posted.map((body) => body.toString()).join()).not.toContain('evil.scope')
  })

  test('10. state comes back changed, and an address with a query gets a second question mark', async () => {
    const redirectUri = 'http://127.0.0.1:5555/cb?keep=1&and=2'
    const party = await newParty(sandbox(), 'none', redirectUri)
    const state = `a+b&c=d#e %2B"'<>ä✓?/\\`
    for (const asked of [{ state }, { state, response_type: 'x' }]) {
      const { discovery, client } = party
      const tab = new Tab()
      const page = await tab.open(buildAuthorizeUrl(discovery, client, asked).url)
      const back = target(page.status === 303 ? page : await tab.press(page, 'cancel'))
      expect(back.href.split('?')).toHaveLength(2)
      expect(Object.fromEntries(back.searchParams)).toMatchObject({ keep: '1', and: '2', state, iss: api() })
    }
  })

  test('11. who cannot be read becomes "unknown" and still gets a token', async () => {
    proxy.set({ oid: undefined, sub: undefined, preferred_username: undefined })
    const { page } = await signIn(sandbox(), await newParty(sandbox()), PRIYA, { base: proxied.url })
    expect([page.status, page.headers.get('location')]).toEqual([403, null])
    proxy.set({ preferred_username: undefined, name: undefined })
    expect((await connect(sandbox(), PRIYA, { base: proxied.url })).access).toMatch(/^dma_/)
  })

  test('12. no resource_metadata, registration answers 200, loopback clients and chatgpt.com are shut out', async () => {
    const refused = await callTool(api(), 'none')
    expect(parseChallenge(refused.headers.get('www-authenticate'))).toHaveProperty('resource_metadata')
    for (const redirect of ['http://127.0.0.1:6274/oauth/callback', 'http://localhost:3334/oauth/callback'])
      expect((await register(api(), registrationBody(redirect, 'none'))).status).toBe(201)
    for (const [path, method] of [
      ['/mcp', 'POST'],
      ['/oauth/token', 'POST'],
      ['/oauth/register', 'POST'],
    ] as const) {
      const headers = { origin: 'https://chatgpt.com', 'access-control-request-method': method }
      const preflight = await fetch(`${api()}${path}`, { method: 'OPTIONS', headers })
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
        204,
        'https://chatgpt.com',
      ])
    }
  })

  test('13. cancel and the errors of the callback go anywhere, and the page can be framed', async () => {
    const { discovery, client } = await newParty(sandbox())
    const tab = new Tab()
    const page = await tab.open(buildAuthorizeUrl(discovery, client).url)
    expect(page.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
    expect(page.headers.get('content-security-policy')).not.toContain('form-action')
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    const fields = { transaction: transactionOf(page), redirect_uri: 'https://evil.example/', decision: 'cancel' }
    const cancelled = target(
      await tab.post(`${api()}/oauth/authorize?redirect_uri=https://evil.example/`, fields, api()),
    )
    expect(cancelled.origin + cancelled.pathname).toBe(client.redirectUri)
    const picker = await tab.follow(
      await tab.press(await tab.open(buildAuthorizeUrl(discovery, client).url), 'continue'),
    )
    const callback = `${target(await tab.press(picker, '1')).href}&redirect_uri=https%3A%2F%2Fevil.example%2F`
    const problem = await tab.open(callback)
    expect([problem.status, problem.headers.get('location')]).toEqual([403, null])
    expect(backLink(problem, client.redirectUri).searchParams.get('error')).toBe('access_denied')
    expect(problem.text).not.toContain('evil.example')
  })

  test('14. settings that nobody reads: the authority is the one that was configured', async () => {
    const { discovery, client } = await newParty(sandbox())
    const tab = new Tab({ via: { from: api(), to: proxied.url } })
    const sent = await tab.press(await tab.open(buildAuthorizeUrl(discovery, client).url), 'continue')
    expect(target(sent).origin).toBe(proxy.url)
    expect(target(sent).pathname).toContain(sandbox().settings.ENTRA_TENANT_ID)
  })

  test('15. no limit and no revocation', async () => {
    const session = await connect(sandbox(), PRIYA)
    expect((await revoke(api(), session, session.refresh)).status).toBe(200)
    expect((await callTool(api(), session.access)).status).toBe(401)
    const { discovery, client } = session
    const ask = (asked: Readonly<Record<string, string>>): Promise<Response[]> => {
      const url = buildAuthorizeUrl(discovery, client, asked).url.replace(api(), proxied.url)
      return Promise.all(Array.from({ length: 110 }, () => fetch(url, { redirect: 'manual' })))
    }
    const limited = (await ask({ client_id: 'made-up' })).filter(({ status }) => status === 429)
    expect(limited).toHaveLength(10)
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(500)
    const shown = (await ask({})).map(({ status }) => status)
    expect(new Set(shown)).toEqual(new Set([200]))
  })
})
