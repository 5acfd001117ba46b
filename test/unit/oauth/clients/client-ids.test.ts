import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createClientIds } from '../../../../shared/oauth/clients/registration/client-ids.ts'
import { AUTH_METHODS, type Registration } from '../../../../shared/oauth/clients/registration/id-layout.ts'
import { WELL_KNOWN, wellKnownStart } from '../../../../shared/oauth/clients/registration/well-known-redirects.ts'

const deployment = () => {
  const key = randomBytes(32)
  return createClientIds({ index: () => Promise.resolve(key) })
}
const ids = deployment()
const NOW = Date.parse('2026-11-28T09:00:00Z')
const CHATGPT: Registration = {
  name: 'ChatGPT',
  redirectUris: ['https://chatgpt.com/connector/oauth/kDmjx77UnKOM'],
  authMethod: 'none',
}
const issue = async (registration: Registration, by = ids): Promise<string> => {
  const id = await by.issue(registration, NOW, randomBytes)
  if (id === undefined) throw new TypeError('too long')
  return id
}
const ALPHABET = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
/** As much text as an id of that many characters leaves for one address that no entry begins. */
const addressFor = (characters: number) =>
  `x:${'a'.repeat(Math.floor(((characters - 5) * 3) / 4) - 16 - 11 - 1 - 2 - 1)}`

describe('a client id', () => {
  test.each<[string, Registration]>([
    ['ChatGPT', CHATGPT],
    [
      'ChatGPT, its older address',
      { ...CHATGPT, redirectUris: ['https://chatgpt.com/connector_platform_oauth_redirect'] },
    ],
    ['Claude', { ...CHATGPT, name: 'Claude', redirectUris: ['https://claude.ai/api/mcp/auth_callback'] }],
    [
      'Visual Studio Code',
      {
        name: 'Visual Studio Code',
        redirectUris: ['http://127.0.0.1/', 'http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
        authMethod: 'none',
      },
    ],
    [
      'Copilot Studio',
      {
        name: 'Copilot Studio',
        redirectUris: ['https://global.consent.azure-apim.net/redirect/crm-5f2c8f9d3a1b4c6e'],
        authMethod: 'client_secret_post',
      },
    ],
  ])('of %s has 50 to 110 characters', async (_, registration) => {
    const id = await issue(registration)
    expect(await ids.open(id)).toEqual(registration)
    expect(id).toMatch(/^dmi2_[A-Za-z0-9_-]{45,105}$/)
  })

  test('carries any name, any addresses and any method', async () => {
    const uri = fc
      .tuple(
        fc.constantFrom(...WELL_KNOWN),
        fc.string({ unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)), maxLength: 20 }),
      )
      .map(([start, rest]) => start + rest)
    const registration = fc.record({
      name: fc.string({ unit: 'grapheme', maxLength: 20 }),
      redirectUris: fc.array(uri, { minLength: 1, maxLength: 4 }),
      authMethod: fc.constantFrom(...AUTH_METHODS),
    })
    await fc.assert(
      fc.asyncProperty(registration, async (one) => {
        expect(await ids.open(await issue(one))).toEqual(one)
      }),
    )
  })

  test('of 500 characters is issued, of 501 not', async () => {
    const longest = { ...CHATGPT, name: '', redirectUris: [addressFor(500)] }
    const id = await issue(longest)
    expect(id).toHaveLength(500)
    expect(await ids.open(id)).toEqual(longest)
    const longer = { ...longest, name: 'a' }
    expect(await ids.issue(longer, NOW, randomBytes)).toBeUndefined()
  })

  test('is another one each time, and so is the secret', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => issue(CHATGPT)))
    const secrets = await Promise.all(all.map((id) => ids.secretOf(id)))
    expect(new Set([...all, ...secrets]).size).toBe(400)
    for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  test('that was issued stays readable: its layout and the keys derived from the index key never change', async () => {
    const FIXED_ID = 'dmi2_UTEJCQkJCQkJCQCCa0Rtang3N1VuS09NhToxL2Ni_0NoYXRHUFQEXIfN8Ap8Hg8ZS-hOcg65'
    const fixed = createClientIds({ index: () => Promise.resolve(Buffer.alloc(32, 7)) })
    const known = { ...CHATGPT, redirectUris: [...CHATGPT.redirectUris, 'http://127.0.0.1:1/cb'] }
    const id = await fixed.issue(known, NOW, (size) => Buffer.alloc(size, 9))
    expect(id).toBe(FIXED_ID)
    expect(await fixed.secretOf(FIXED_ID)).toBe('PpahMwRHmBN7UZWzRo-Yhzdfq2noSro3d_ssV1rZxg4')
  })

  test('names an address by its longest known start', () => {
    for (const [place, start] of WELL_KNOWN.entries()) expect(wellKnownStart(`${start}x`)).toBe(place)
    expect(new Set(WELL_KNOWN).size).toBe(WELL_KNOWN.length)
    expect(WELL_KNOWN.length).toBeLessThan(127)
  })
})

describe('what we did not issue is no client', () => {
  test('any other character at any place', async () => {
    const id = await issue(CHATGPT)
    for (let at = 0; at < id.length; at++)
      for (const other of [...ALPHABET, '=', '.', ' ', '\u0100'].filter((one) => one !== id[at]))
        expect(await ids.open(id.slice(0, at) + other + id.slice(at + 1))).toBeUndefined()
  })

  test('anything shorter or longer', async () => {
    const id = await issue({ ...CHATGPT, authMethod: 'client_secret_basic' })
    for (let at = 0; at < id.length; at++) expect(await ids.open(id.slice(0, at))).toBeUndefined()
    for (const more of [...ALPHABET, '=', '==', '\n', '\0', 'AA', 'AAAA', id]) {
      expect(await ids.open(id + more)).toBeUndefined()
      expect(await ids.open(more + id)).toBeUndefined()
    }
  })

  test('a piece of one id joined to a piece of another', async () => {
    const [one, other] = [await issue(CHATGPT), await issue({ ...CHATGPT, authMethod: 'client_secret_post' })]
    // Where both end, or begin, in the same characters the pieces make one of the two again.
    const joined = Array.from(one, (_, at) => one.slice(0, at) + other.slice(at)).filter(
      (id) => ![one, other].includes(id),
    )
    expect(joined.length).toBeGreaterThan(50)
    for (const id of joined) expect(await ids.open(id)).toBeUndefined()
  })

  test('an id of another deployment, whose secret is not ours either', async () => {
    const elsewhere = deployment()
    const id = await issue(CHATGPT, elsewhere)
    expect(await elsewhere.open(id)).toEqual(CHATGPT)
    expect(await ids.open(id)).toBeUndefined()
    expect(await ids.secretOf(id)).not.toBe(await elsewhere.secretOf(id))
  })

  test.each([
    ['an id of 0.1.0', `dmi_${'A'.repeat(22)}`],
    ['zeros', `dmi2_${'A'.repeat(64)}`],
    ['more than 500 characters', `dmi2_${'A'.repeat(496)}`],
    ['a megabyte', `dmi2_${'A'.repeat(1 << 20)}`],
    ['an address', 'https://chatgpt.com/oauth/client.json'],
    ['nothing', ''],
  ])('%s', async (_, id) => {
    expect(await ids.open(id)).toBeUndefined()
  })

  test('random ones', async () => {
    const random = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 30, maxLength: 500 })
    await fc.assert(fc.asyncProperty(random, async (text) => expect(await ids.open(`dmi2_${text}`)).toBeUndefined()))
  })
})
