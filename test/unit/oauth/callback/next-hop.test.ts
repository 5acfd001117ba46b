import { describe, expect, test } from '@jest/globals'
import { entraError } from '../../../../shared/entra/refusals/entra-error.ts'
import { anotherAccount, nextHop } from '../../../../shared/oauth/callback/next-hop.ts'
import { PROBLEMS, type ProblemKind } from '../../../../shared/oauth/callback/problems.ts'
import type { Hop, Login, Visit } from '../../../../shared/oauth/login.ts'
import { ENTRA_SAYS } from '../../../e2e/entra/answers.ts'

const login = (...hops: Hop[]): Login => ({
  clientId: 'c',
  redirectUri: 'https://chatgpt.com/cb',
  clientState: 's',
  codeChallenge: 'x',
  scope: 'y',
  resource: 'z',
  codeVerifier: 'spent',
  nonce: 'spent',
  cookieHash: 'spent',
  hops,
  loginHint: 'a@b.example',
  domainHint: 'b.example',
})
const STEPS = ['redeem-code', 'on-behalf-of'] as const
const failure = (step: (typeof STEPS)[number] | 'authorize', kind: ProblemKind) => {
  const { number, error } = ENTRA_SAYS.find(({ page }) => page === kind)!
  return entraError(step, { status: 400, error, error_codes: [number], claims: '{"access_token":{}}' })
}
const fresh = (step: (typeof STEPS)[number] | 'authorize', number = 70043) =>
  entraError(step, { status: 400, error: 'invalid_grant', error_codes: [number] })

describe('once more to Entra', () => {
  test.each(STEPS)('for claims at %s, with what Entra asks for and the same sign-in', (step) => {
    expect(nextHop(failure(step, 'claims-required'), login())).toEqual({
      clientId: 'c',
      redirectUri: 'https://chatgpt.com/cb',
      clientState: 's',
      codeChallenge: 'x',
      scope: 'y',
      resource: 'z',
      loginHint: 'a@b.example',
      domainHint: 'b.example',
      hops: ['claims'],
      claims: '{"access_token":{}}',
    })
  })
  test.each([70043, 50078, 50173])('for a fresh sign-in (AADSTS%d), with prompt=login', (number) => {
    for (const step of STEPS)
      expect(nextHop(fresh(step, number), login())).toMatchObject({ prompt: 'login', hops: ['login'] })
  })
  test('for each reason once: what was asked before is not asked again, whatever came in between', () => {
    expect(nextHop(fresh('redeem-code'), login('login'))).toBeUndefined()
    expect(nextHop(fresh('redeem-code'), login('claims', 'login'))).toBeUndefined()
    expect(nextHop(failure('on-behalf-of', 'claims-required'), login('claims'))).toBeUndefined()
    expect(nextHop(failure('on-behalf-of', 'claims-required'), login('login'))).toMatchObject({
      hops: ['login', 'claims'],
    })
    expect(nextHop(fresh('redeem-code'), login('claims'))).toMatchObject({ hops: ['claims', 'login'], prompt: 'login' })
  })
  test('who was asked for a proof anew by the client is asked so on every hop', () => {
    const asked = { ...login(), anew: true } as const
    for (const hop of [
      nextHop(failure('on-behalf-of', 'claims-required'), asked),
      nextHop(fresh('redeem-code'), asked),
      anotherAccount('wrong-account', asked),
    ])
      expect(hop).toMatchObject({ anew: true })
    expect(nextHop(failure('on-behalf-of', 'claims-required'), login())).toMatchObject({ anew: undefined })
  })
  test('a visit stays one, and has its person choose unless Entra wants a fresh sign-in', () => {
    const visit: Visit = { kind: 'me', codeVerifier: 'spent', nonce: 'spent', cookieHash: 'spent', hops: [] }
    const claims = '{"access_token":{}}'
    expect(nextHop(failure('redeem-code', 'claims-required'), visit)).toEqual({ kind: 'me', hops: ['claims'], claims })
    expect(nextHop(fresh('redeem-code'), visit)).toEqual({ kind: 'me', hops: ['login'], prompt: 'login' })
    const choice = { kind: 'me', hops: ['account'], prompt: 'select_account' }
    expect(anotherAccount('wrong-account', visit)).toEqual(choice)
    expect(anotherAccount('wrong-account', { ...visit, hops: ['account'] })).toBeUndefined()
  })
  test('never for what the browser brought, which anybody may have written', () => {
    for (const hop of [fresh('authorize'), failure('authorize', 'claims-required')])
      expect(nextHop(hop, login())).toBeUndefined()
  })
  test.each(ENTRA_SAYS.filter(({ page }) => page !== 'claims-required' && page !== 'fresh-sign-in'))(
    'not for AADSTS$number $error',
    ({ number, error, status = 400 }) => {
      expect(nextHop(entraError('redeem-code', { status, error, error_codes: [number] }), login())).toBeUndefined()
    },
  )
  test.each([new TypeError('ours'), 'text', undefined])('not for %s', (error) =>
    expect(nextHop(error, login())).toBeUndefined(),
  )
})

describe('another account', () => {
  test.each(['wrong-account', 'wrong-tenant'] as const)('%s: offered once, without what the client knew', (kind) => {
    const start = anotherAccount(kind, login('claims'))
    expect(start).toMatchObject({ prompt: 'select_account', hops: ['claims', 'account'] })
    expect(start).toMatchObject({ loginHint: undefined, domainHint: undefined })
    expect(anotherAccount(kind, login('account'))).toBeUndefined()
  })
  const others = (Object.keys(PROBLEMS) as ProblemKind[]).filter((kind) => !/^wrong-/.test(kind))
  test.each(others)('not for %s', (kind) => expect(anotherAccount(kind, login())).toBeUndefined())
})
