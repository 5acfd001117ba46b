import { describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { createJar } from '../../sandbox/chatgpt/browser.ts'
import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { codeFields, ELENA, MARCUS, newParty, PRIYA, refresh, signIn, token } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { backLink, Tab, target } from '../support/tab.ts'

const sandbox = useSandbox()
const issuer = () => sandbox().app.url
const whole = (url: URL) => Object.fromEntries(url.searchParams)
/** What stands in the address of Entra's sign-in page. */
async function entraRequest(decision = 'continue', asked: Record<string, string> = {}) {
  const party = await newParty(sandbox())
  const pending = buildAuthorizeUrl(party.discovery, party.client, asked)
  const tab = new Tab()
  const sent = await tab.press(await tab.open(pending.url), decision)
  return { url: target(sent), sent, pending, tab }
}

describe('ChatGPT connects', () => {
  test.each([PRIYA, MARCUS, ELENA])('as %s, asks, refreshes and disconnects', async (upn) => {
    const chatGpt = createChatGpt({ mcpUrl: sandbox().mcpUrl })
    const { client } = await chatGpt.connect(upn)
    const me = await chatGpt.callTool('whoami')
    const { name, systemUserId } = PEOPLE.find((one) => one.upn === upn)!
    expect(JSON.stringify(me.structuredContent)).toContain(systemUserId)
    expect(JSON.stringify(me.structuredContent)).toContain(name)
    const before = chatGpt.connection.tokens
    const after = await chatGpt.refresh()
    expect(after.refresh_token).not.toBe(before.refresh_token)
    expect((await chatGpt.callTool('whoami')).isError ?? false).toBe(false)
    await chatGpt.revoke()
    await expect(chatGpt.refresh()).rejects.toMatchObject({ status: 400 })
    expect((await chatGpt.connect(upn)).client).toEqual(client)
  })

  test.each(['client_secret_post', 'client_secret_basic'] as const)(
    'as a confidential client by %s',
    async (method) => {
      const party = await newParty(sandbox(), method)
      const { page, pending } = await signIn(sandbox(), party, PRIYA)
      const { clientId, clientSecret } = party.client
      const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret ?? ''}`).toString('base64')}`
      const headers = method === 'client_secret_basic' ? { authorization: basic } : {}
      const code = target(page).searchParams.get('code') ?? ''
      const answer = await token(issuer(), codeFields(party, { code, verifier: pending.codeVerifier }), headers)
      expect(answer.status).toBe(200)
      expect(answer.json).toMatchObject({ token_type: 'Bearer', scope: 'dynamics.read offline_access' })
      expect(answer.headers.get('cache-control')).toBe('no-store')
    },
  )

  test('Entra that knows the browser redirects without a page, and it works', async () => {
    sandbox().entra.behaviour(PRIYA, { signedIn: true })
    const { sent, tab, pending } = await entraRequest()
    const atEntra = await tab.follow(sent)
    expect(atEntra.status).toBe(302)
    const done = await tab.follow(atEntra)
    expect(done.status).toBe(303)
    expect(whole(target(done))).toMatchObject({ state: pending.state, iss: issuer() })
  })

  test('"Use another account" makes Entra ask although it knows the browser', async () => {
    sandbox().entra.behaviour(PRIYA, { signedIn: true })
    const { url, sent, tab } = await entraRequest('switch')
    expect(url.searchParams.getAll('prompt')).toEqual(['select_account'])
    const picker = await tab.follow(sent)
    expect(picker.status).toBe(200)
    expect(target(await tab.follow(await tab.press(picker, MARCUS))).searchParams.has('code')).toBe(true)
  })

  test('two connections at once in one browser do not clash, in whatever order they end', async () => {
    const party = await newParty(sandbox())
    const jar = createJar()
    const tabs = [new Tab({ jar }), new Tab({ jar })]
    const pending = tabs.map(() => buildAuthorizeUrl(party.discovery, party.client))
    const consents = await Promise.all(tabs.map((tab, at) => tab.open(pending[at]!.url)))
    const pickers = await Promise.all(
      tabs.map(async (tab, at) => tab.follow(await tab.press(consents[at]!, 'continue'))),
    )
    for (const at of [1, 0]) {
      const done = await tabs[at]!.follow(await tabs[at]!.press(pickers[at]!, at ? PRIYA : MARCUS))
      expect(whole(target(done))).toMatchObject({ state: pending[at]!.state, code: expect.stringMatching(/^dmc_/) })
    }
  })
})

describe('what Entra is asked', () => {
  test('our own scope, state, nonce and PKCE, each once; neither resource nor anything of the client', async () => {
    const { url, pending } = await entraRequest('continue', { scope: 'openid email Mail.Read offline_access' })
    const values = (name: string) => url.searchParams.getAll(name)
    for (const name of ['state', 'nonce', 'code_challenge', 'redirect_uri', 'scope', 'client_id'])
      expect([name, values(name).length]).toEqual([name, 1])
    const scope = ['openid', 'profile', 'offline_access', 'email', sandbox().settings.ENTRA_CLIENT_ID]
    expect(values('scope')[0]?.split(' ').sort()).toEqual([...scope.slice(0, 4), `${scope[4] ?? ''}/MCP.Access`].sort())
    expect(values('code_challenge_method')).toEqual(['S256'])
    expect(values('response_mode')).toEqual(['query'])
    expect(values('redirect_uri')).toEqual([`${issuer()}/oauth/callback`])
    for (const name of ['resource', 'prompt', 'login_hint']) expect(values(name)).toEqual([])
    const asked = new URL(pending.url).searchParams
    for (const name of ['state', 'code_challenge']) expect(values(name)[0]).not.toBe(asked.get(name))
    expect(url.href).not.toContain('Mail.Read')
  })

  test('every sign-in has a state, nonce and challenge of its own', async () => {
    const [one, two] = [await entraRequest(), await entraRequest()]
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(one.url.searchParams.get(name)).not.toBe(two.url.searchParams.get(name))
  })

  test('the consent page alone starts nothing: no cookie of the sign-in, no request of Entra', async () => {
    const party = await newParty(sandbox())
    const consent = await new Tab().open(buildAuthorizeUrl(party.discovery, party.client).url)
    const cookies = consent.headers.getSetCookie()
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(
      /^__Host-consent-[\w-]{12}=[\w-]{43}; max-age=600; path=\/; secure; samesite=lax; httponly$/,
    )
    expect(sandbox().entra.counters().authorize).toBe(0)
  })

  test('Continue pressed again, as by a double click, starts a sign-in of its own that works', async () => {
    const party = await newParty(sandbox())
    const tab = new Tab()
    const consent = await tab.open(buildAuthorizeUrl(party.discovery, party.client).url)
    const sent = [await tab.press(consent, 'continue'), await tab.press(consent, 'continue')]
    expect(sent.map(({ status }) => status)).toEqual([303, 303])
    expect(new Set(sent.map((page) => target(page).searchParams.get('state'))).size).toBe(2)
    for (const page of sent) expect((await tab.follow(page)).status).toBe(200)
  })

  test('Continue ends the consent cookie in seconds and sets the one of the sign-in, by 303', async () => {
    const { sent } = await entraRequest()
    expect(sent.status).toBe(303)
    const [ending, begun] = sent.headers.getSetCookie()
    expect(ending).toMatch(/^__Host-consent-[\w-]{12}=[\w-]{43}; max-age=10;/)
    expect(begun).toMatch(/^__Host-signin-[\w-]{12}=[\w-]{43}; max-age=600; path=\/; secure; samesite=lax; httponly$/)
  })
})

describe('the person says no', () => {
  test('on the consent page: 303 with access_denied, iss and the exact state', async () => {
    const state = 'a+b/c=d&e#f %20ä"'
    const { url, sent } = await entraRequest('cancel', { state })
    expect(sent.status).toBe(303)
    expect(url.href).toMatch(/^https:\/\/chatgpt\.com\/connector_platform_oauth_redirect\?/)
    expect(whole(url)).toMatchObject({ error: 'access_denied', iss: issuer(), state })
    expect(url.searchParams.has('code')).toBe(false)
    expect(sandbox().entra.counters().authorize).toBe(0)
  })

  test('at Entra: a page with a link that carries error, iss and the exact state', async () => {
    const state = 'a+b/c=d&e#f %20ä"'
    const { sent, tab } = await entraRequest('continue', { state })
    const page = await tab.follow(await tab.press(await tab.follow(sent), '1'))
    expect(page.status).toBe(403)
    expect(page.headers.get('location')).toBeNull()
    expect(page.text).toContain('You cancelled the sign-in')
    const back = backLink(page, 'https://chatgpt.com/')
    expect(whole(back)).toMatchObject({ error: 'access_denied', iss: issuer(), state })
  })
})

describe('a claims challenge', () => {
  test('at the exchange for Dataverse costs one more hop with the claims, and then it is connected', async () => {
    sandbox().entra.behaviour(PRIYA, { signedIn: true, refuse: { 'token.obo': 'AADSTS50076' } })
    const { sent, tab, pending } = await entraRequest()
    const hop = await tab.follow(await tab.follow(sent))
    expect(hop.status).toBe(303)
    const asked = target(hop)
    expect(asked.origin).toBe(sandbox().entra.url)
    expect(asked.searchParams.getAll('claims').map((text) => JSON.parse(text) as unknown)).toEqual([
      expect.objectContaining({ access_token: expect.anything() }),
    ])
    const done = await tab.follow(await tab.press(await tab.follow(hop), PRIYA))
    const { state, code } = whole(target(done))
    expect(state).toBe(pending.state)
    expect(code).toMatch(/^dmc_/)
  })

  test('that comes again ends with a page and never a third time at Entra', async () => {
    sandbox().entra.behaviour(PRIYA, { refuse: { 'token.obo': 'AADSTS50076' } })
    const { sent, tab, pending } = await entraRequest()
    const first = await tab.press(await tab.follow(sent), PRIYA)
    const again = target(await tab.follow(first))
    again.searchParams.delete('claims')
    const page = await tab.follow(await tab.press(await tab.open(again.href), PRIYA))
    expect(page.status).toBe(403)
    expect(whole(backLink(page, 'https://chatgpt.com/'))).toMatchObject({
      error: 'access_denied',
      state: pending.state,
    })
  })

  test('that comes with the refresh ends the grant, for ChatGPT to ask for a new sign-in', async () => {
    const chatGpt = createChatGpt({ mcpUrl: sandbox().mcpUrl })
    const { discovery, client, tokens } = await chatGpt.connect(PRIYA)
    sandbox().entra.behaviour(PRIYA, { refuse: { 'token.obo': 'AADSTS50076' } })
    const answer = await refresh(issuer(), { discovery, client }, tokens.refresh_token ?? '')
    expect([answer.status, answer.json.error]).toEqual([400, 'invalid_grant'])
  })
})
