import { beforeAll, describe, expect, test } from '@jest/globals'
import { PROBLEMS } from '../../../shared/oauth/callback/problems.ts'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { parseLinks } from '../../sandbox/chatgpt/html-form.ts'
import { callTool, codeFields, newParty, pairOf, type Party, PRIYA, signIn, token } from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab, target } from '../support/tab.ts'
import { refusalOf } from './answers.ts'
import { casesAt, expectPage, HEALED, SIGN_IN_STEPS } from './problem.ts'

const sandbox = useSandbox()
let party: Party
beforeAll(async () => {
  party = await newParty(sandbox())
})

describe('what asks for another way to sign in is asked for once, and then it is connected', () => {
  const cases = casesAt(SIGN_IN_STEPS, ({ page }) => HEALED.includes(page))
  const healing = cases.filter(([number]) => ![50132, 50133].includes(number))

  test.each(healing)('AADSTS%d %s at %s', async (_, __, step, says) => {
    sandbox().entra.behaviour(PRIYA, { signedIn: true, refuse: { [step]: refusalOf(says) } })
    const tab = new Tab()
    const pending = buildAuthorizeUrl(party.discovery, party.client)
    const silent = await tab.follow(await tab.press(await tab.open(pending.url), 'continue'))
    const hop = await tab.follow(silent)
    const asked = target(hop).searchParams
    const isFresh = says.page === 'fresh-sign-in'
    const stepUp = asked.get('claims')?.includes('capolids')
    expect([hop.status, asked.get('prompt'), stepUp]).toEqual([303, isFresh ? 'login' : null, !isFresh])
    const done = await tab.follow(await tab.press(await tab.follow(hop), PRIYA))
    const code = target(done).searchParams.get('code') ?? ''
    const pair = pairOf(await token(sandbox().app.url, codeFields(party, { code, verifier: pending.codeVerifier })))
    expect((await callTool(sandbox().app.url, pair.access)).status).toBe(200)
  })

  test.each(cases.filter(([number]) => [50132, 50133, 50158].includes(number)))(
    'AADSTS%d %s at %s again, although it was done: never a second time',
    async (_, __, step, says) => {
      sandbox().entra.behaviour(PRIYA, {
        refuse: { [step]: { ...refusalOf(says), number: says.claims ? 50072 : says.number } },
      })
      const { tab, page: hop } = await signIn(sandbox(), party, PRIYA)
      const page = await tab.follow(await tab.press(await tab.follow(hop), PRIYA))
      await expectPage(sandbox().app, page, { ...says, number: says.claims ? 50072 : says.number })
      expect((await events(sandbox().app, 'entra.fault')).join('')).not.toContain(`AADSTS${says.number} `)
    },
  )
})

describe('another account', () => {
  test('the page leads to Microsoft’s choice of accounts in the same browser, and the other one is connected', async () => {
    const wrong = 'tom.becker@harbourpine.example'
    sandbox().entra.behaviour(wrong, { refuse: { 'token.obo': { number: 50020, error: 'invalid_grant' } } })
    const asked = { login_hint: wrong, domain_hint: 'harbourpine.example' }
    const { tab, page, pending } = await signIn(sandbox(), party, wrong, { asked })
    const link = parseLinks(page.text, page.url).find((one) => one.includes('prompt=select_account')) ?? ''
    const query = new URL(link).searchParams
    expect([query.get('login_hint'), query.get('domain_hint'), query.has('state')]).toEqual([null, null, true])
    const done = await tab.follow(await tab.press(await tab.open(link), PRIYA))
    const code = target(done).searchParams.get('code') ?? ''
    pairOf(await token(sandbox().app.url, codeFields(party, { code, verifier: pending.codeVerifier })))
  })

  test('it is offered once, and its link is worth nothing in another browser', async () => {
    sandbox().entra.behaviour(PRIYA, { refuse: { 'token.obo': { number: 16000, error: 'interaction_required' } } })
    const { tab, page } = await signIn(sandbox(), party, PRIYA)
    const link = parseLinks(page.text, page.url).find((one) => one.includes('prompt=select_account')) ?? ''
    const other = new Tab()
    const stolen = await other.follow(await other.press(await other.open(link), PRIYA))
    expect([stolen.status, stolen.headers.get('location')]).toEqual([403, null])
    const second = await tab.follow(await tab.press(await tab.open(link), PRIYA))
    expect([second.status, second.text.includes('prompt=select_account')]).toEqual([403, false])
  })
})

describe('a client’s prompt=login', () => {
  const refusals = [
    ['another account', { number: 50020, error: 'invalid_grant' }],
    ['a claims challenge', { number: 50072, error: 'interaction_required', claims: true }],
  ] as const
  test.each(refusals)(
    'is said again on the way for %s, so that nobody is let in without a proof',
    async (_, refuse) => {
      sandbox().entra.behaviour(PRIYA, { signedIn: true, refuse: { 'token.obo': refuse } })
      const { tab, page } = await signIn(sandbox(), party, PRIYA, { asked: { prompt: 'login' } })
      const link =
        page.headers.get('location') ?? parseLinks(page.text, page.url).find((one) => one.includes('/authorize?'))
      expect(new URL(link ?? '').searchParams.getAll('prompt')).toEqual(['login'])
      expect((await tab.open(link ?? '')).status).toBe(200)
    },
  )
})

describe('Entra gives no refresh token', () => {
  test('at the sign-in: a page says what to grant, and no grant is made that would die within the hour', async () => {
    sandbox().entra.behaviour(PRIYA, { refreshTokens: false })
    const completed = (await events(sandbox().app, 'signin.completed')).length
    const { page } = await signIn(sandbox(), party, PRIYA)
    const { title } = PROBLEMS['not-renewable']
    expect([page.status, page.text.includes(`<h1>${title}</h1>`)]).toEqual([500, true])
    expect(page.text).toMatch(/offline_access[^]*\/adminconsent\?client_id=/)
    const line = await eventually(async () => (await events(sandbox().app, 'entra.fault')).at(-1))
    expect(line).toMatch(/code="no refresh token" .*reason=not-renewable/)
    expect(await events(sandbox().app, 'signin.completed')).toHaveLength(completed)
    expect(sandbox().entra.counters()['token.obo']).toBe(0)
  })

  test('at a renewal: the one before is kept, as often as it takes', async () => {
    const { page, pending } = await signIn(sandbox(), party, PRIYA)
    const code = target(page).searchParams.get('code') ?? ''
    let pair = pairOf(await token(sandbox().app.url, codeFields(party, { code, verifier: pending.codeVerifier })))
    sandbox().entra.behaviour(PRIYA, { refreshTokens: false })
    for (let round = 0; round < 3; round++) {
      const fields = { grant_type: 'refresh_token', refresh_token: pair.refresh, client_id: party.client.clientId }
      pair = pairOf(await token(sandbox().app.url, fields))
    }
    expect((await callTool(sandbox().app.url, pair.access)).status).toBe(200)
  })
})
