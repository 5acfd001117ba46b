import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { GrantDeps } from '../../shared/grants/types.ts'
import { failureOf } from '../../shared/http/failed-for.ts'
import type { Client } from '../../shared/oauth/clients/client.ts'
import { exchangeCode } from '../../shared/oauth/token/authorization-code.ts'
import { newToken, type Token } from '../../shared/tokens/token.ts'
import { APPROVAL, DAY, HOUR, newCode, START, startStorage, type Storage } from './support/harness.ts'

let storage: Storage
let deps: GrantDeps
beforeAll(async () => {
  storage = await startStorage()
  deps = storage.deps()
})
afterAll(() => storage.close())
beforeEach(() => {
  storage.clock.now = START
})

/** Of RFC 7636, appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const ISSUER = 'https://crm.example'
const REDIRECT = APPROVAL.redirectUri
type Form = Readonly<Record<string, string>>

const exchange = (code: Token, form: Form = {}, clientId = APPROVAL.clientId) => {
  const client = { clientId } as Client
  const fields = { code: code.value, code_verifier: VERIFIER, redirect_uri: REDIRECT, ...form }
  return exchangeCode({ grantDeps: deps, issuer: ISSUER }, new Map(Object.entries(fields)), client)
}
const usedCode = async (): Promise<Token> => {
  const code = await newCode(deps)
  await exchange(code)
  return code
}
const stateOf = async ({ grantId }: Token) => (await deps.store.readGrant(grantId))?.row.state
const outcomeOf = (sent: Promise<unknown>) =>
  sent.then(
    () => 'a pair',
    (thrown: unknown) => {
      const { reason, code } = failureOf(thrown).error as { reason?: string; code?: string }
      return reason ?? code
    },
  )

const flipped = (text: string, at: number) => `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`
/** Every place of the verifier, and the shapes that a thief would try. */
const WRONG_VERIFIERS: readonly string[] = [
  ...Array.from(VERIFIER, (_, at) => flipped(VERIFIER, at)),
  ...Array.from({ length: 10 }, () => randomBytes(32).toString('base64url')),
  createHash('sha256').update(VERIFIER).digest('base64url'),
  VERIFIER.toLowerCase(),
  `${VERIFIER} `,
  '',
]
const WRONG_REDIRECTS = [`${REDIRECT}/`, `${REDIRECT}?x=1`, REDIRECT.toUpperCase(), 'https://chatgpt.com', '']

describe('whoever saw a used code, and nothing more, does not log its owner out', () => {
  test('with any other verifier', async () => {
    const code = await usedCode()
    for (const code_verifier of WRONG_VERIFIERS)
      expect([code_verifier, await outcomeOf(exchange(code, { code_verifier }))]).toEqual([
        code_verifier,
        'invalid_grant',
      ])
    expect(await stateOf(code)).toBe('active')
  })

  test('with the verifier, but any other redirect address', async () => {
    const code = await usedCode()
    for (const redirect_uri of WRONG_REDIRECTS)
      expect([redirect_uri, await outcomeOf(exchange(code, { redirect_uri }))]).toEqual([redirect_uri, 'invalid_grant'])
    expect(await stateOf(code)).toBe('active')
  })

  test('with both, as another client', async () => {
    const code = await usedCode()
    expect(await outcomeOf(exchange(code, {}, 'dmi_other'))).toBe('other-client')
    expect(await stateOf(code)).toBe('active')
  })

  test('nor with another secret under the same grant', async () => {
    const code = await usedCode()
    expect(await outcomeOf(exchange(newToken('code', code.grantId, randomBytes)))).toBe('unknown-secret')
    expect(await stateOf(code)).toBe('active')
  })
})

describe('a used code with all that proves possession ends what it gave', () => {
  test.each([
    ['at once', 0, {}],
    ['long after a code would have expired', HOUR, {}],
    ['months later', 100 * DAY, {}],
    ['with the resource named', 0, { resource: `${ISSUER}/mcp` }],
  ])('%s', async (_, later, form) => {
    const code = await usedCode()
    storage.clock.now = START + later
    expect(await outcomeOf(exchange(code, form))).toBe('code-reused')
    expect(await stateOf(code)).toBe('revoked')
  })

  test('sent twice at once: one pair at most, and the grant ends', async () => {
    const code = await newCode(deps)
    const outcomes = await Promise.all([outcomeOf(exchange(code)), outcomeOf(exchange(code))])
    expect(outcomes).toContain('a pair')
    expect(await stateOf(code)).toBe('revoked')
  })
})

test('a mark of 0.1.0 holds no challenge: nothing can be proven, so it is refused and ends nothing', async () => {
  const code = await usedCode()
  const { grants } = storage.stores().tables
  const keys = { partitionKey: code.grantId, rowKey: `code:${code.hash}` }
  await grants.updateEntity({ ...keys, used: true, expiresAt: new Date(START + 180 * DAY) }, 'Replace')
  expect(await outcomeOf(exchange(code))).toBe('code-used')
  expect(await stateOf(code)).toBe('active')
})
