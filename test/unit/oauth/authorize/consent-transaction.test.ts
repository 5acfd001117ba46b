import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { EncryptJWT } from 'jose'
import {
  type ConsentTransaction,
  openTransaction,
  sealTransaction,
} from '../../../../shared/oauth/authorize/consent-transaction.ts'
import { type Keys, KeysUnavailable } from '../../../../shared/tokens/keys.ts'

const ISSUER = 'https://crm.contoso.com'
const TRANSACTION: ConsentTransaction = {
  flowId: 'flow',
  cookieHash: 'hash',
  clientId: 'dmi_AAAAAAAAAAAAAAAAAAAAAA',
  redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
  state: 'state of the client',
  codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  scope: 'dynamics.read',
  resource: `${ISSUER}/mcp`,
}
const START = Date.parse('2026-11-24T09:00:00Z')
const LIFETIME = 600

let clock: number
beforeEach(() => {
  clock = START
})

const ringOf = (id = 'k1', key = new Uint8Array(randomBytes(32))): Keys => ({
  current: () => Promise.resolve({ id, key }),
  byId: (asked) => Promise.resolve(asked === id ? { id, key } : undefined),
  index: () => Promise.resolve(key),
})
const KEYS = ringOf()
const depsOf = (keys = KEYS, issuer = ISSUER) => ({ keys, issuer, now: () => clock })
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_='
const sealed = () => sealTransaction(depsOf(), TRANSACTION, LIFETIME)

test('opens as it was sealed, and shows nothing of it', async () => {
  const text = await sealed()
  expect(await openTransaction(depsOf(), text)).toEqual(TRANSACTION)
  expect(Buffer.from(text, 'base64url').toString('latin1') + text).not.toMatch(/chatgpt|dmi_AAAA|state of/)
})

test.each([
  ['at its last second', 599_000, true],
  ['at its end', 601_000, false],
  ['a day later', 86_400_000, false],
])('%s: %s', async (_, later, opens) => {
  const text = await sealed()
  clock = START + later
  expect((await openTransaction(depsOf(), text)) !== undefined).toBe(opens)
})

describe('stays shut', () => {
  test.each([
    ['under another key of the same id', depsOf(ringOf())],
    ['when its key is gone', depsOf(ringOf('k2'))],
    ['at another issuer', depsOf(KEYS, 'https://other.contoso.com')],
  ])('%s', async (_, deps) => expect(await openTransaction(deps, await sealed())).toBeUndefined())

  test('when any character of it is changed, to one that spells the same bytes too', async () => {
    const text = await sealed()
    const opened = []
    for (let at = 0; at < text.length; at += 1) {
      const isLast = text[at + 1] === undefined || text[at + 1] === '.'
      for (const character of isLast ? BASE64URL : text[at] === 'A' ? 'B' : 'A') {
        const changed = text.slice(0, at) + character + text.slice(at + 1)
        if (changed !== text && (await openTransaction(depsOf(), changed))) opened.push([at, character])
      }
    }
    expect(opened).toEqual([])
  })

  test.each(['', 'a', 'a.b.c.d.e', 'eyJhbGciOiJub25lIn0.e30.', '....', '\u00e9'])('%j', async (text) => {
    expect(await openTransaction(depsOf(), text)).toBeUndefined()
  })

  test('a JWE under a key that an attacker chose', async () => {
    const forged = await new EncryptJWT({ transaction: TRANSACTION })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'k1' })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setExpirationTime(START / 1000 + LIFETIME)
      .encrypt(new Uint8Array(randomBytes(32)))
    expect(await openTransaction(depsOf(), forged)).toBeUndefined()
  })
})

test('a vault that is away is no verdict on the form', async () => {
  const text = await sealed()
  const away: Keys = { ...KEYS, byId: () => Promise.reject(new KeysUnavailable('away')) }
  await expect(openTransaction(depsOf(away), text)).rejects.toThrow(KeysUnavailable)
})

describe('a key id that a stranger made up never has the vault read', () => {
  const asked: string[] = []
  const watched: Keys = { ...KEYS, byId: (id) => (asked.push(id), KEYS.byId(id)) }
  const kidOf = (text: string) =>
    (JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid
  const proofOf = async () => kidOf(await sealed()).split('.')[1] ?? ''
  const withKid = (kid: string) =>
    new EncryptJWT({ transaction: TRANSACTION })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
      .encrypt(new Uint8Array(randomBytes(32)))
  beforeEach(() => {
    asked.length = 0
  })

  test('bare, with a proof of another id, of another key, cut or empty', async () => {
    const proof = await proofOf()
    const other = kidOf(await sealTransaction(depsOf(ringOf('k2')), TRANSACTION, LIFETIME))
    const kids = ['k2', 'k1', '', '.', 'k1.', `.${proof}`, `k2.${proof}`, `k1.k1.${proof}`, other]
    const cut = Array.from(proof, (_, at) => `k1.${proof.slice(0, at)}`)
    const random = Array.from({ length: 100 }, () => `${randomBytes(16).toString('hex')}.${proof}`)
    for (const kid of [...kids, ...cut, ...random])
      expect(await openTransaction(depsOf(watched), await withKid(kid))).toBeUndefined()
    expect(asked).toEqual([])
  })

  test('and one of ours is looked for', async () => {
    expect(await openTransaction(depsOf(watched), await sealed())).toEqual(TRANSACTION)
    expect(asked).toEqual(['k1'])
  })
})
