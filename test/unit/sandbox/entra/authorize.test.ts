import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { CLAIMS_CHALLENGE } from '../../../sandbox/entra/errors.ts'
import type { BehaviourChange, Entra } from '../../../sandbox/entra/start.ts'
import { TENANT_ID, person } from '../../../sandbox/people.ts'
import { API_SCOPE, REDIRECT_URI, SCOPES } from './driver.ts'
import { authorizeUrl, get, newTokens, oboForm, pkce, post, returned, signIn, start } from './driver.ts'
import { tokenRequest } from './driver.ts'

const rep = person('sales rep')
const manager = person('sales manager')
let entra: Entra

beforeAll(async () => {
  entra = await start()
})
afterEach(() => entra.reset())
afterAll(() => entra.close())

describe('the account picker', () => {
  test('is a plain form that lists everyone, the hinted account first', async () => {
    const response = await get(authorizeUrl(entra, { login_hint: manager.upn }))
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).toContain('<form method="post"')
    expect(text).toContain(`name="account" value="${rep.upn}"`)
    expect(text.indexOf(manager.upn)).toBeLessThan(text.indexOf(rep.upn))
  })

  test('posting an account redirects with code, exact state and session_state', async () => {
    const answer = await signIn(authorizeUrl(entra, { state: 'a b&c=+%' }), rep.upn)
    expect(answer.get('state')).toBe('a b&c=+%')
    expect([...answer.keys()].sort()).toEqual(['code', 'session_state', 'state'])
  })

  test('every persona signs in, those without Dynamics too', async () => {
    for (const persona of ['no Dynamics user', 'disabled user'] as const) {
      const tokens = await newTokens(entra, person(persona).upn)
      expect(tokens.scope).toBe(API_SCOPE)
    }
  })

  test('cancel goes back as access_denied', async () => {
    const answer = await returned(await post(authorizeUrl(entra), { cancel: '1' }))
    expect(answer.get('error')).toBe('access_denied')
    expect(answer.get('error_description')).toMatch(/^AADSTS65004: .* Trace ID: .* Correlation ID: .* Timestamp: /)
    expect(answer.get('state')).toBe('state-1')
  })

  test('markup in a parameter is escaped', async () => {
    const text = await (await get(authorizeUrl(entra, { redirect_uri: 'https://x.example/<script>' }))).text()
    expect(text).not.toContain('<script>')
  })
})

describe('refused on a page of Entra, never redirected', () => {
  const cases: [string, Record<string, string | undefined>][] = [
    ['AADSTS700016', { client_id: '00000000-0000-4000-8000-000000000000' }],
    ['AADSTS900144', { client_id: undefined }],
    ['AADSTS900144', { redirect_uri: undefined }],
    ['AADSTS50011', { redirect_uri: `${REDIRECT_URI}/` }],
    ['AADSTS50011', { redirect_uri: 'https://attacker.example/' }],
  ]

  test.each(cases)('%s %j', async (code, changes) => {
    const response = await get(authorizeUrl(entra, changes))
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
    expect(await response.text()).toContain(`${code}:`)
  })

  test('AADSTS9000411 for a repeated parameter', async () => {
    const response = await get(`${authorizeUrl(entra).href}&prompt=login&prompt=consent`)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('AADSTS9000411')
  })

  test('AADSTS50034 for an unknown account, AADSTS900144 for none', async () => {
    expect(await (await post(authorizeUrl(entra), { account: 'nobody@x.example' })).text()).toContain('AADSTS50034')
    expect(await (await post(authorizeUrl(entra), {})).text()).toContain('AADSTS900144')
  })

  test('AADSTS90002 for another tenant', async () => {
    const response = await get(authorizeUrl(entra).href.replace(TENANT_ID, 'common'))
    expect(await response.text()).toContain('AADSTS90002')
  })
})

describe('refused by a redirect', () => {
  const cases: [string, string, Record<string, string | undefined>][] = [
    ['AADSTS9010010', 'invalid_target', { resource: 'http://127.0.0.1:7071/mcp' }],
    ['AADSTS70011', 'invalid_scope', { scope: 'openid dynamics.read' }],
    ['AADSTS70011', 'invalid_scope', { scope: 'profile offline_access' }],
    ['AADSTS900144', 'invalid_request', { scope: undefined }],
    ['AADSTS900144', 'invalid_request', { response_type: undefined }],
    ['AADSTS70005', 'unsupported_response_type', { response_type: 'id_token' }],
    ['AADSTS70007', 'invalid_request', { response_mode: 'form_post' }],
    ['AADSTS50147', 'invalid_request', { code_challenge: pkce().challenge }],
    ['AADSTS50147', 'invalid_request', { code_challenge: pkce().challenge, code_challenge_method: 'plain' }],
    ['AADSTS501491', 'invalid_request', { code_challenge: 'short', code_challenge_method: 'S256' }],
    ['AADSTS90023', 'invalid_request', { prompt: 'sometimes' }],
    ['AADSTS90023', 'invalid_request', { claims: '{' }],
    ['AADSTS50058', 'login_required', { prompt: 'none' }],
  ]

  test.each(cases)('%s %s %j', async (code, error, changes) => {
    const answer = await returned(await get(authorizeUrl(entra, changes)))
    expect(answer.get('error')).toBe(error)
    expect(answer.get('error_description')).toContain(`${code}:`)
    expect(answer.get('state')).toBe('state-1')
  })
})

describe('scopes of the API', () => {
  test.each([SCOPES, SCOPES.replace('api://', ''), SCOPES.replace('MCP.Access', '.default')])('%s', async (scope) => {
    expect((await signIn(authorizeUrl(entra, { scope }), rep.upn)).get('code')).toMatch(/^1\./)
  })
})

describe('single sign-on', () => {
  test.each([undefined, 'none'])('prompt %s: at once', async (prompt) => {
    entra.behaviour(rep.upn, { signedIn: true })
    expect((await returned(await get(authorizeUrl(entra, { prompt })))).get('code')).toMatch(/^1\./)
  })

  test.each(['login', 'select_account', 'consent'])('prompt %s: a page all the same', async (prompt) => {
    entra.behaviour(rep.upn, { signedIn: true })
    expect((await get(authorizeUrl(entra, { prompt }))).status).toBe(200)
  })

  test('a claims challenge needs the person all the same', async () => {
    entra.behaviour(rep.upn, { signedIn: true })
    expect((await get(authorizeUrl(entra, { claims: CLAIMS_CHALLENGE }))).status).toBe(200)
    const silent = await returned(await get(authorizeUrl(entra, { claims: CLAIMS_CHALLENGE, prompt: 'none' })))
    expect(silent.get('error')).toBe('interaction_required')
  })

  test('two sessions need a hint', async () => {
    entra.behaviour('*', { signedIn: true })
    expect((await get(authorizeUrl(entra))).status).toBe(200)
    expect((await get(authorizeUrl(entra, { login_hint: rep.upn }))).status).toBe(302)
  })

  test('ends at the logout page', async () => {
    entra.behaviour(rep.upn, { signedIn: true })
    const logout = `${entra.url}/${TENANT_ID}/oauth2/v2.0/logout`
    expect((await get(`${logout}?post_logout_redirect_uri=https://attacker.example`)).status).toBe(400)
    expect((await get(logout)).status).toBe(200)
    expect((await get(authorizeUrl(entra))).status).toBe(200)
  })
})

describe('people who may not sign in', () => {
  test.each(['AADSTS50105', 'AADSTS53003', 'AADSTS50057'] as const)('%s: a page, or a redirect', async (code) => {
    entra.behaviour(rep.upn, { refuse: { authorize: code } })
    const page = await post(authorizeUrl(entra), { account: rep.upn })
    expect(page.headers.get('location')).toBeNull()
    expect(await page.text()).toContain(`${code}:`)

    entra.behaviour(rep.upn, { refuseBy: 'redirect' })
    const answer = await signIn(authorizeUrl(entra), rep.upn)
    expect(answer.get('error')).toBe('access_denied')
    expect(answer.get('error_description')).toContain(`${code}:`)
    expect((await signIn(authorizeUrl(entra), manager.upn)).has('code')).toBe(true)
  })

  const faults: [BehaviourChange, number][] = [
    [{ fault: { authorize: { kind: 'throttled', retryAfter: 9 } } }, 429],
    [{ fault: { authorize: { kind: 'down', status: 503, body: 'html' } } }, 503],
  ]
  test.each(faults)('%j', async (change, status) => {
    entra.behaviour('*', { ...change, refuseBy: 'redirect' })
    expect((await get(authorizeUrl(entra))).status).toBe(status)
    expect((await post(authorizeUrl(entra), { account: rep.upn })).status).toBe(status)
  })
})

describe('admin consent', () => {
  const url = (extra = '') => {
    const client = authorizeUrl(entra).searchParams.get('client_id') ?? ''
    return `${entra.url}/${TENANT_ID}/v2.0/adminconsent?client_id=${client}${extra}`
  }
  const obo = async () => tokenRequest(entra, oboForm((await newTokens(entra, rep.upn)).access_token))

  test('granting it lifts AADSTS65001', async () => {
    entra.behaviour(rep.upn, { consent: false })
    expect((await obo()).status).toBe(400)
    expect(await (await get(url())).text()).toContain('name="grant"')
    expect((await post(url(), { cancel: '1' })).status).toBe(200)
    expect((await obo()).status).toBe(400)
    expect((await post(url(), { grant: '1' })).status).toBe(200)
    expect((await obo()).status).toBe(200)
  })

  test('goes back to a registered address only', async () => {
    const back = await returned(await post(url(`&state=s&redirect_uri=${REDIRECT_URI}`), { grant: '1' }))
    expect(Object.fromEntries(back)).toMatchObject({ admin_consent: 'True', tenant: TENANT_ID, state: 's' })
    expect((await get(url('&redirect_uri=https://attacker.example'))).status).toBe(400)
  })
})
