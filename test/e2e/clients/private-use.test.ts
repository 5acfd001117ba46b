import { describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { parseLinks } from '../../sandbox/chatgpt/html-form.ts'
import { callTool, codeFields, newParty, pairOf, PRIYA, refresh, register, signIn, token } from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab, target } from '../support/tab.ts'

const sandbox = useSandbox({
  deployed: true,
  settings: { CLIENTS: 'chatgpt cursor', REDIRECT_URI_ALLOW_LIST: 'com.example.app:/oauth2redirect' },
})
const CURSOR = 'cursor://anysphere.cursor-mcp/oauth/callback'
const NO_DYNAMICS_USER = 'tom.becker@harbourpine.example'
const party = () => newParty(sandbox(), 'none', CURSOR)

describe('an app that is reached by a scheme of its own', () => {
  test('signs a person in, gets tokens, calls a tool and refreshes', async () => {
    const app = await party()
    const { page, pending } = await signIn(sandbox(), app, PRIYA)
    const location = page.headers.get('location') ?? ''
    expect([page.status, location.startsWith(`${CURSOR}?code=dmc_`)]).toEqual([303, true])
    const back = target(page).searchParams
    expect([back.get('state'), back.get('iss')]).toEqual([pending.state, sandbox().app.url])
    const issued = { code: back.get('code') ?? '', verifier: pending.codeVerifier }
    const pair = pairOf(await token(sandbox().app.url, codeFields(app, issued)))
    expect((await callTool(sandbox().app.url, pair.access)).status).toBe(200)
    expect((await refresh(sandbox().app.url, app, pair.refresh)).status).toBe(200)
  })

  test('is shown as an app and no website, with the whole address, and logged as one', async () => {
    const { discovery, client } = await party()
    const { text } = await new Tab().open(buildAuthorizeUrl(discovery, client).url)
    expect(text).toContain('<dd class="host">the app on this device that opens cursor: links</dd>')
    expect(text).toContain(`<dd class="soft">${CURSOR}</dd>`)
    expect(text).toContain('another app on this device could claim such links')
    expect(text).not.toMatch(/class="host">anysphere/)
    for (const name of ['client.registered', 'consent.shown']) {
      const line = await eventually(async () => (await events(sandbox().app, name)).at(-1))
      expect(line).toContain('redirectHost=cursor://anysphere.cursor-mcp')
    }
  })

  test('hears of Cancel, and of a problem by the link of the page', async () => {
    const app = await party()
    const tab = new Tab()
    const consent = await tab.open(buildAuthorizeUrl(app.discovery, app.client).url)
    const cancelled = await tab.press(consent, 'cancel')
    expect(cancelled.headers.get('location')).toContain(`${CURSOR}?error=access_denied&`)
    const { page } = await signIn(sandbox(), app, NO_DYNAMICS_USER)
    expect(page.text).toContain('Back to the app on this device that opens cursor: links')
    const [link = ''] = parseLinks(page.text, page.url).filter((one) => one.startsWith('cursor:'))
    expect(link).toContain(`${CURSOR}?error=access_denied&`)
  })

  test('may have a scheme with a dot, without a host', async () => {
    const app = await newParty(sandbox(), 'none', 'com.example.app:/oauth2redirect')
    const { page } = await signIn(sandbox(), app, PRIYA)
    expect(page.headers.get('location')).toContain('com.example.app:/oauth2redirect?code=dmc_')
  })

  test.each([
    'cursor://anysphere.cursor-mcp/oauth/callback/',
    'cursor://anysphere.cursor-mcp/oauth/callback?x=1',
    'cursor://evil/oauth/callback',
    'cursor:/oauth/callback',
    'cursors://anysphere.cursor-mcp/oauth/callback',
    'com.example.app://oauth2redirect',
    'com.example.app:/oauth2redirect/x',
    'javascript:alert(1)',
  ])('nothing but the very address: %s', async (uri) => {
    const { status, json } = await register(sandbox().app.url, { redirect_uris: [uri] })
    expect([status, json.error]).toEqual([400, 'invalid_redirect_uri'])
  })
})

describe('a state', () => {
  test.each([
    ['n+eBY==', 'n%2BeBY=='],
    ...['n%2BeBY%3D%3D', 'n%2bEBY%3d%3d', 'a%20b%2Fc', 'a+b', 'x!$()*,;:@/?'].map((state) => [state, state] as const),
  ])('%s comes back as %s through consent, Microsoft and both ways back', async (written, read) => {
    const { discovery, client } = await party()
    const url = buildAuthorizeUrl(discovery, client, { state: 'PUT-IN' }).url.replace('PUT-IN', written)
    const open = async () => {
      const tab = new Tab()
      return { tab, consent: await tab.open(url) }
    }
    const first = await open()
    const picker = await first.tab.follow(await first.tab.press(first.consent, 'continue'))
    const done = await first.tab.follow(await first.tab.press(picker, PRIYA))
    expect(done.headers.get('location')).toContain(`&state=${read}&iss=http`)
    const second = await open()
    const cancelled = await second.tab.press(second.consent, 'cancel')
    expect(cancelled.headers.get('location')).toContain(`&state=${read}&iss=http`)
  })
})
