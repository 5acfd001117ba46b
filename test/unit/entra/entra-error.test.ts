import { describe, expect, test } from '@jest/globals'
import { type EntraAnswer, readAnswer, readRedirect } from '../../../shared/entra/refusals/entra-answer.ts'
import { meaningOf, setUpNumbers } from '../../../shared/entra/refusals/entra-codes.ts'
import { entraError, EntraRefused, EntraUnavailable } from '../../../shared/entra/refusals/entra-error.ts'
import { ENTRA_SAYS, type Step } from '../../e2e/entra/answers.ts'

const STEPS = ['redeem-code', 'renew', 'on-behalf-of'] as const
const STEP_OF: Readonly<Record<Step, (typeof STEPS)[number] | 'authorize'>> = {
  authorize: 'authorize',
  'token.authorization_code': 'redeem-code',
  'token.refresh_token': 'renew',
  'token.obo': 'on-behalf-of',
}
const CLASS = { person: 'EntraRefused', deployment: 'EntraFault', nobody: 'EntraUnavailable' } as const
const answer = (number: number, more: Partial<EntraAnswer> = {}): EntraAnswer => ({
  status: 400,
  error: 'invalid_grant',
  error_codes: [number],
  ...more,
})

describe('whose matter an answer of Entra’s is, and what the page is about', () => {
  const cases = ENTRA_SAYS.flatMap((says) => says.at.map((at) => [says.number, says.error, at, says] as const))
  test.each(cases)('AADSTS%d %s at %s', (number, error, at, says) => {
    const given = answer(number, { error, status: says.status ?? 400, ...(says.claims && { claims: '{}' }) })
    const failure = entraError(STEP_OF[at], given)
    expect(failure).toMatchObject({ name: CLASS[says.matterOf], code: `AADSTS${number}`, step: STEP_OF[at] })
    expect(failure.kind).toBe(says.page)
  })
})

describe('the error decides, whatever the number', () => {
  const NUMBERS = [undefined, 1, 70000, 90023, 1234567, 99999999]
  const numbered = (number: number | undefined, error: string): EntraAnswer => ({
    status: 400,
    error,
    ...(number === undefined ? {} : { error_codes: [number] }),
  })
  test.each(['invalid_grant', 'interaction_required', 'login_required', 'consent_required'])(
    '%s: the person',
    (error) => {
      for (const step of STEPS)
        for (const number of NUMBERS) expect(entraError(step, numbered(number, error)).name).toBe('EntraRefused')
    },
  )
  test.each(['invalid_client', 'unauthorized_client', 'invalid_resource'])('%s: the deployment', (error) => {
    for (const step of STEPS)
      for (const number of NUMBERS) expect(entraError(step, numbered(number, error)).name).toBe('EntraFault')
  })
  test.each(['server_error', 'temporarily_unavailable', 'slow_down', '', '__proto__', 'constructor', 'INVALID_GRANT'])(
    '%j: nobody',
    (error) => {
      for (const step of STEPS)
        for (const number of NUMBERS) expect(entraError(step, numbered(number, error)).name).toBe('EntraUnavailable')
    },
  )
})

describe('a number never ends a session, and keeps one that is not at fault', () => {
  test.each(setUpNumbers().filter((number) => ![50013, 500131, 500133].includes(number)))('AADSTS%d', (number) => {
    for (const step of STEPS) expect(entraError(step, answer(number)).name).toBe('EntraFault')
    expect(meaningOf(number)?.says).toMatch(/^[a-z].{10,}[^.]$/)
  })
  test.each([50013, 500131, 500133])('AADSTS%d is the app’s own matter only for a token just given', (number) => {
    expect(STEPS.map((step) => entraError(step, answer(number)).name)).toEqual([
      ...['EntraRefused', 'EntraRefused', 'EntraFault'],
    ])
  })
  test.each([429, 500, 502, 503, 504, 200, 302])('status %d decides nothing, whatever the body says', (status) => {
    for (const error of ['invalid_grant', 'invalid_client', 'interaction_required'])
      expect(entraError('renew', answer(50173, { status, error })).name).toBe('EntraUnavailable')
  })
})

describe('what decides nothing', () => {
  test.each([
    ['429, whatever it says', answer(50173, { status: 429, retryAfter: 17 })],
    ['503', answer(70008, { status: 503 })],
    ['200 without a token', { status: 200 }],
    ['a body that is no error object', { status: 400 }],
    ['no answer', undefined],
  ])('%s', (_, given) => {
    const error = entraError('renew', given, new TypeError('msal'))
    expect(error).toBeInstanceOf(EntraUnavailable)
    expect(error).toMatchObject({ step: 'renew', cause: expect.any(TypeError) as unknown })
    expect(error).toHaveProperty('retryAfter', given?.retryAfter)
  })

  test('an error that was classified before stays as it is', () => {
    const refused = new EntraRefused('not-assigned', 'renew', answer(50105))
    expect(entraError('on-behalf-of', answer(65001), refused)).toBe(refused)
  })
})

describe('a claims challenge', () => {
  const claims = '{"access_token":{"capolids":{"essential":true}}}'
  test.each([50076, 50079, 50158, 1])('AADSTS%d with claims', (number) => {
    for (const error of ['interaction_required', 'invalid_grant'])
      expect(entraError('on-behalf-of', answer(number, { claims, error }))).toMatchObject({
        kind: 'claims-required',
        claims,
      })
  })
  test('claims beside a refusal that they cannot heal change nothing', () => {
    expect(entraError('renew', answer(53003, { claims }))).toMatchObject({ kind: 'conditional-access' })
    expect(entraError('renew', answer(700016, { claims }))).toMatchObject({ kind: 'app-missing' })
  })
})

describe('reading an answer', () => {
  const body = { error: 'invalid_grant', error_codes: [65001], correlation_id: 'c', suberror: 's', extra: 1 }
  test.each([
    [
      'an error object',
      '30',
      body,
      { retryAfter: 30, error: 'invalid_grant', error_codes: [65001], correlation_id: 'c' },
    ],
    ['a date for Retry-After', 'Wed, 21 Oct 2026 07:28:00 GMT', {}, {}],
    ['nonsense for Retry-After', '-1', {}, {}],
    ['HTML', null, {}, {}],
    ['codes as text', null, { error: 'e', error_codes: ['65001'] }, { error: 'e', error_codes: [65001] }],
    ['no codes but the text', null, { error: 'e', error_description: 'AADSTS500011: x' }, { error_codes: [500011] }],
    ['a list', null, [], {}],
  ])('%s', (_, retryAfter, json, expected) => {
    const read = readAnswer(400, retryAfter, json)
    expect(read).toMatchObject({ status: 400, ...expected })
    expect(read.error).toBe((json as { error?: string }).error)
    expect(read.retryAfter).toBe('retryAfter' in expected ? expected.retryAfter : undefined)
  })
})

describe('the error decides, whatever stands beside it', () => {
  const ODD = [null, 7, '', {}, [], [null], ['x'], [0], [-1], [1.5], [[]], true, 'AADSTS', '{', '[]', 'null']
  const MEMBERS = ['error_codes', 'suberror', 'claims', 'correlation_id', 'error_description', 'timestamp']
  test.each(MEMBERS)('%s of any kind', (member) => {
    for (const odd of ODD)
      for (const [error, name] of [
        ['invalid_grant', 'EntraRefused'],
        ['invalid_client', 'EntraFault'],
      ] as const) {
        const failure = entraError('renew', readAnswer(400, null, { error, [member]: odd }))
        expect([member, odd, failure.name]).toEqual([member, odd, name])
        expect('claims' in failure && failure.claims).toBeFalsy()
      }
  })
  test('a fault of the set-up is known by its text, too, and ends nobody’s session', () => {
    for (const error_codes of [undefined, [], null, ['x']]) {
      const body = { error: 'invalid_grant', error_codes, error_description: 'AADSTS500011: The resource' }
      expect(entraError('on-behalf-of', readAnswer(400, null, body))).toMatchObject({ name: 'EntraFault' })
    }
  })
})

describe('a redirect to the callback without a code', () => {
  const CORRELATION = '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01'
  const text = (number: number) =>
    `AADSTS${number}: what happened. Trace ID: 1 Correlation ID: ${CORRELATION} Timestamp: 2026-11-24`
  const read = (error: string, description: string) => entraError('authorize', readRedirect(error, description))

  test.each([
    ['access_denied', text(65004), { kind: 'cancelled', code: 'AADSTS65004' }],
    ['access_denied', '', { kind: 'cancelled', code: 'access_denied' }],
    ['access_denied', 'the user canceled the authentication', { kind: 'cancelled' }],
    ['access_denied', text(7654321), { kind: 'not-let-in', code: 'AADSTS7654321' }],
    ['access_denied', text(50105), { kind: 'not-assigned' }],
    ['invalid_request', text(50020), { kind: 'wrong-account' }],
    ['interaction_required', text(16000), { kind: 'wrong-account' }],
    ['invalid_client', text(650057), { kind: 'registration-incomplete' }],
    ['unauthorized_client', text(700016), { kind: 'app-missing' }],
    ['invalid_target', text(9010010), { kind: 'request-not-accepted' }],
    ['invalid_request', text(7654321), { kind: 'request-not-accepted' }],
    ['server_error', text(90033), { kind: 'unavailable' }],
    ['temporarily_unavailable', '', { kind: 'unavailable', code: 'temporarily_unavailable' }],
    ['<script>', 'AADSTS', { kind: 'unavailable', code: 'unknown_error' }],
    ['call_this_number', '', { kind: 'unavailable', code: 'unknown_error' }],
    ['constructor', '', { kind: 'unavailable', code: 'unknown_error' }],
  ])('%s %s', (error, description, expected) => {
    expect(read(error, description)).toMatchObject({ step: 'authorize', ...expected })
  })

  test.each([
    'x'.repeat(100_000),
    'AADSTS'.repeat(20_000),
    `AADSTS${'1'.repeat(50_000)}`,
    `Correlation ID: ${'a'.repeat(50_000)}`,
    'AADSTS65004\r\n{"event":"entra.fault"}',
  ])('of its text nothing is kept but a number and an id: %#', (description) => {
    const error = read('server_error', description)
    expect(error.code).toMatch(/^(AADSTS\d{4,8}|server_error)$/)
    expect(error.entraCorrelationId).toBeUndefined()
  })

  test('Entra’s correlation id is kept for the page', () => {
    expect(read('access_denied', text(50105)).entraCorrelationId).toBe(CORRELATION)
  })
})
