import { describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { parseLinks } from '../../sandbox/chatgpt/html-form.ts'
import type { Fault } from '../../sandbox/dataverse/http/control.ts'
import type { BehaviourChange } from '../../sandbox/entra/start.ts'
import { connect, newParty, PRIYA, signIn } from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { backLink, type Page, Tab, target } from '../support/tab.ts'

const sandbox = useSandbox()
const STATE = 'as sent+with/all=of&it#ä'
const CORRELATION = '3f6c1b2a-0d4e-4f5a-8b6c-7d8e9f0a1b2c'

/** A problem is a page, never a redirect; its link carries the error to the client. */
function expectProblem(page: Page, status: number, title: string | RegExp, error: string): void {
  expect([page.status, page.headers.get('location')]).toEqual([status, null])
  expect(page.text).toMatch(title)
  const back = backLink(page, 'https://chatgpt.com/connector_platform_oauth_redirect')
  expect(back.searchParams.getAll('error')).toEqual([error])
  expect(back.searchParams.getAll('iss')).toEqual([sandbox().app.url])
  expect(back.searchParams.getAll('state')).toEqual([STATE])
  expect(back.searchParams.has('code')).toBe(false)
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(page.text).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/)
}

async function problemOf(upn: string): Promise<Page> {
  const { page } = await signIn(sandbox(), await newParty(sandbox()), upn, { asked: { state: STATE } })
  return page
}

/** Goes to Entra and comes back with an answer that Entra would have put into the redirect. */
async function comeBackWith(answer: Readonly<Record<string, string>>): Promise<Page> {
  const { discovery, client } = await newParty(sandbox())
  const tab = new Tab()
  const consent = await tab.open(buildAuthorizeUrl(discovery, client, { state: STATE }).url)
  const entra = target(await tab.press(consent, 'continue'))
  const query = new URLSearchParams({ ...answer, state: entra.searchParams.get('state') ?? '' })
  return tab.open(`${sandbox().app.url}/oauth/callback?${query.toString()}`)
}

describe('people whom Dynamics does not serve', () => {
  test.each<[string, string, RegExp, Fault | undefined]>([
    ['no Dynamics user', 'tom.becker@harbourpine.example', /You have no Dynamics 365 user/, undefined],
    ['a disabled user', 'grace.okafor@harbourpine.example', /Your Dynamics 365 user is disabled/, undefined],
    ['no role', PRIYA, /You have no role in Dynamics 365/, { upn: PRIYA, kind: 'forbidden' }],
  ])('%s', async (_, upn, title, fault) => {
    if (fault) sandbox().dataverse.fault(fault)
    expectProblem(await problemOf(upn), 403, title, 'access_denied')
    const [line] = await eventually(async () => (await events(sandbox().app, 'signin.failed')).slice(-1))
    expect(line).toContain('step=callback.who-am-i')
    expect(line).not.toContain(upn)
  })

  test('Dataverse down: try again later, and later it works', async () => {
    sandbox().dataverse.fault({ upn: PRIYA, kind: 'down', retryAfter: 0 })
    expectProblem(await problemOf(PRIYA), 503, /could not be finished/, 'temporarily_unavailable')
    sandbox().dataverse.reset()
    expect((await connect(sandbox(), PRIYA)).access).toMatch(/^dma_/)
  })
})

describe('what Entra refuses at the token endpoint', () => {
  test.each<[string, BehaviourChange, number, RegExp, string]>([
    ['consent is missing', { consent: false }, 403, /administrator must approve/, 'access_denied'],
    ['not assigned', { refuse: { 'token.obo': 'AADSTS50105' } }, 403, /not assigned/, 'access_denied'],
    [
      'conditional access',
      { refuse: { 'token.obo': 'AADSTS53003' } },
      403,
      /rule of your organisation/,
      'access_denied',
    ],
    ['account disabled', { refuse: { 'token.authorization_code': 'AADSTS50057' } }, 403, /blocked/, 'access_denied'],
    [
      'code used already',
      { refuse: { 'token.authorization_code': 'AADSTS54005' } },
      403,
      /took too long/,
      'access_denied',
    ],
    ['app unknown', { refuse: { 'token.authorization_code': 'AADSTS700016' } }, 500, /not set up/, 'server_error'],
    [
      'a code that we do not know',
      { refuse: { 'token.obo': { number: 7654321, error: 'invalid_grant' } } },
      403,
      /did not let you in/,
      'access_denied',
    ],
    [
      'the app’s own credential',
      { refuse: { 'token.authorization_code': 'AADSTS700213' } },
      500,
      /own credential/,
      'server_error',
    ],
    [
      'throttled',
      { fault: { 'token.authorization_code': { kind: 'throttled', retryAfter: 3 } } },
      503,
      /too many requests/,
      'temporarily_unavailable',
    ],
    [
      'a gateway’s page for the code',
      { fault: { 'token.authorization_code': { kind: 'down', status: 502, body: 'html' } } },
      503,
      /could not be finished/,
      'temporarily_unavailable',
    ],
    [
      'a gateway’s page for Dataverse',
      { fault: { 'token.obo': { kind: 'down', status: 502, body: 'html' } } },
      503,
      /could not be finished/,
      'temporarily_unavailable',
    ],
    [
      'a dropped connection',
      { fault: { 'token.authorization_code': { kind: 'reset' } } },
      503,
      /could not be finished/,
      'temporarily_unavailable',
    ],
  ])('%s', async (_, change, status, title, error) => {
    sandbox().entra.behaviour(PRIYA, change)
    expectProblem(await problemOf(PRIYA), status, title, error)
    sandbox().entra.reset()
    expect((await connect(sandbox(), PRIYA)).access).toMatch(/^dma_/)
  })

  test('missing consent shows the link that an administrator needs, and works once it is given', async () => {
    sandbox().entra.behaviour(PRIYA, { consent: false })
    const page = await problemOf(PRIYA)
    const { ENTRA_TENANT_ID: tenant = '', ENTRA_CLIENT_ID: id = '' } = sandbox().settings
    const links = parseLinks(page.text, page.url)
    expect(links).toContain(`${sandbox().entra.url}/${tenant}/adminconsent?client_id=${id}`)
    expect(page.text).toContain('AADSTS65001')
    sandbox().entra.behaviour(PRIYA, { consent: true })
    expect((await connect(sandbox(), PRIYA)).access).toMatch(/^dma_/)
  })
})

describe('what Entra puts into the redirect', () => {
  test.each([
    ['65001', 'interaction_required', 403, /administrator must approve/, 'access_denied'],
    ['65004', 'access_denied', 403, /You cancelled/, 'access_denied'],
    ['7654321', 'access_denied', 403, /Microsoft did not let you in/, 'access_denied'],
    ['16000', 'interaction_required', 403, /Use another account/, 'access_denied'],
    ['70043', 'interaction_required', 403, /fresh sign-in/, 'access_denied'],
    ['7000112', 'unauthorized_client', 500, /switched off[^]*Enterprise applications/, 'server_error'],
    ['90002', 'invalid_request', 500, /ENTRA_TENANT_ID/, 'server_error'],
    ['65005', 'invalid_client', 500, /azd provision entra --no-state[^]*adminconsent/, 'server_error'],
    ['650053', 'invalid_client', 500, /azd provision entra --no-state[^]*adminconsent/, 'server_error'],
    ['650057', 'invalid_resource', 500, /azd provision entra --no-state[^]*adminconsent/, 'server_error'],
    ['9010010', 'invalid_target', 500, /resource[^]*which this server never sends/, 'server_error'],
    ['500014', 'invalid_resource', 500, /must be enabled/, 'server_error'],
    ['7654322', 'invalid_client', 500, /Microsoft refuses this server itself/, 'server_error'],
    ['90055', 'temporarily_unavailable', 503, /too many requests/, 'temporarily_unavailable'],
    ['50105', 'access_denied', 403, /not assigned/, 'access_denied'],
    ['53003', 'access_denied', 403, /rule of your organisation/, 'access_denied'],
    ['50020', 'invalid_request', 403, /belongs elsewhere/, 'access_denied'],
    ['50034', 'invalid_request', 403, /belongs elsewhere/, 'access_denied'],
    ['90072', 'invalid_request', 403, /belongs elsewhere/, 'access_denied'],
    ['50057', 'access_denied', 403, /blocked/, 'access_denied'],
    ['700016', 'unauthorized_client', 500, /not set up/, 'server_error'],
    ['90094', 'access_denied', 403, /administrator must approve[^]*adminconsent/, 'access_denied'],
    ['90008', 'invalid_request', 500, /azd provision entra --no-state[^]*adminconsent/, 'server_error'],
    ['650056', 'invalid_client', 500, /azd provision entra --no-state[^]*adminconsent/, 'server_error'],
    ['90009', 'invalid_request', 500, /ENTRA_API_SCOPE/, 'server_error'],
    ['500011', 'invalid_resource', 500, /DATAVERSE_URL/, 'server_error'],
    ['650052', 'invalid_client', 500, /DATAVERSE_URL/, 'server_error'],
    ['999999', 'server_error', 503, /could not be finished/, 'temporarily_unavailable'],
  ])('AADSTS%s', async (number, error, status, title, told) => {
    const description = `AADSTS${number}: <b>text</b> of Entra's. Trace ID: x Correlation ID: ${CORRELATION} Timestamp: y`
    const page = await comeBackWith({ error, error_description: description })
    expectProblem(page, status, title, told)
    expect(page.text).toContain(`AADSTS${number}`)
    expect(page.text).toContain(CORRELATION)
    expect(page.text).not.toContain('<b>text</b>')
    expect(page.text).not.toContain('of Entra')
  })

  test('an error without a number is no more than "try again"', async () => {
    expectProblem(
      await comeBackWith({ error: 'server_error' }),
      503,
      /could not be finished/,
      'temporarily_unavailable',
    )
  })

  test('an error without a number that is Microsoft’s "Cancel"', async () => {
    const page = await comeBackWith({ error: 'access_denied', error_subcode: 'cancel' })
    expectProblem(page, 403, /You cancelled/, 'access_denied')
  })

  test('a code that Entra never gave', async () => {
    expectProblem(await comeBackWith({ code: 'made-up' }), 403, /too old or was used already/, 'access_denied')
  })

  test('neither a code nor an error', async () => {
    const page = await comeBackWith({})
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
    expect(page.text).toContain('invalid_request')
  })

  test('a sign-in that failed is over: its state does not work again', async () => {
    const { tab, page } = await signIn(sandbox(), await newParty(sandbox()), 'tom.becker@harbourpine.example')
    expect(page.status).toBe(403)
    const again = await tab.open(page.url)
    expect([again.status, again.headers.get('location')]).toEqual([400, null])
  })
})
