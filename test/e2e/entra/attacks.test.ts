import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { newParty, type Party, PRIYA, signIn } from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { type Page, Tab, target } from '../support/tab.ts'

const sandbox = useSandbox()
const LINE = '\r\n{"event":"entra.fault","code":"AADSTS7000222"}'
const OTHERS_ID = '3f6c1b2a-0d4e-4f5a-8b6c-7d8e9f0a1b2c'
let party: Party
beforeAll(async () => {
  party = await newParty(sandbox())
})

/** As far as the address at Entra to which the browser is sent. */
async function sentToEntra(asked: Readonly<Record<string, string>>, button = 'continue'): Promise<URL> {
  const tab = new Tab()
  const consent = await tab.open(buildAuthorizeUrl(party.discovery, party.client, asked).url)
  return target(await tab.press(consent, button))
}

async function comeBackWith(answer: Readonly<Record<string, string>>): Promise<Page> {
  const tab = new Tab()
  const consent = await tab.open(buildAuthorizeUrl(party.discovery, party.client).url)
  const entra = target(await tab.press(consent, 'continue'))
  const query = new URLSearchParams({ ...answer, state: entra.searchParams.get('state') ?? '' })
  return tab.open(`${sandbox().app.url}/oauth/callback?${query.toString()}`)
}

describe('what a client may say to Entra', () => {
  test.each([
    [{ prompt: 'login' }, 'login'],
    [{ prompt: 'select_account' }, 'select_account'],
    [{ prompt: 'consent' }, null],
    [{ prompt: 'login consent' }, 'login'],
    [{}, null],
  ])('%j: the prompt at Entra is %p', async (asked, prompt) => {
    expect((await sentToEntra(asked)).searchParams.getAll('prompt')).toEqual(prompt === null ? [] : [prompt])
  })

  test('who asked for a proof anew gets it by “Use another account” too; what the client knew is dropped there', async () => {
    const asked = { login_hint: PRIYA, domain_hint: 'harbourpine.example' }
    const plain = (await sentToEntra(asked, 'switch')).searchParams
    expect([plain.get('prompt'), plain.get('login_hint'), plain.get('domain_hint')]).toEqual([
      'select_account',
      null,
      null,
    ])
    const proof = (await sentToEntra({ ...asked, prompt: 'login' }, 'switch')).searchParams
    expect([proof.get('prompt'), proof.get('login_hint')]).toEqual(['login', null])
  })

  test('an address and a domain arrive, and Entra begins with them', async () => {
    const url = await sentToEntra({ login_hint: PRIYA, domain_hint: 'harbourpine.example' })
    expect(url.searchParams.get('login_hint')).toBe(PRIYA)
    expect(url.searchParams.get('domain_hint')).toBe('harbourpine.example')
    const picker = await new Tab().open(url.href)
    expect(/<button name="account" value="([^"]+)"/.exec(picker.text)?.[1]).toBe(PRIYA)
  })

  test('prompt=login is a sign-in anew even where the browser is signed in', async () => {
    sandbox().entra.behaviour(PRIYA, { signedIn: true })
    const silent = await new Tab().open((await sentToEntra({})).href)
    const anew = await new Tab().open((await sentToEntra({ prompt: 'login' })).href)
    expect([silent.status, anew.status]).toEqual([302, 200])
  })

  test('nothing else is passed on, and nothing hides in what is', async () => {
    const baseline = [...(await sentToEntra({})).searchParams.keys()].sort()
    const url = await sentToEntra({
      claims: '{"id_token":{"planted-evil":null}}',
      acr_values: 'x',
      ui_locales: 'de',
      id_token_hint: 'eyJ',
      max_age: '0',
      display: 'popup',
      sid: '1',
      msafed: '0',
      amr_values: 'ngcmfa',
      client_info: '1',
      nonce: 'planted-evil',
      instance_aware: 'true',
      login_hint: `${PRIYA}&prompt=none`,
      domain_hint: 'a.example&state=planted-evil',
      hsu: '1',
      'X-AnchorMailbox': 'planted-evil',
    })
    expect([...url.searchParams.keys()].sort()).toEqual(baseline)
    expect(url.href).not.toContain('planted-evil')
    const line = await eventually(async () => (await events(sandbox().app, 'consent.shown')).at(-1))
    expect(line).toContain('left out: login_hint, domain_hint')
    expect(line).not.toContain('planted-evil')
  })

  test.each([
    ['none', 'consent_required'],
    ['none login', 'invalid_request'],
    ['login\r\nx', 'invalid_request'],
    ['LOGIN', 'invalid_request'],
    ['login&state=evil', 'invalid_request'],
  ])('prompt=%j is refused by name, to the client', async (prompt, error) => {
    const page = await new Tab().open(buildAuthorizeUrl(party.discovery, party.client, { prompt }).url)
    expect([page.status, target(page).searchParams.get('error')]).toEqual([303, error])
  })

  test('a prompt or hint that is sent twice is refused', async () => {
    for (const name of ['prompt', 'login_hint', 'domain_hint']) {
      const url = `${buildAuthorizeUrl(party.discovery, party.client, { [name]: 'login' }).url}&${name}=none`
      expect((await new Tab().open(url)).status).toBe(400)
    }
  })
})

describe('what an attacker may bring to the callback', () => {
  test.each([
    ['a line of the log', { error: 'access_denied', error_description: `AADSTS65004: x${LINE}` }],
    ['a line of the log in the error', { error: `invalid_client${LINE}` }],
    ['an alarm', { error: 'invalid_client', error_description: 'AADSTS7000222: x' }],
    ['a page', { error: 'access_denied', error_description: `AADSTS1234567: <h1>Call 555</h1><script>1</script>` }],
    [
      'a link',
      { error: 'server_error', error_uri: 'https://evil.example/', error_description: 'https://evil.example/' },
    ],
    ['a name of every object', { error: '__proto__', error_description: 'constructor' }],
    ['claims', { error: 'interaction_required', error_description: 'AADSTS50076: x', claims: '{"access_token":{}}' }],
    ['a fresh sign-in', { error: 'interaction_required', error_description: 'AADSTS70043: x' }],
    ['much text', { error: 'x'.repeat(1500), error_description: 'AADSTS'.repeat(400) }],
  ])('%s: it is shown and logged in our words alone, and leads nowhere', async (_, answer) => {
    const faults = (await events(sandbox().app, 'entra.fault')).length
    const failed = (await events(sandbox().app, 'signin.failed')).length
    const page = await comeBackWith(answer)
    expect(page.headers.get('location')).toBeNull()
    expect([403, 500, 503]).toContain(page.status)
    expect(page.text).not.toMatch(/evil|Call 555|<script|"event"|__proto__|constructor|x{100}/)
    const lines = await eventually(async () => {
      const all = (await events(sandbox().app, 'signin.failed')).slice(failed)
      return all.length > 0 && all
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toMatch(/evil|Call 555|"event"|x{100}/)
    expect(await events(sandbox().app, 'entra.fault')).toHaveLength(faults)
  })

  test('an id is kept only in the form that Entra gives it', async () => {
    const odd = await comeBackWith({
      error: 'access_denied',
      error_description: `AADSTS50105: Correlation ID: ${'a'.repeat(36)}`,
    })
    expect(odd.text).not.toContain('a'.repeat(36))
    const page = await comeBackWith({
      error: 'access_denied',
      error_description: `AADSTS50105: Correlation ID: ${OTHERS_ID}`,
    })
    expect(page.text).toMatch(new RegExp(`In the log: (?!${OTHERS_ID})[0-9a-f-]{36}\nAt Microsoft: ${OTHERS_ID}`))
  })

  test('no answer makes a sign-in go round for ever', async () => {
    const fresh = { number: 70043, error: 'invalid_grant' }
    const challenge = { number: 50072, error: 'interaction_required', claims: true }
    sandbox().entra.behaviour(PRIYA, { refuse: { 'token.authorization_code': fresh } })
    const { tab, page: first } = await signIn(sandbox(), party, PRIYA)
    let page = first
    let hops = 0
    for (; page.status === 303 && hops < 10; hops++) {
      const [now, then] = hops % 2 === 0 ? [challenge, null] : [null, fresh]
      sandbox().entra.behaviour(PRIYA, { refuse: { 'token.obo': now, 'token.authorization_code': then } })
      page = await tab.follow(await tab.press(await tab.follow(page), PRIYA))
    }
    expect([hops, page.status]).toEqual([2, 403])
  })
})
