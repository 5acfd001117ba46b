import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { OAuthClient } from '../../sandbox/chatgpt/registration.ts'
import { parseForms } from '../../sandbox/chatgpt/html-form.ts'
import type { Reply } from '../../sandbox/chatgpt/wire.ts'
import { type Kit, REDIRECT, startKit } from '../support/kit.ts'

let kit: Kit
let client: OAuthClient
beforeAll(async () => {
  kit = await startKit({ deployed: true })
  client = await kit.newClient()
})
afterAll(() => kit.close())

const cookieOf = (reply: { headers: Headers }) => reply.headers.getSetCookie()[0] ?? ''

/** Presses a button of the consent page as the browser that opened it. */
async function answerConsent(page: Reply, decision: string, headers: Record<string, string> = {}): Promise<Response> {
  const [form] = parseForms(page.text, `${kit.base}/oauth/authorize`)
  if (!form) throw new Error('no form')
  const body = new URLSearchParams([...form.fields.map(([name, value]) => [name, value]), ['decision', decision]])
  const cookie = cookieOf(page).split(';')[0] ?? ''
  return fetch(form.action, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { origin: kit.base, cookie, ...headers },
  })
}

describe('consent stands before Entra (confused deputy)', () => {
  test('the page shows the client, the redirect address and what is asked for', async () => {
    const { status, text } = await kit.ask(client)
    expect(status).toBe(200)
    expect(text).toContain('ChatGPT')
    expect(text).toContain(REDIRECT)
    expect(text).toContain(new URL(kit.sandbox.dataverse.url).host)
  })

  test('nothing is remembered: a person who has connected is asked again', async () => {
    await kit.connect(client)
    const page = await kit.ask(client)
    expect(page.status).toBe(200)
    expect(parseForms(page.text, kit.base)).toHaveLength(1)
  })

  test('the cookie is bound to this page, host only, and no sign-in cookie stands beside it', async () => {
    const cookies = (await kit.ask(client)).headers.getSetCookie()
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(/^__Host-consent-/)
    expect(cookies[0]).toMatch(/; *Secure/i)
    expect(cookies[0]).toMatch(/; *HttpOnly/i)
    expect(cookies[0]).toMatch(/; *SameSite=Lax/i)
    expect(cookies[0]).toMatch(/; *Path=\/(;|$)/i)
    expect(cookies[0]).not.toMatch(/Domain/i)
  })

  test('state, nonce and PKCE of our own go to Entra only after approval, by 303', async () => {
    const answer = await answerConsent(await kit.ask(client, { state: 'the client’s' }), 'continue')
    expect(answer.status).toBe(303)
    const entra = new URL(answer.headers.get('location') ?? '')
    expect(entra.origin).toBe(new URL(kit.sandbox.entra.url).origin)
    expect(entra.searchParams.get('code_challenge_method')).toBe('S256')
    expect(entra.searchParams.get('state')).toMatch(/^[\w-]{12}\.[\w-]{43}$/)
    expect(entra.searchParams.get('nonce')).toMatch(/^[\w-]{22}$/)
    expect(entra.searchParams.get('redirect_uri')).toBe(`${kit.base}/oauth/callback`)
    expect(entra.searchParams.has('resource')).toBe(false)
    expect(answer.headers.getSetCookie().some((cookie) => cookie.startsWith('__Host-signin-'))).toBe(true)
  })

  test.each([
    ['from another origin', { origin: 'https://attacker.example' }],
    ['without an origin that can be told', { origin: 'null' }],
    ['without its cookie', { cookie: '' }],
    ['with the cookie of another browser', { cookie: '__Host-consent-AAAAAAAAAAAA=stolen' }],
  ])('an approval %s goes nowhere', async (_what, headers) => {
    const answer = await answerConsent(await kit.ask(client), 'continue', headers)
    expect(answer.status).toBe(403)
    expect(answer.headers.get('location')).toBeNull()
    expect(answer.headers.getSetCookie().some((cookie) => cookie.startsWith('__Host-signin-'))).toBe(false)
  })

  test('cancel is access_denied at the client, with state and iss', async () => {
    const answer = await answerConsent(await kit.ask(client, { state: 's' }), 'cancel')
    expect(answer.status).toBe(303)
    const { searchParams } = new URL(answer.headers.get('location') ?? '')
    expect([searchParams.get('error'), searchParams.get('state'), searchParams.get('iss')]).toEqual([
      ...['access_denied', 's', kit.base],
    ])
  })
})

describe('the way back from Entra', () => {
  test.each([
    ['no state', '', 400],
    ['a state of nobody', `state=AAAAAAAAAAAA.${'A'.repeat(43)}&code=x`, 400],
    ['an error of nobody', 'error=access_denied&error_description=%3Cscript%3E', 403],
    ['an address to go on to', `state=x&redirect_uri=${encodeURIComponent('https://attacker.example')}`, 400],
  ])('%s ends on a page', async (_what, query, status) => {
    const reply = await fetch(`${kit.base}/oauth/callback?${query}`, { redirect: 'manual' })
    expect(reply.status).toBe(status)
    expect(reply.headers.get('location')).toBeNull()
    expect(await reply.text()).not.toMatch(/<script>|attacker/)
  })

  test('a state works in the browser that started it, and there once', async () => {
    const started = await answerConsent(await kit.ask(client), 'continue')
    const entra = new URL(started.headers.get('location') ?? '')
    const callback = `${kit.base}/oauth/callback?${new URLSearchParams({ state: entra.searchParams.get('state') ?? '', error: 'server_error' })}`
    const cookie =
      started.headers
        .getSetCookie()
        .find((one) => one.startsWith('__Host-signin-'))
        ?.split(';')[0] ?? ''
    expect((await fetch(callback, { redirect: 'manual' })).status).toBe(403)
    const own = await fetch(callback, { redirect: 'manual', headers: { cookie } })
    expect(await own.text()).toContain(`Back to ${new URL(REDIRECT).host}`)
    expect((await fetch(callback, { redirect: 'manual', headers: { cookie } })).status).toBe(400)
  })
})

describe('codes and tokens', () => {
  test('no code for a challenge is redeemed without its verifier, nor a verifier taken where none is due (downgrade)', async () => {
    const approved = await kit.approve(client)
    expect((await kit.redeem(client, approved, { code_verifier: undefined })).body).toHaveProperty(
      'error',
      'invalid_request',
    )
    const without = await kit.ask(client, { code_challenge: undefined })
    expect(without.headers.get('location')).toContain('error=invalid_request')
  })

  test('no token is ever in an address', async () => {
    const { callback } = await kit.approve(client)
    expect([...callback.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state'])
    expect(callback.hash).toBe('')
  })

  test('a code and its secrets appear in no log', async () => {
    const approved = await kit.approve(client)
    const { body } = await kit.redeem(client, approved)
    const logs = (await kit.sandbox.app.logs()).join('\n')
    expect(logs).toContain(client.clientId)
    for (const secret of [
      approved.code,
      approved.pending.state,
      approved.pending.codeVerifier,
      body.access_token,
      body.refresh_token,
    ])
      expect(logs).not.toContain(String(secret))
  })

  test('a redirect after a POST is 303, so that no body is sent on', async () => {
    for (const decision of ['continue', 'switch', 'cancel'])
      expect((await answerConsent(await kit.ask(client), decision)).status).toBe(303)
  })

  test('our own page sends no referrer to others', async () => {
    const answer = await answerConsent(await kit.ask(client), 'continue')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  })
})
