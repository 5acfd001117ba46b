import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkPkce } from '../../../shared/oauth/pkce/check-pkce.ts'
import { isCodeVerifier, verifierMatches } from '../../../shared/oauth/pkce/check-code-verifier.ts'
import { challengeOf, isCodeChallenge } from '../../../shared/oauth/pkce/code-challenge.ts'

/** RFC 7636, appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

describe('the verifier', () => {
  test('of the RFC’s own example matches', () => {
    expect(challengeOf(VERIFIER)).toBe(CHALLENGE)
    expect(verifierMatches(VERIFIER, CHALLENGE)).toBe(true)
  })

  test.each([
    ['the challenge itself (a "plain" downgrade)', CHALLENGE],
    ['another', VERIFIER.replace('d', 'e')],
    ['in another case', VERIFIER.toUpperCase()],
    ['with a line break', `${VERIFIER}\n`],
    ['padded', `${VERIFIER}=`],
    ['empty', ''],
  ])('%s does not match', (_, verifier) => expect(verifierMatches(verifier, CHALLENGE)).toBe(false))

  test.each([
    ['42 characters', 'a'.repeat(42), false],
    ['43 characters', 'a'.repeat(43), true],
    ['128 characters', '~'.repeat(128), true],
    ['129 characters', 'a'.repeat(129), false],
    ['all that may be in it', `${'-._~'.repeat(10)}aZ9`, true],
    ['a blank', `${'a'.repeat(43)} `, false],
  ])('%s', (_, verifier, valid) => {
    expect(isCodeVerifier(verifier)).toBe(valid)
    expect(verifierMatches(verifier, challengeOf(verifier))).toBe(valid)
  })

  test('matches its own challenge and no other', () => {
    const verifier = fc.stringMatching(/^[A-Za-z0-9._~-]{43,128}$/)
    fc.assert(
      fc.property(verifier, verifier, (left, right) => {
        expect(isCodeChallenge(challengeOf(left))).toBe(true)
        expect(verifierMatches(left, challengeOf(right))).toBe(left === right)
      }),
    )
  })
})

describe('the challenge', () => {
  const check = (fields: Record<string, string>) => checkPkce(new Map(Object.entries(fields)))

  test('S256 is taken', () => {
    expect(check({ code_challenge: CHALLENGE, code_challenge_method: 'S256' })).toBe(CHALLENGE)
  })
  test.each([
    ['absent', {}],
    ['absent, with a method', { code_challenge_method: 'S256' }],
    ['without a method, which means plain', { code_challenge: CHALLENGE }],
    ['plain', { code_challenge: CHALLENGE, code_challenge_method: 'plain' }],
    ['s256', { code_challenge: CHALLENGE, code_challenge_method: 's256' }],
    ['short', { code_challenge: CHALLENGE.slice(1), code_challenge_method: 'S256' }],
    ['long', { code_challenge: `${CHALLENGE}A`, code_challenge_method: 'S256' }],
    ['padded', { code_challenge: `${CHALLENGE}=`, code_challenge_method: 'S256' }],
    ['base64', { code_challenge: CHALLENGE.replace('-', '+'), code_challenge_method: 'S256' }],
  ])('%s is refused', (_, fields) => {
    expect(() => check(fields)).toThrow(expect.objectContaining({ code: 'invalid_request', status: 400 }))
  })
})
