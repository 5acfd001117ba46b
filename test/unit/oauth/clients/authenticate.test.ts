import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { authenticateClient } from '../../../../shared/oauth/clients/authenticate.ts'
import type { AuthMethod } from '../../../../shared/storage/ports.ts'
import { sha256 } from '../../../../shared/tokens/token.ts'
import { incoming } from '../../http/incoming.ts'
import { memoryStores } from '../memory-stores.ts'

const SECRET = 's+e:cr%t'
const PUBLIC = 'dmi_PUBLICAAAAAAAAAAAAAAAA'
const POST = 'dmi_POSTAAAAAAAAAAAAAAAAAA'
const BASIC = 'dmi_BASICAAAAAAAAAAAAAAAAA'
const UNKNOWN = 'dmi_UNKNOWNAAAAAAAAAAAAAAA'

let stores: ReturnType<typeof memoryStores>
beforeEach(() => {
  stores = memoryStores()
  const add = (id: string, authMethod: AuthMethod) =>
    stores.rows.set(id, {
      name: id,
      redirectUris: [],
      authMethod,
      ...(authMethod === 'none' ? {} : { secretHash: sha256(SECRET) }),
    })
  add(PUBLIC, 'none')
  add(POST, 'client_secret_post')
  add(BASIC, 'client_secret_basic')
})

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
function authenticate(form: Record<string, string>, authorization?: string) {
  const clients = stores.clientsOf({ clientId: 'static', secretHash: sha256(SECRET), redirectUris: [] })
  const headers = new Headers(authorization === undefined ? {} : { authorization })
  return authenticateClient(incoming({ headers }), new Map(Object.entries(form)), clients)
}

describe('a client is the one it says', () => {
  test.each([
    ['public', { client_id: PUBLIC }, undefined, PUBLIC],
    ['by post', { client_id: POST, client_secret: SECRET }, undefined, POST],
    ['by basic, form-encoded (RFC 6749 §2.3.1)', {}, basic(BASIC, SECRET), BASIC],
    ['by basic, with its id in the body too', { client_id: BASIC }, basic(BASIC, SECRET), BASIC],
    ['by basic in lower case', {}, basic(BASIC, SECRET).replace('Basic', 'basic'), BASIC],
    ['static, by post', { client_id: 'static', client_secret: SECRET }, undefined, 'static'],
    ['static, by basic', {}, basic('static', SECRET), 'static'],
    [
      'a metadata document, which is not fetched again',
      { client_id: 'https://a.example/client.json' },
      undefined,
      'https://a.example/client.json',
    ],
  ])('%s', async (_, form, authorization, id) => {
    expect((await authenticate(form as Record<string, string>, authorization)).clientId).toBe(id)
  })
})

describe('a client is refused', () => {
  test.each([
    ['no id', {}, undefined],
    ['unknown', { client_id: UNKNOWN }, undefined],
    ['unknown, with a secret', { client_id: UNKNOWN, client_secret: SECRET }, undefined],
    ['confidential without its secret', { client_id: POST }, undefined],
    ['wrong secret', { client_id: POST, client_secret: `${SECRET}x` }, undefined],
    ['the hash as the secret', { client_id: POST, client_secret: sha256(SECRET) }, undefined],
    ['public with a secret', { client_id: PUBLIC, client_secret: '' }, undefined],
    ['public by basic', {}, basic(PUBLIC, '')],
    ['post, that registered basic', { client_id: BASIC, client_secret: SECRET }, undefined],
    ['basic, that registered post', {}, basic(POST, SECRET)],
    ['both at once (RFC 6749 §2.3)', { client_id: BASIC, client_secret: SECRET }, basic(BASIC, SECRET)],
    ['another id in the body', { client_id: PUBLIC }, basic(BASIC, SECRET)],
    ['basic without a colon', {}, `Basic ${Buffer.from(BASIC).toString('base64')}`],
    ['basic that is no base64', {}, 'Basic !!!'],
    ['basic with a broken escape', {}, `Basic ${Buffer.from(`${BASIC}:%E0%A4%A`).toString('base64')}`],
    ['another scheme', { client_id: PUBLIC }, 'Bearer dma_token'],
    ['a document with a secret', { client_id: 'https://a.example/client.json', client_secret: SECRET }, undefined],
  ])('%s', async (_, form, authorization) => {
    const headers = authorization === undefined ? {} : { 'www-authenticate': 'Basic realm="OAuth"' }
    await expect(authenticate(form as Record<string, string>, authorization)).rejects.toMatchObject({
      code: 'invalid_client',
      status: 401,
      headers,
    })
  })

  test.each<[string, AuthMethod, (id: string, secret: string) => [Record<string, string>, string?]]>([
    [
      'public, with the secret that its id would have',
      'none',
      (client_id, client_secret) => [{ client_id, client_secret }],
    ],
    ['confidential, as if it were public', 'client_secret_post', (client_id) => [{ client_id }]],
    [
      'post, that registered basic',
      'client_secret_basic',
      (client_id, client_secret) => [{ client_id, client_secret }],
    ],
    ['basic, that registered post', 'client_secret_post', (id, secret) => [{}, basic(id, secret)]],
    ['with the hash of its secret', 'client_secret_basic', (id, secret) => [{}, basic(id, sha256(secret))]],
  ])('whose id carries its registration: %s', async (_, authMethod, present) => {
    const registration = { name: 'A', redirectUris: [], authMethod }
    const id = (await stores.ids.issue(registration, 0, randomBytes)) ?? ''
    const [form, authorization] = present(id, await stores.ids.secretOf(id))
    await expect(authenticate(form, authorization)).rejects.toMatchObject({ code: 'invalid_client', status: 401 })
    expect(stores.reads()).toBe(0)
  })

  test('with the secret of its twin', async () => {
    const registration = { name: 'A', redirectUris: [], authMethod: 'client_secret_post' } as const
    const [one = '', other = ''] = [
      await stores.ids.issue(registration, 0, randomBytes),
      await stores.ids.issue(registration, 0, randomBytes),
    ]
    const secret = await stores.ids.secretOf(other)
    await expect(authenticate({ client_id: one, client_secret: secret })).rejects.toMatchObject({ status: 401 })
    expect((await authenticate({ client_id: other, client_secret: secret })).clientId).toBe(other)
  })

  test('an unknown id and a wrong secret cost the same reads', async () => {
    for (const id of [UNKNOWN, POST]) {
      const before = stores.reads()
      await expect(authenticate({ client_id: id, client_secret: 'wrong' })).rejects.toMatchObject({ status: 401 })
      expect(stores.reads() - before).toBe(1)
    }
  })

  test.each(['nobody', 'dmi_short', `dmi2_${'A'.repeat(64)}`, "dmi_AAAAAAAAAAAAAAAAAAAAA'", '.'])(
    '%s is not worth a read',
    async (id) => {
      await expect(authenticate({ client_id: id })).rejects.toMatchObject({ status: 401 })
      expect(stores.reads()).toBe(0)
    },
  )
})
