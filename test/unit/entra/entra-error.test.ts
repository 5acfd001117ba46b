import { describe, expect, test } from '@jest/globals'
import {
  type EntraAnswer,
  entraError,
  EntraRefused,
  EntraUnavailable,
  readAnswer,
  redirectError,
} from '../../../shared/entra/entra-error.ts'

const STEPS = ['redeem-code', 'renew', 'on-behalf-of'] as const
const answer = (number: number, more: Partial<EntraAnswer> = {}): EntraAnswer => ({
  ...{ status: 400, error: 'invalid_grant', error_codes: [number] },
  ...more,
})

describe('what Entra means, by number, at every step', () => {
  test.each([
    [65001, 'consent-missing'],
    [650057, 'consent-missing'],
    [65004, 'cancelled'],
    [50105, 'not-assigned'],
    [53000, 'conditional-access'],
    [53003, 'conditional-access'],
    [530031, 'conditional-access'],
    [50020, 'wrong-account'],
    [50034, 'wrong-account'],
    [90072, 'wrong-account'],
    [50057, 'account-disabled'],
    [50053, 'account-disabled'],
    [70008, 'session-ended'],
    [70043, 'session-ended'],
    [700082, 'session-ended'],
    [50173, 'session-ended'],
    [54005, 'session-ended'],
    [50055, 'sign-in-again'],
    [50076, 'sign-in-again'],
    [50079, 'sign-in-again'],
    [16000, 'sign-in-again'],
    [700016, 'app-missing'],
  ] as const)('AADSTS%d: %s', (number, kind) => {
    for (const step of STEPS)
      expect(entraError(step, answer(number), undefined)).toMatchObject({
        name: 'EntraRefused',
        kind,
        step,
        code: `AADSTS${number}`,
      })
  })
})

describe('what decides nothing', () => {
  test.each([
    ['a number that is not on the list', answer(7000215, { error: 'invalid_client', status: 401 })],
    ['500133, an assertion out of its time: a ServerError in MSAL', answer(500133)],
    ['no number', { status: 400, error: 'invalid_grant' }],
    ['429, whatever it says', answer(50173, { status: 429, retryAfter: 17 })],
    ['500', answer(50173, { status: 500 })],
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
  test.each([50076, 50079, 50158, 16000])('AADSTS%d with claims', (number) => {
    expect(entraError('on-behalf-of', answer(number, { claims }), undefined)).toMatchObject({
      kind: 'claims-required',
      claims,
    })
  })
  test.each([
    ['with claims, whatever the number', { claims, error_codes: [1] }, 'claims-required'],
    ['without claims', { error_codes: [1] }, 'sign-in-again'],
  ])('interaction_required %s', (_, more, kind) => {
    expect(entraError('renew', answer(0, { error: 'interaction_required', ...more }), undefined)).toMatchObject({
      kind,
    })
  })
  test('claims beside a refusal that they cannot heal change nothing', () => {
    expect(entraError('renew', answer(53003, { claims }), undefined)).toMatchObject({ kind: 'conditional-access' })
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
    ['codes that are no numbers', null, { error: 'e', error_codes: ['65001'] }, {}],
    ['a list', null, [], {}],
  ])('%s', (_, retryAfter, json, expected) => {
    const read = readAnswer(400, retryAfter, json)
    expect(read).toMatchObject({ status: 400, ...expected })
    expect(read.error).toBe('error' in expected ? expected.error : undefined)
    expect(read.retryAfter).toBe('retryAfter' in expected ? expected.retryAfter : undefined)
  })
})

describe('a redirect to the callback without a code', () => {
  const text = (number: number) =>
    `AADSTS${number}: what happened. Trace ID: 1 Correlation ID: 0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01 Timestamp: 2026-11-24`
  test.each([
    ['access_denied', text(65004), { kind: 'cancelled', code: 'AADSTS65004' }],
    ['access_denied', '', { kind: 'cancelled' }],
    ['access_denied', text(50105), { kind: 'not-assigned' }],
    ['invalid_client', text(650057), { kind: 'consent-missing' }],
    ['unauthorized_client', text(700016), { kind: 'app-missing' }],
  ])('%s %s', (error, description, expected) => {
    expect(redirectError(error, description)).toMatchObject({ name: 'EntraRefused', step: 'authorize', ...expected })
  })
  test.each([
    ['server_error', text(90033)],
    ['temporarily_unavailable', ''],
    ['<script>', 'AADSTS'],
  ])('%s is no verdict', (error, description) => {
    expect(redirectError(error, description)).toBeInstanceOf(EntraUnavailable)
  })
  test('Entra’s correlation id is kept for the page', () => {
    expect(redirectError('access_denied', text(50105))).toMatchObject({
      entraCorrelationId: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01',
    })
  })
})
