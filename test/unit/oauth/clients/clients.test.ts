import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createClients } from '../../../../shared/oauth/clients/client.ts'
import { DocumentRefused } from '../../../../shared/oauth/clients/documents/document-refused.ts'
import { createRecordClient } from '../../../../shared/oauth/clients/record-client.ts'
import { type ClientUse, StorageUnavailable } from '../../../../shared/storage/ports.ts'
import { KeysUnavailable } from '../../../../shared/tokens/keys.ts'
import { memoryStores } from '../memory-stores.ts'

const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const DOCUMENT = 'https://a.example/client.json'
const OLD = 'dmi_OLDAAAAAAAAAAAAAAAAAAA'
const NOW = 1_000_000

let stores: ReturnType<typeof memoryStores>
let fetched: number
let written: (readonly [string, ClientUse, number])[]
let signed: string
let withheld: boolean
beforeEach(async () => {
  stores = memoryStores()
  ;[fetched, written, withheld] = [0, [], false]
  stores.rows.set(OLD, { name: 'Old', redirectUris: [REDIRECT], authMethod: 'none' })
  const registration = { name: 'New', redirectUris: [REDIRECT], authMethod: 'client_secret_post' } as const
  signed = (await stores.ids.issue(registration, NOW, randomBytes)) ?? ''
})

const find = (clientId: string) => {
  fetched += 1
  if (withheld) return Promise.reject(new DocumentRefused('unreachable'))
  return Promise.resolve({ clientId, name: 'Documented', redirectUris: [REDIRECT] })
}
const clients = (change: Partial<Parameters<typeof createClients>[0]> = {}) =>
  createClients({
    store: { read: (id) => Promise.resolve(stores.rows.get(id)) },
    ids: stores.ids,
    switches: stores.switches,
    staticClient: { clientId: 'static', secretHash: 'h', redirectUris: [REDIRECT] },
    documents: { find },
    ...change,
  })
const record = (clientId: string) => {
  const used = (...row: (typeof written)[number]) => Promise.resolve(void written.push(row))
  return createRecordClient({ clients: clients(), store: { used }, now: () => NOW })(clientId, REDIRECT)
}
const EVERY: [string, () => string, string, string, string[]][] = [
  ['registered', () => signed, 'registered', 'New', ['client_secret_post']],
  ['registered at 0.1.0', () => OLD, 'registered', 'Old', ['none']],
  ['of a metadata document', () => DOCUMENT, 'document', 'Documented', ['none']],
  ['known beforehand', () => 'static', 'static', 'static', ['client_secret_post', 'client_secret_basic']],
]

describe.each(EVERY)('a client %s', (_, id, kind, name, authMethods) => {
  test('is found, and written down as what it is', async () => {
    expect(await clients().forAuthorization(id())).toMatchObject({ clientId: id(), kind, name, authMethods })
    await record(id())
    expect(written).toEqual([[id(), { kind, name, redirectUris: [REDIRECT], authMethods }, NOW]])
  })

  test('that was ended is refused at every authorization, and written down no more', async () => {
    stores.end(id())
    const refused = { name: 'OAuthError', code: 'unauthorized_client', status: 403 }
    await expect(clients().forAuthorization(id())).rejects.toMatchObject(refused)
    await expect(record(id())).rejects.toMatchObject(refused)
    expect(written).toEqual([])
    expect(await clients().forToken(id())).toMatchObject({ clientId: id() })
  })

  test('of which nobody knows whether it was ended is not let in', async () => {
    const switches = { fresh: () => Promise.reject(new StorageUnavailable()) }
    await expect(clients({ switches }).forAuthorization(id())).rejects.toThrow(StorageUnavailable)
  })
})

test('a document that is withheld just when a sign-in completes does not keep its client off the list', async () => {
  withheld = true
  await record(DOCUMENT)
  const use = { kind: 'document', name: 'An app without a name', redirectUris: [REDIRECT], authMethods: ['none'] }
  expect(written).toEqual([[DOCUMENT, use, NOW]])
})

test('an unknown client costs one read where 0.1.0 could have given its id, else none, and no document', async () => {
  for (const [id, reads] of [
    ['dmi_UNKNOWNAAAAAAAAAAAAAAA', 1],
    [`${signed.slice(0, -1)}!`, 0],
    [`dmi2_${'A'.repeat(64)}`, 0],
    ['nobody', 0],
    ['', 0],
  ] as const) {
    const before = stores.reads()
    expect(await stores.clientsOf().forAuthorization(id)).toBeUndefined()
    expect(await stores.clientsOf().forToken(id)).toBeUndefined()
    expect(stores.reads() - before).toBe(2 * reads)
  }
  await record('nobody')
  expect([written, fetched]).toEqual([[], 0])
})

test('a key store that is away is a passing fault, and no verdict on a client', async () => {
  const away = () => Promise.reject(new KeysUnavailable('away'))
  const ids = { issue: away, open: away, secretOf: away }
  await expect(clients({ ids }).forToken(signed)).rejects.toThrow(KeysUnavailable)
})
