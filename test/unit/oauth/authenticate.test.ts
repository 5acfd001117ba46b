import { beforeEach, describe, expect, test } from '@jest/globals'
import { authenticateClient } from '../../../shared/oauth/clients/authenticate.ts'
import { createClients } from '../../../shared/oauth/clients/client.ts'
import type { AuthMethod } from '../../../shared/storage/ports.ts'
import { sha256 } from '../../../shared/tokens/token.ts'
import { incoming } from '../http/incoming.ts'
import { memoryStores } from './memory-stores.ts'

const NOW = 1_000_000
const SECRET = 's+e:cr%t'
const PUBLIC = 'dmi_PUBLICAAAAAAAAAAAAAAAA'
const POST = 'dmi_POSTAAAAAAAAAAAAAAAAAA'
const BASIC = 'dmi_BASICAAAAAAAAAAAAAAAAA'
const EXPIRED = 'dmi_EXPIREDAAAAAAAAAAAAAAA'
const UNKNOWN = 'dmi_UNKNOWNAAAAAAAAAAAAAAA'

let stores: ReturnType<typeof memoryStores>
beforeEach(async () => {
  stores = memoryStores()
  const add = (id: string, authMethod: AuthMethod, expiresAt = NOW + 1) =>
    stores.clients.create(id, {
      ...{ name: id, redirectUris: [], scope: '', createdAt: 0, authMethod, expiresAt },
      ...(authMethod === 'none' ? {} : { secretHash: sha256(SECRET) }),
    })
  await add(PUBLIC, 'none')
  await add(POST, 'client_secret_post')
  await add(BASIC, 'client_secret_basic')
  await add(EXPIRED, 'none', NOW)
})

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
function authenticate(form: Record<string, string>, authorization?: string) {
  const clients = createClients({
    ...{ store: stores.clients, now: () => NOW },
    staticClient: { clientId: 'static', secretHash: sha256(SECRET), redirectUris: [] },
    documents: { find: () => Promise.reject(new Error('fetched')) },
  })
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
    ['expired', { client_id: EXPIRED }, undefined],
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
      ...{ code: 'invalid_client', status: 401, headers },
    })
  })

  test('an unknown id and a wrong secret cost the same reads', async () => {
    for (const id of [UNKNOWN, POST]) {
      const before = stores.reads()
      await expect(authenticate({ client_id: id, client_secret: 'wrong' })).rejects.toMatchObject({ status: 401 })
      expect(stores.reads() - before).toBe(1)
    }
  })

  test.each(['nobody', 'dmi_short', "dmi_AAAAAAAAAAAAAAAAAAAAA'", '../clients'])(
    '%s is not worth a read',
    async (id) => {
      await expect(authenticate({ client_id: id })).rejects.toMatchObject({ status: 401 })
      expect(stores.reads()).toBe(0)
    },
  )
})
