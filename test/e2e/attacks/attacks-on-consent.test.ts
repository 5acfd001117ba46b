import { describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { callTool, codeFields, MARCUS, newParty, pairOf, PRIYA, token } from '../support/oauth.ts'
import { inTime, pause, useSandbox } from '../support/suite.ts'
import { dumpTables } from '../support/table-dump.ts'
import { type Page, Tab, target, transactionOf } from '../support/tab.ts'

const sandbox = useSandbox()
const authorizeUrl = () => `${sandbox().app.url}/oauth/authorize`

async function openConsent(tab = new Tab()) {
  const party = await newParty(sandbox())
  const pending = buildAuthorizeUrl(party.discovery, party.client)
  return { tab, party, pending, page: await tab.open(pending.url) }
}

async function runningSignIns(): Promise<number> {
  const rows = await dumpTables(sandbox().azurite)
  return rows.filter(({ table }) => table === 'logins').length
}

/** Shown, never redirected, and nothing was begun. */
function expectRefused(page: Page, status = 403, code = 'access_denied'): void {
  expect([page.status, page.headers.get('location')]).toEqual([status, null])
  expect(page.text).toContain(code)
  expect(page.headers.getSetCookie().filter((one) => one.startsWith('__Host-signin-'))).toEqual([])
}

/** A link that an attacker sends looks like any other: the person who reads the page is the last check. */
test.each([
  'Access is given to',
  '(as given by the app, not verified)',
  'It cannot add, change or delete anything',
  'Continue only if you started this yourself just now and know the address above.',
])('the consent page says "%s"', async (sentence) => expect((await openConsent()).page.text).toContain(sentence))

describe('cross-site request forgery on the consent page', () => {
  test.each([
    ['no Origin', undefined],
    ['a null Origin', 'null'],
    ['a foreign Origin', 'https://evil.example'],
    ['our host on another port', 'http://127.0.0.1:1'],
    ['our host by another scheme', 'https://127.0.0.1'],
    ['an Origin that begins as ours', 'SELF.evil.example'],
    ['an Origin with a path', 'SELF/'],
  ])('%s: refused, and no sign-in is begun', async (_, origin) => {
    const { tab, page } = await openConsent()
    const before = await runningSignIns()
    const fields = { transaction: transactionOf(page), decision: 'continue' }
    expectRefused(await tab.post(authorizeUrl(), fields, origin?.replace('SELF', sandbox().app.url)))
    expect(await runningSignIns()).toBe(before)
  })

  test('a transaction that the attacker fetched, submitted by the victim’s browser', async () => {
    const { page } = await openConsent()
    const victim = new Tab()
    const fields = { transaction: transactionOf(page), decision: 'continue' }
    expectRefused(await victim.post(authorizeUrl(), fields, sandbox().app.url))
  })

  test('the same with a consent cookie of the victim’s own flow', async () => {
    const { page } = await openConsent()
    const victim = await openConsent()
    const fields = { transaction: transactionOf(page), decision: 'continue' }
    expectRefused(await victim.tab.post(authorizeUrl(), fields, sandbox().app.url))
  })

  test('the same with a cookie of the right name and another value', async () => {
    const { page } = await openConsent()
    const name = page.headers.getSetCookie()[0]?.split('=')[0] ?? ''
    const victim = new Tab()
    await victim.jar.setCookie(`${name}=${'A'.repeat(43)}; Path=/; Secure`, authorizeUrl())
    const fields = { transaction: transactionOf(page), decision: 'continue' }
    expectRefused(await victim.post(authorizeUrl(), fields, sandbox().app.url))
  })

  test('cancelling somebody else’s flow from another browser', async () => {
    const { page } = await openConsent()
    const fields = { transaction: transactionOf(page), decision: 'cancel' }
    expectRefused(await new Tab().post(authorizeUrl(), fields, sandbox().app.url))
  })

  test.each([
    ['changed by one character', (text: string) => text.replace(/.(?=.{40}$)/, (one) => (one === 'A' ? 'B' : 'A'))],
    ['cut short', (text: string) => text.slice(0, -8)],
    ['with another part swapped in', (text: string) => text.split('.').with(2, 'AAAAAAAAAAAAAAAA').join('.')],
    ['not encrypted at all', () => 'eyJhbGciOiJub25lIn0.eyJ0cmFuc2FjdGlvbiI6e319.'],
    ['absent', () => ''],
  ])('a transaction %s', async (_, change) => {
    const { tab, page } = await openConsent()
    const fields = { transaction: change(transactionOf(page)), decision: 'continue' }
    expectRefused(await tab.post(authorizeUrl(), fields, sandbox().app.url), 400, 'invalid_request')
  })

  test('an answer that is neither yes nor no', async () => {
    const { tab, page } = await openConsent()
    const fields = { transaction: transactionOf(page), decision: 'maybe' }
    expectRefused(await tab.post(authorizeUrl(), fields, sandbox().app.url), 400, 'invalid_request')
  })

  test('a transaction that is too old', async () => {
    const quick = await sandbox().startInstance({ SIGN_IN_LIFETIME: '1' })
    const tab = new Tab({ via: { from: sandbox().app.url, to: quick.url } })
    const { page } = await openConsent(tab)
    await pause(1900)
    const fields = { transaction: transactionOf(page), decision: 'continue' }
    const answer = await tab.post(authorizeUrl(), fields, sandbox().app.url)
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
  })
})

describe('cookie swap between browsers at the callback', () => {
  /** Goes as far as the redirect from Entra, which is not followed. */
  async function untilCallback(upn: string) {
    const flow = await openConsent()
    const picker = await flow.tab.follow(await flow.tab.press(flow.page, 'continue'))
    return { ...flow, callback: target(await flow.tab.press(picker, upn)).href }
  }

  test('the victim is sent the attacker’s Entra answer (login CSRF): refused, and the owner can still finish', async () => {
    const attacker = await untilCallback(MARCUS)
    expectRefused(await new Tab().open(attacker.callback))
    const done = await attacker.tab.open(attacker.callback)
    expect(target(done).searchParams.get('code')).toMatch(/^dmc_/)
  })

  test('the attacker finishes with what the victim’s browser got from Entra: refused', async () => {
    const [attacker, victim] = [await untilCallback(MARCUS), await untilCallback(PRIYA)]
    expectRefused(await attacker.tab.open(victim.callback))
  })

  test('the victim’s Entra code under the attacker’s state: Entra’s PKCE refuses it', async () => {
    const [attacker, victim] = [await untilCallback(MARCUS), await untilCallback(PRIYA)]
    const injected = new URL(attacker.callback)
    injected.searchParams.set('code', new URL(victim.callback).searchParams.get('code') ?? '')
    const page = await attacker.tab.open(injected.href)
    expect(page.headers.get('location')).toBeNull()
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(page.text).not.toContain('dmc_')
  })

  test('the consent given by the attacker, the sign-in link sent to the victim: the browser is not the one', async () => {
    const { tab, page } = await openConsent()
    const entra = target(await tab.press(page, 'continue')).href
    const victim = new Tab()
    const picker = await victim.open(entra)
    expectRefused(await victim.follow(await victim.press(picker, PRIYA)))
  })

  test.each([
    ['no state', () => ''],
    ['a state that we never made', () => `${'A'.repeat(12)}.${'A'.repeat(43)}`],
    ['a state changed at its end', (state: string) => state.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['the flow id alone', (state: string) => state.split('.')[0] ?? ''],
  ])('%s: refused', async (_, change) => {
    const { tab, callback } = await untilCallback(PRIYA)
    const url = new URL(callback)
    url.searchParams.set('state', change(url.searchParams.get('state') ?? ''))
    expectRefused(await tab.open(url.href), 400, 'invalid_request')
  })

  test('a state with two values', async () => {
    const { tab, callback } = await untilCallback(PRIYA)
    expectRefused(await tab.open(`${callback}&state=x`), 400, 'invalid_request')
  })

  test('the same callback ten times at once gives one code', async () => {
    const { tab, callback } = await untilCallback(PRIYA)
    const pages = await Promise.all(Array.from({ length: 10 }, () => tab.open(callback)))
    expect(pages.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(pages.filter(({ status }) => status === 400)).toHaveLength(9)
  })

  test('a sign-in that took too long is refused', async () => {
    const quick = await sandbox().startInstance({ SIGN_IN_LIFETIME: '2' })
    const tab = new Tab({ via: { from: sandbox().app.url, to: quick.url } })
    const { callback, cookies } = await inTime(2, async () => {
      const { page } = await openConsent(tab)
      const picker = await tab.follow(await tab.press(page, 'continue'))
      const url = target(await tab.press(picker, PRIYA)).href
      return { callback: url, cookies: await tab.jar.getCookies(url) }
    })
    await pause(2000)
    for (const cookie of cookies) await tab.jar.setCookie(`${cookie.key}=${cookie.value}; Path=/; Secure`, callback)
    expectRefused(await tab.open(callback), 400, 'invalid_request')
  })
})

describe('the answer belongs to the flow that was approved', () => {
  test('two flows of two clients in one browser: each code works only for its own client', async () => {
    const tab = new Tab()
    const flows = [await openConsent(tab), await openConsent(tab)]
    const codes: string[] = []
    for (const { page } of flows) {
      const picker = await tab.follow(await tab.press(page, 'continue'))
      codes.push(target(await tab.follow(await tab.press(picker, PRIYA))).searchParams.get('code') ?? '')
    }
    const [one, two] = flows
    const verifier = one!.pending.codeVerifier
    const foreign = await token(sandbox().app.url, codeFields(one!.party, { code: codes[1]!, verifier }))
    expect([foreign.status, foreign.json.error]).toEqual([400, 'invalid_grant'])
    const own = pairOf(
      await token(sandbox().app.url, codeFields(two!.party, { code: codes[1]!, verifier: two!.pending.codeVerifier })),
    )
    expect((await callTool(sandbox().app.url, own.access)).status).toBe(200)
  })
})
