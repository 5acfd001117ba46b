import { randomBytes } from 'node:crypto'
import { EncryptJWT } from 'jose'
import { describe, expect, test } from '@jest/globals'
import {
  formProof,
  provesForm,
  readVisit,
  VISIT_COOKIE,
  visitCookie,
  type Visitor,
} from '../../../../shared/oauth/me/visitor.ts'
import { KeysUnavailable } from '../../../../shared/tokens/keys.ts'

const START = Date.UTC(2026, 10, 29, 12)
const VISITOR: Visitor = { id: 'a', userId: 'u', tenantId: 't', username: 'ada@contoso.example', since: START }
const ISSUER = 'https://crm.example'
const keysOf = (key = new Uint8Array(randomBytes(32))) => ({ index: () => Promise.resolve(key) })
const KEYS = keysOf()
const deps = (now = START, { keys = KEYS, issuer = ISSUER } = {}) => ({ keys, issuer, now: () => now })
const cookies = (value: string) => new Map([[VISIT_COOKIE, value]])
const sealed = async (visitor = VISITOR, from = deps()) => (await visitCookie(from, visitor)).value

describe('a visit', () => {
  test.each([
    ['as it begins', 0, VISITOR],
    ['in its last second', 599_000, VISITOR],
    ['at its end', 600_000, 'ended'],
    ['a day later', 86_400_000, 'ended'],
  ])('is read %s', async (_, after, read) => {
    expect(await readVisit(deps(START + after), cookies(await sealed()))).toEqual(read)
  })

  test('is not prolonged by what is written anew for it', async () => {
    const late = deps(START + 590_000)
    const again = await sealed({ ...VISITOR, notice: 'ended' }, late)
    expect(await readVisit(late, cookies(again))).toEqual({ ...VISITOR, notice: 'ended' })
    expect(await readVisit(deps(START + 600_000), cookies(again))).toBe('ended')
  })

  test.each([
    ['of another deployment', deps(START, { keys: keysOf() })],
    ['under another address', deps(START, { issuer: 'https://other.example' })],
  ])('%s is none, over or not', async (_, other) => {
    expect(await readVisit(deps(), cookies(await sealed(VISITOR, other)))).toBeUndefined()
    expect(await readVisit(deps(START + 600_000), cookies(await sealed(VISITOR, other)))).toBeUndefined()
  })

  test('is none with any letter changed, cut or added, nor without a cookie', async () => {
    const value = await sealed()
    // The last letter of a part may have bits that say nothing.
    const telling = Array.from(value).flatMap((_, at) => (/^[.]?$/.test(value.charAt(at + 1)) ? [] : [at]))
    for (const at of telling) {
      const changed = value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
      expect(await readVisit(deps(), cookies(changed))).toBeUndefined()
    }
    for (const other of ['', value.slice(0, -1), `${value}AAAA`, `${value}.`, 'A'.repeat(16_000)])
      expect(await readVisit(deps(), cookies(other))).toBeUndefined()
    expect(await readVisit(deps(), new Map())).toBeUndefined()
  })

  test('tells nothing of its person to who finds the cookie', async () => {
    const value = await sealed()
    for (const part of [value, ...value.split('.').map((one) => Buffer.from(one, 'base64url').toString('latin1'))])
      expect(part).not.toMatch(/contoso|userId/)
  })

  test('needs every field, and an end', async () => {
    const { hkdfSync } = await import('node:crypto')
    const key = new Uint8Array(hkdfSync('sha256', await KEYS.index(), '', 'chatgpt-dynamics-mcp/visit', 32))
    const made = (visitor: object, ends = true) => {
      const jwt = new EncryptJWT({ visitor }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      const whole = jwt.setIssuer(ISSUER).setAudience(`${ISSUER}/me`)
      return (ends ? whole.setExpirationTime(START / 1000 + 60) : whole).encrypt(key)
    }
    expect(await readVisit(deps(), cookies(await made(VISITOR)))).toEqual(VISITOR)
    for (const one of [
      made(VISITOR, false),
      made({}),
      made({ ...VISITOR, admin: true }),
      made({ ...VISITOR, since: 'x' }),
    ])
      expect(await readVisit(deps(), cookies(await one))).toBeUndefined()
  })

  test('a key store that is away is a passing fault, and no end of the visit', async () => {
    const away = { index: () => Promise.reject(new KeysUnavailable('away')) }
    const value = await sealed()
    await expect(readVisit({ ...deps(), keys: away }, cookies(value))).rejects.toBeInstanceOf(KeysUnavailable)
  })
})

test('the proof of a form is of one visit and one deployment', async () => {
  const proof = await formProof(deps(), VISITOR)
  expect(await provesForm(deps(), { ...VISITOR, notice: 'ended' }, proof)).toBe(true)
  expect(await provesForm(deps(), { ...VISITOR, id: 'b' }, proof)).toBe(false)
  expect(await provesForm({ keys: keysOf() }, VISITOR, proof)).toBe(false)
  for (const other of ['', VISITOR.id, `${proof}=`]) expect(await provesForm(deps(), VISITOR, other)).toBe(false)
})
