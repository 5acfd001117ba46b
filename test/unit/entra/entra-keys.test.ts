import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createAccessTokenVerifier } from '../../../shared/entra/access-token.ts'
import { EntraUnavailable } from '../../../shared/entra/refusals/entra-error.ts'
import { createEntraKeys } from '../../../shared/entra/entra-keys.ts'
import { createIdTokenVerifier } from '../../../shared/entra/id-token.ts'
import { TokenInvalid } from '../../../shared/entra/verify-token.ts'
import { translateError } from '../../../shared/oauth/errors/translate-error.ts'
import { CLIENT, createIssuer, ID_TOKEN_CLAIMS, ISSUER, NOW, PERSON_CLAIMS, TENANT } from '../manage/entra-tokens.ts'

let issuer: Awaited<ReturnType<typeof createIssuer>>
let time: number
let fetches: number
let answer: () => Promise<Response>
const FAILING = () => Promise.resolve(new Response('', { status: 503 }))

beforeAll(async () => {
  issuer = await createIssuer()
})
beforeEach(() => {
  time = NOW
  fetches = 0
  answer = issuer.jwks
})

/** Both verifiers of a worker, on the same keys. */
const verifiers = () => {
  const fetch = () => {
    fetches += 1
    return answer()
  }
  const keys = createEntraKeys('https://login.microsoftonline.com/x/keys', fetch, () => time)
  // The token's own lifetime is not what is looked at here.
  const expected = { issuer: ISSUER, clientId: CLIENT, tenantId: TENANT, now: () => NOW, keys }
  return { access: createAccessTokenVerifier(expected), id: createIdTokenVerifier(expected) }
}
const genuine = () => issuer.sign(PERSON_CLAIMS)
const madeUp = (at: number) => issuer.sign(PERSON_CLAIMS, { kid: `made-up-${at}`, key: issuer.other.privateKey })
const fifty = () => Promise.all(Array.from({ length: 50 }, (_, at) => madeUp(at)))
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )
const oneAfterAnother = async (verify: (token: string) => Promise<unknown>, tokens: readonly string[]) => {
  const failures: unknown[] = []
  for (const token of tokens) failures.push(await failureOf(verify(token)))
  return failures
}
const atOnce = (verify: (token: string) => Promise<unknown>, tokens: readonly string[]) =>
  Promise.all(tokens.map((token) => failureOf(verify(token))))

const FAILURES: [string, () => Promise<Response>][] = [
  ['503', FAILING],
  ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
  ['a page', () => Promise.resolve(new Response('<html>'))],
  ['no key set', () => Promise.resolve(Response.json({ error: 'x' }))],
  ['another address', () => Promise.resolve(Response.redirect('https://evil.example/', 302))],
]

describe.each([
  ['one after another', oneAfterAnother],
  ['at once', atOnce],
])('fifty tokens with made-up key ids, %s', (_how, send) => {
  test.each(FAILURES)(
    'while the keys cannot be had (%s), cost one fetch and decide nothing',
    async (_what, failing) => {
      answer = failing
      const failures = await send(verifiers().access, await fifty())
      expect(fetches).toBe(1)
      for (const error of failures) expect(error).toBeInstanceOf(EntraUnavailable)
    },
  )

  test('after a read that went well cost none for thirty seconds, then one', async () => {
    const { access } = verifiers()
    await access(await genuine())
    const tokens = await fifty()
    time += 29_999
    for (const error of await send(access, tokens)) expect(error).toBeInstanceOf(TokenInvalid)
    expect(fetches).toBe(1)
    time += 1
    for (const error of await send(access, tokens)) expect(error).toBeInstanceOf(TokenInvalid)
    expect(fetches).toBe(2)
  })

  test('once the keys cannot be had any more cost one fetch in thirty seconds, and known keys still count', async () => {
    const { access } = verifiers()
    await access(await genuine())
    answer = FAILING
    time += 30_000
    const tokens = await fifty()
    for (const error of await send(access, tokens))
      expect(error).toMatchObject({ name: 'EntraUnavailable', retryAfter: 30 })
    time += 29_999
    for (const error of await send(access, tokens))
      expect(error).toMatchObject({ name: 'EntraUnavailable', retryAfter: 1 })
    expect(fetches).toBe(2)
    expect(await access(await genuine())).toMatchObject({ kind: 'person' })
    time += 1
    await send(access, tokens)
    expect(fetches).toBe(3)
  })
})

describe('a genuine token, when the keys could not be had', () => {
  test('is answered 503 with Retry-After, never 401, and passes after the pause', async () => {
    const { access, id } = verifiers()
    answer = FAILING
    await failureOf(access(await madeUp(1)))
    answer = issuer.jwks
    time += 2_000
    const error = await failureOf(access(await genuine()))
    expect(translateError(error)).toMatchObject({ status: 503, headers: { 'retry-after': '3' } })
    expect(await failureOf(id(await issuer.sign(ID_TOKEN_CLAIMS), 'n'))).toBeInstanceOf(EntraUnavailable)
    time += 2_999
    expect(await failureOf(access(await genuine()))).toBeInstanceOf(EntraUnavailable)
    expect(fetches).toBe(1)
    time += 1
    expect(await access(await genuine())).toMatchObject({ kind: 'person' })
    expect(await id(await issuer.sign(ID_TOKEN_CLAIMS), 'n')).toMatchObject({ tenantId: TENANT })
    expect(fetches).toBe(2)
  })

  test('passes at sign-in first, too: the id token has them read again after the pause', async () => {
    const { access, id } = verifiers()
    answer = FAILING
    await atOnce(access, await fifty())
    answer = issuer.jwks
    time += 5_000
    expect(await id(await issuer.sign(ID_TOKEN_CLAIMS), 'n')).toMatchObject({ tenantId: TENANT })
    expect(await access(await genuine())).toMatchObject({ kind: 'person' })
    expect(fetches).toBe(2)
  })

  test('passes although the clock was set back meanwhile', async () => {
    const { access } = verifiers()
    answer = FAILING
    await failureOf(access(await genuine()))
    answer = issuer.jwks
    time -= 3_600_000
    expect(await access(await genuine())).toMatchObject({ kind: 'person' })
  })
})

describe('keys', () => {
  test('are kept for ten minutes, and then read anew', async () => {
    const { access } = verifiers()
    await access(await genuine())
    time += 599_999
    await access(await genuine())
    expect(fetches).toBe(1)
    time += 1
    await access(await genuine())
    expect(fetches).toBe(2)
  })

  test('that Entra has changed are found by the one who needs them, once half a minute is over', async () => {
    const { access } = verifiers()
    answer = () => Promise.resolve(Response.json({ keys: [{ ...issuer.publicJwk, kid: 'former' }] }))
    expect(await failureOf(access(await genuine()))).toBeInstanceOf(TokenInvalid)
    answer = issuer.jwks
    time += 30_000
    const token = await genuine()
    expect(await atOnce(access, [token, token, token])).toEqual([undefined, undefined, undefined])
    expect(fetches).toBe(2)
  })
})
