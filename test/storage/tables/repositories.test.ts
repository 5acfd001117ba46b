import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type ClientUse, StorageUnavailable } from '../../../shared/storage/ports.ts'
import { clientKey } from '../../../shared/storage/table/client-key.ts'
import { DAY, newPair, START, startStorage, type Storage, storesOf } from '../support/harness.ts'
import { type OldClient, writeOldClient } from '../support/old-client.ts'
import { endClient, isClientEnded } from '../support/switch-off.ts'

let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())

const USE = {
  kind: 'registered',
  name: 'ChatGPT',
  redirectUris: ['https://chatgpt.com/connector_platform_oauth_redirect', 'http://127.0.0.1/cb'],
  authMethods: ['none'],
} as const
const SEALED = { keyId: 'local', bytes: new Uint8Array([1, 2, 3, 0, 255]) }

describe('clients', () => {
  const clients = () => storage.stores().clients
  const old = (id: string, row: Partial<OldClient> = {}) => writeOldClient(storage.stores().tables.clients, id, row)
  const rowOf = (id: string) => storage.stores().tables.clients.getEntity(clientKey(id), 'registration')

  test.each([
    ['public', 'dmi_PUBLICAAAAAAAAAAAAAAAA', {}],
    ['confidential', 'dmi_BASICAAAAAAAAAAAAAAAAA', { authMethod: 'client_secret_basic', secretHash: 'aGFzaA' }],
    ['past the end that 0.1.0 gave it', 'dmi_PASTAAAAAAAAAAAAAAAAAA', { expiresAt: new Date(START - DAY) }],
  ] as const)('reads a %s one of 0.1.0 as it was written', async (_, id, row) => {
    await old(id, row)
    const { name, redirectUris } = USE
    const { authMethod = 'none', ...secret } = row as { authMethod?: string; secretHash?: string }
    const hash = 'secretHash' in secret ? { secretHash: secret.secretHash } : {}
    expect(await clients().read(id)).toEqual({ name, redirectUris, authMethod, ...hash })
  })

  test.each([
    'nobody',
    'https://chatgpt.com/oauth/client.json',
    'a?b',
    'a#b',
    'a\\b',
    'a\u0007',
    "a'b",
    'é'.repeat(900),
  ])('an unknown one is undefined, and can be written down: %j', async (id) => {
    expect(await clients().read(id)).toBeUndefined()
    await clients().used(id, { ...USE, kind: 'document' }, START)
    expect(await rowOf(id)).toMatchObject({ clientId: id, kind: 'document', authMethod: 'none' })
  })

  test('is written down at its first sign-in, and at most once a day after that', async () => {
    const sameName = { ...USE, name: 'Renamed' }
    const at = async (ms: number, use: ClientUse = USE) => {
      await clients().used('daily', use, START + ms)
      const { name, firstUsedAt, lastUsedAt, expiresAt, etag } = await rowOf('daily')
      return { name, first: Number(firstUsedAt) - START, last: Number(lastUsedAt) - START, expiresAt, etag }
    }
    const first = await at(0)
    expect(first).toMatchObject({ name: 'ChatGPT', first: 0, last: 0, expiresAt: undefined })
    expect(await at(DAY - 1, sameName)).toEqual(first)
    expect(await at(DAY, sameName)).toMatchObject({ name: 'Renamed', first: 0, last: DAY })
    expect(await at(3 * DAY)).toMatchObject({ name: 'ChatGPT', first: 0, last: 3 * DAY })
  })

  test('one of 0.1.0 keeps its secret, and has no end once it was used', async () => {
    const id = 'dmi_USEDAAAAAAAAAAAAAAAAAA'
    await old(id, { authMethod: 'client_secret_post', secretHash: 'aGFzaA', expiresAt: new Date(START + DAY) })
    await clients().used(id, { ...USE, authMethods: ['client_secret_post'] }, START)
    expect(await clients().read(id)).toMatchObject({ authMethod: 'client_secret_post', secretHash: 'aGFzaA' })
    const { expiresAt } = await rowOf(id)
    expect((expiresAt as Date).getUTCFullYear()).toBe(9999)
  })

  test('50 people at once leave one row', async () => {
    await Promise.all(Array.from({ length: 50 }, () => clients().used('shared', USE, START)))
    expect(await rowOf('shared')).toMatchObject({ name: 'ChatGPT' })
  })
})

describe('switches', () => {
  const switches = () => storage.stores('sw').switches

  test('a client is ended by a row, whatever its id, and no other is', async () => {
    const ids = ['dmi_AAAAAAAAAAAAAAAAAAAAAA', `dmi2_${'A'.repeat(495)}`, 'https://a.example/client.json', 'static']
    for (const id of ids) {
      expect(await isClientEnded(switches(), id)).toBe(false)
      await endClient(switches(), id, START)
      await endClient(switches(), id, START + DAY)
      expect(await isClientEnded(switches(), id)).toBe(true)
      expect(await isClientEnded(switches(), `${id}x`)).toBe(false)
    }
  })

  test('a row that somebody wrote by hand ends it as well, whatever it holds', async () => {
    await endClient(switches(), 'first', START)
    await storage.stores('sw').tables.switches.createEntity({ partitionKey: 'client', rowKey: clientKey('by hand') })
    expect(await isClientEnded(switches(), 'by hand')).toBe(true)
  })
})

describe('logins', () => {
  const logins = () => storage.stores().logins

  test('reads one back and gives it to one taker', async () => {
    await logins().create('state-hash', { expiresAt: START, sealed: SEALED })
    const row = (await logins().read('state-hash'))!
    expect({ expiresAt: row.expiresAt, keyId: row.sealed.keyId, bytes: [...row.sealed.bytes] }).toEqual({
      expiresAt: START,
      keyId: 'local',
      bytes: [1, 2, 3, 0, 255],
    })
    expect(await logins().consume('state-hash', row.etag)).toBe(true)
    expect(await logins().consume('state-hash', row.etag)).toBe(false)
    expect(await logins().read('state-hash')).toBeUndefined()
  })
})

describe('users', () => {
  test('a grant is found under its person’s index, with no personal field', async () => {
    const deps = storage.deps()
    const { grantId } = await newPair(deps)
    const { userIndex } = (await deps.store.readGrant(grantId))!.row
    const row = await storage.stores().tables.users.getEntity(userIndex, grantId)
    expect(Object.keys(row).sort()).toEqual(
      ['clientId', 'createdAt', 'etag', 'expiresAt', 'odata.metadata', 'partitionKey', 'rowKey', 'timestamp'].sort(),
    )
  })
})

describe('a table service that is away', () => {
  const away = storesOf(
    'DefaultEndpointsProtocol=http;AccountName=away;AccountKey=YXdheQ==;TableEndpoint=http://127.0.0.1:9/away;',
  )
  test.each([
    ['grants.readGrant', () => away.grants.readGrant('g')],
    ['grants.readRow', () => away.grants.readRow('g', 'refresh', 'h')],
    ['clients.read', () => away.clients.read('c')],
    ['clients.used', () => away.clients.used('c', USE, START)],
    ['switches.list', () => away.switches.list()],
    ['switches.put', () => away.switches.put({ kind: 'tool', row: 't', since: START })],
    ['switches.remove', () => away.switches.remove('tool', 't')],
    ['logins.read', () => away.logins.read('s')],
    ['logins.consume', () => away.logins.consume('s', '*')],
    ['users.add', () => away.users.add('u', 'g', { clientId: 'c', createdAt: START, expiresAt: START })],
  ])('%s decides nothing', async (_, call) => {
    await expect(call()).rejects.toThrow(StorageUnavailable)
  })
})
