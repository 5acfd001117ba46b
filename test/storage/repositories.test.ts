import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { StorageUnavailable } from '../../shared/storage/ports.ts'
import { DAY, newPair, START, startStorage, type Storage, storesOf } from './harness.ts'

let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())

const CLIENT = {
  name: 'ChatGPT',
  redirectUris: ['https://chatgpt.com/connector_platform_oauth_redirect', 'http://127.0.0.1/cb'],
  authMethod: 'none',
  scope: 'dynamics.read',
  createdAt: START,
  expiresAt: START + 90 * DAY,
} as const
const SEALED = { keyId: 'local', bytes: new Uint8Array([1, 2, 3, 0, 255]) }

describe('clients', () => {
  const clients = () => storage.stores().clients

  test.each([
    ['public', CLIENT],
    ['confidential', { ...CLIENT, authMethod: 'client_secret_basic', secretHash: 'aGFzaA' }],
  ] as const)('reads a %s one back as it was written', async (id, row) => {
    await clients().create(id, row)
    expect(await clients().read(id)).toEqual(row)
  })

  test('an unknown one is undefined', async () => {
    expect(await clients().read('nobody')).toBeUndefined()
  })

  test.each([
    ['days later', 100 * DAY, 100 * DAY],
    ['earlier', 10 * DAY, 90 * DAY],
    ['within the same day, which is not worth a write', 90 * DAY + 3_600_000, 90 * DAY],
  ])('its expiry moves forward, at most once a day: %s', async (id, to, expected) => {
    await clients().create(id, CLIENT)
    await clients().extend(id, START + to)
    expect(await clients().read(id)).toEqual({ ...CLIENT, expiresAt: START + expected })
  })

  test('one that is gone stays gone', async () => {
    await clients().extend('gone', START + 100 * DAY)
    expect(await clients().read('gone')).toBeUndefined()
  })

  test.each(['https://chatgpt.com/oauth/client.json', 'a?b', 'a#b', 'a\\b', 'a\u0007'])(
    '%j, which Azure takes for no key, is not asked for',
    async (id) => {
      expect(await clients().read(id)).toBeUndefined()
      await expect(clients().extend(id, START + 100 * DAY)).resolves.toBeUndefined()
    },
  )

  test('20 extensions at once end at the farthest day', async () => {
    await clients().create('shared', CLIENT)
    const days = Array.from({ length: 20 }, (_, at) => 270 + 2 * at)
    await Promise.all(days.map((day) => clients().extend('shared', START + day * DAY)))
    expect((await clients().read('shared'))?.expiresAt).toBe(START + 308 * DAY)
  })
})

describe('logins', () => {
  const logins = () => storage.stores().logins

  test('reads one back and gives it to one taker', async () => {
    await logins().create('state-hash', { expiresAt: START, sealed: SEALED })
    const row = (await logins().read('state-hash'))!
    expect({ expiresAt: row.expiresAt, keyId: row.sealed.keyId, bytes: [...row.sealed.bytes] }).toEqual({
      ...{ expiresAt: START, keyId: 'local', bytes: [1, 2, 3, 0, 255] },
    })
    expect(await logins().consume('state-hash', row.etag)).toBe(true)
    expect(await logins().consume('state-hash', row.etag)).toBe(false)
    expect(await logins().read('state-hash')).toBeUndefined()
  })
})

describe('limits', () => {
  test('counts to the limit over several instances, each day anew', async () => {
    const take = (day: string) => storage.stores().limits.take('registrations', day, 3, START + DAY)
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => take('2026-11-24')))
    expect(outcomes.filter(Boolean)).toHaveLength(3)
    expect(await take('2026-11-24')).toBe(false)
    expect(await take('2026-11-25')).toBe(true)
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
    ['clients.extend', () => away.clients.extend('c', START)],
    ['logins.read', () => away.logins.read('s')],
    ['logins.consume', () => away.logins.consume('s', '*')],
    ['limits.take', () => away.limits.take('n', 'd', 1, START)],
    ['users.add', () => away.users.add('u', 'g', { clientId: 'c', createdAt: START, expiresAt: START })],
  ])('%s decides nothing', async (_, call) => {
    await expect(call()).rejects.toThrow(StorageUnavailable)
  })
})
