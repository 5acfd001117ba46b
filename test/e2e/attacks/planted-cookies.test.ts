import { describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { STREAM_MODE } from '../../sandbox/start-sandbox.ts'
import { form, MARCUS, newParty, refreshFields } from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { useSandbox } from '../support/suite.ts'
import { type Page, Tab, target } from '../support/tab.ts'

const sandbox = useSandbox({ deployed: true })
/** What a client writes as UTF-8, one character a byte, as Node's requests take it. */
const onTheWire = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

async function openConsent() {
  const party = await newParty(sandbox())
  const tab = new Tab()
  return { party, tab, page: await tab.open(buildAuthorizeUrl(party.discovery, party.client).url) }
}

/** The attacker has signed in as himself, and has taken the answer of Entra and his cookie out of his own browser. */
async function attackersAnswer() {
  const { tab, page } = await openConsent()
  const sent = await tab.press(page, 'continue')
  const [name = '', value = ''] = cookieOf(sent, 'signin')
  const picker = await tab.follow(sent)
  return { tab, name, value, callback: target(await tab.press(picker, MARCUS)).href }
}

function cookieOf(page: Page, purpose: string): string[] {
  const line = page.headers.getSetCookie().find((one) => one.startsWith(`__Host-${purpose}-`)) ?? ''
  return line.split(';', 1)[0]?.split('=') ?? []
}

/** What a sibling host may set for the whole domain, since none of these names begins with `__Host-`. */
const PLANTED: readonly [string, (cookie: string) => string][] = [
  ['behind a comma', (cookie) => `x=1,${cookie}`],
  ['behind a comma and a blank', (cookie) => `x=1, ${cookie}`],
  ...[0xa0, 0xfeff, 0x2003, 0x2028, 0x3000, 0x1680, 0x85].map((code): (typeof PLANTED)[number] => [
    `behind U+${code.toString(16).padStart(4, '0')}`,
    (cookie) => `${String.fromCodePoint(code)}${cookie}`,
  ]),
  ['in quotes', (cookie) => `x="1;${cookie}"`.replace(';', ',')],
  ['in capitals', (cookie) => cookie.replace('__Host-signin', '__HOST-SIGNIN')],
  ['percent-encoded', (cookie) => cookie.replace('_', '%5F')],
]

describe('a cookie that a sibling host has planted', () => {
  test.each(PLANTED)('%s is none of ours: the victim does not end in the attacker’s flow', async (_, plant) => {
    const { tab, name, value, callback } = await attackersAnswer()
    const cookie = onTheWire(plant(`${name}=${value}`))
    const answer = await raw(callback, { headers: { accept: 'text/html', cookie } })
    expect([answer.status, answer.headers.location]).toEqual([403, undefined])
    const own = await tab.open(callback)
    expect(target(own).searchParams.get('code')).toMatch(/^dmc_/)
  })
})

describe('a cookie beyond Latin-1', () => {
  const FOREIGN = ['a=€', 'a=日本', '€=1', 'a=\u{1f600}', 'a=\ufffd'].map(onTheWire)

  test('is passed over, wherever it is sent', async () => {
    const base = sandbox().app.url
    const { party } = await openConsent()
    const consent = buildAuthorizeUrl(party.discovery, party.client).url
    for (const cookie of FOREIGN) {
      const page = await raw(consent, { headers: { accept: 'text/html', cookie } })
      expect([page.status, page.text.includes('Continue')]).toEqual([200, true])
      const callback = await raw(`${base}/oauth/callback?state=x`, { headers: { accept: 'text/html', cookie } })
      expect([callback.status, callback.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8'])
      const home = await raw(base, { headers: { 'user-agent': cookie, accept: 'application/json' } })
      expect(home.status).toBe(200)
      const token = await form(`${base}/oauth/token`, refreshFields(party, 'dmr_x'), { cookie })
      expect([token.status, token.json.error]).toEqual([400, 'invalid_grant'])
    }
  })

  test('does not keep a person from signing in beside it', async () => {
    const base = sandbox().app.url
    const party = await newParty(sandbox())
    const tab = new Tab()
    const page = await tab.open(buildAuthorizeUrl(party.discovery, party.client).url)
    const [name = '', value = ''] = cookieOf(page, 'consent')
    const transaction = /name="transaction" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const body = new URLSearchParams({ transaction, decision: 'continue' }).toString()
    const headers = {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      origin: sandbox().app.url,
      'content-length': String(body.length),
      cookie: onTheWire(`a=€; ${name}=${value}; b=日本`),
    }
    const sent = await raw(`${base}/oauth/authorize`, { method: 'POST', headers, body: [body] })
    expect(sent.status).toBe(303)
  })

  // The host itself fails to hand such a request to the worker, which we never see.
  test('has no answer in stream mode, and keeps nobody else waiting', async () => {
    const { url } = await sandbox().startInstance(STREAM_MODE)
    const planted = FOREIGN.map((cookie) =>
      fetch(`${url}/health`, { headers: { cookie }, signal: AbortSignal.timeout(400) }),
    )
    const outcomes = await Promise.allSettled(planted)
    expect(outcomes.map(({ status }) => status)).toEqual(FOREIGN.map(() => 'rejected'))
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })
})
