import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createSecretStore } from '../../../shared/app/azure-clients.ts'
import { KeysUnavailable, WeakKey } from '../../../shared/tokens/keys.ts'
import { createVaultKeys, readableAfterReplacement } from '../../../shared/tokens/vault-keys.ts'
import { credential, FakeVault, VAULT_URL } from './fake-vault.ts'

const SECOND = 1_000
const MINUTE = 60_000
const DAY = 86_400_000
const START = Date.parse('2026-11-24T09:00:00Z')
const NAMES = { sealing: 'sealing-key', index: 'index-key' }
const newKey = () => randomBytes(32).toString('base64url')
const KEY_1 = newKey()
const bytesOf = (key: string) => new Uint8Array(Buffer.from(key, 'base64url'))

let vault: FakeVault
let clock: number
beforeEach(() => {
  vault = new FakeVault()
  clock = START
  vault.add(NAMES.sealing, 'v1', KEY_1, START - DAY)
  vault.add(NAMES.index, 'i1', newKey(), START - DAY)
})

/** The keys of one worker, through the real client of Key Vault. */
const worker = (readableFor = 30 * DAY) =>
  createVaultKeys(createSecretStore(VAULT_URL, credential, vault), { names: NAMES, now: () => clock, readableFor })
const rotate = (id: string, value = newKey()) => vault.add(NAMES.sealing, id, value, clock)
const untilListed = async (times: number): Promise<void> => {
  while (vault.listings < times) await Promise.resolve()
}
const unavailable = expect.objectContaining({ name: 'KeysUnavailable' }) as unknown

describe('through two rotations', () => {
  test('the newest version seals, a replaced one opens for 30 days after its replacement and no longer', async () => {
    const keys = worker()
    expect(await keys.current()).toMatchObject({ id: 'v1', key: bytesOf(KEY_1) })
    rotate('v2')
    clock += 10 * MINUTE
    expect(await keys.current()).toMatchObject({ id: 'v2' })
    expect(await keys.byId('v1')).toMatchObject({ key: bytesOf(KEY_1) })
    clock = START + 20 * DAY
    rotate('v3')
    clock = START + 30 * DAY - 1
    expect(await keys.current()).toMatchObject({ id: 'v3' })
    expect(await keys.byId('v1')).toMatchObject({ id: 'v1' })
    expect(await keys.byId('v2')).toMatchObject({ id: 'v2' })
    clock = START + 30 * DAY
    expect(await keys.byId('v1')).toBeUndefined()
    clock = START + 50 * DAY - 1
    expect(await keys.byId('v2')).toMatchObject({ id: 'v2' })
    clock = START + 50 * DAY
    expect(await keys.byId('v2')).toBeUndefined()
    expect(await keys.byId('v3')).toMatchObject({ id: 'v3' })
  })

  test('an old key that nobody replaced stays in use', async () => {
    clock = START + 400 * DAY
    expect(await worker().current()).toMatchObject({ id: 'v1' })
  })

  test('a key once read is not read again, and the index key is read once', async () => {
    const keys = worker()
    await keys.current()
    await keys.index()
    rotate('v2')
    clock += 10 * MINUTE
    await keys.current()
    await keys.index()
    expect(vault.paths.filter((path) => !path.endsWith('/versions')).sort()).toEqual([
      '/secrets/index-key/',
      '/secrets/sealing-key/v1',
      '/secrets/sealing-key/v2',
    ])
  })

  test('a disabled version neither seals nor opens', async () => {
    rotate('v2')
    vault.disable(NAMES.sealing, 'v2')
    const keys = worker()
    expect(await keys.current()).toMatchObject({ id: 'v1' })
    expect(await keys.byId('v2')).toBeUndefined()
  })
})

describe('a replaced key opens for as long as what it sealed may lie unused', () => {
  test.each([
    ['an hour', 3_600, 30],
    ['30 days', 30 * 86_400, 30],
    ['31 days', 31 * 86_400, 31],
    ['90 days', 90 * 86_400, 90],
  ])('%s idle', async (_, idleSeconds, days) => {
    const readableFor = readableAfterReplacement(idleSeconds)
    expect(readableFor).toBe(days * DAY)
    const keys = worker(readableFor)
    rotate('v2')
    clock = START + days * DAY - 1
    expect(await keys.byId('v1')).toMatchObject({ id: 'v1', key: bytesOf(KEY_1) })
    expect(await worker(readableFor).byId('v1')).toMatchObject({ id: 'v1' })
    clock = START + days * DAY
    expect(await keys.byId('v1')).toBeUndefined()
    expect(await worker(readableFor).byId('v1')).toBeUndefined()
  })
})

describe('an unknown id', () => {
  test.each([0, 1, 5 * SECOND, 29 * SECOND, 31 * SECOND, 9 * MINUTE])(
    'has the vault read again at once, %i ms after a routine reading: another worker may have sealed with it',
    async (since) => {
      const keys = worker()
      await keys.current()
      clock += since + 1
      rotate('v2')
      expect(await keys.byId('v2')).toMatchObject({ id: 'v2' })
      expect(vault.listings).toBe(2)
    },
  )

  test('that a hundred requests ask for at once costs one reading, and all get it', async () => {
    const keys = worker()
    await keys.current()
    clock += SECOND
    rotate('v2')
    const found = await Promise.all(Array.from({ length: 100 }, () => keys.byId('v2')))
    expect(new Set(found.map((key) => key?.id))).toEqual(new Set(['v2']))
    expect(vault.listings).toBe(2)
  })

  test('is found although a reading was under way that had listed the versions before it was made', async () => {
    const keys = worker()
    await keys.current()
    clock += 11 * MINUTE
    const routine = keys.current()
    await untilListed(2)
    clock += 1
    rotate('v2')
    expect(await keys.byId('v2')).toMatchObject({ id: 'v2' })
    await routine
    expect(vault.listings).toBe(3)
  })

  test('has it read once in 30 s at most, and is no verdict until then', async () => {
    const keys = worker()
    await keys.current()
    clock += 5 * SECOND
    expect(await keys.byId('gone')).toBeUndefined()
    clock += 5 * SECOND
    rotate('v2')
    for (let times = 0; times < 50; times++) await expect(keys.byId('v2')).rejects.toThrow(KeysUnavailable)
    expect(vault.listings).toBe(2)
    clock += 25 * SECOND
    expect(await keys.byId('v2')).toMatchObject({ id: 'v2' })
    expect(vault.listings).toBe(3)
  })

  test('of a key that has gone is a verdict for ten minutes, and keeps nobody from looking for a new one', async () => {
    const keys = worker()
    await keys.current()
    clock += SECOND
    expect(await keys.byId('gone')).toBeUndefined()
    for (let second = 0; second < 9 * 60; second += 40) {
      clock += 40 * SECOND
      expect(await keys.byId('gone')).toBeUndefined()
    }
    expect(vault.listings).toBe(2)
    rotate('v2')
    expect(await keys.byId('v2')).toMatchObject({ id: 'v2' })
  })

  test('on a worker that has just started is decided by its first reading', async () => {
    const keys = worker()
    expect(await keys.byId('gone')).toBeUndefined()
    expect(await keys.byId('gone')).toBeUndefined()
    expect(vault.listings).toBe(1)
  })
})

describe('a vault that does not answer', () => {
  test.each([403, 429, 503, 'no answer'] as const)(
    '%s at a cold start: unavailable, and never a new key',
    async (fault) => {
      vault.fault = fault
      const keys = worker()
      for (const call of [() => keys.current(), () => keys.byId('v1'), () => keys.index()])
        await expect(call()).rejects.toEqual(unavailable)
      vault.fault = undefined
      clock += 2 * SECOND
      expect(await keys.current()).toMatchObject({ id: 'v1', key: bytesOf(KEY_1) })
      expect(await keys.index()).toHaveLength(32)
    },
  )

  test('is asked once in two seconds by a worker that holds no key yet, for each of its keys', async () => {
    const keys = worker()
    let asked = 0
    vault.fault = 'no answer'
    const { sendRequest } = vault.httpClient
    vault.httpClient.sendRequest = (request) => ((asked += 1), sendRequest(request))
    await expect(keys.current()).rejects.toEqual(unavailable)
    await expect(keys.index()).rejects.toEqual(unavailable)
    const first = asked
    for (let request = 0; request < 20; request++)
      for (const call of [() => keys.current(), () => keys.byId('v1'), () => keys.index()])
        await expect(call()).rejects.toEqual(unavailable)
    expect(asked).toBe(first)
    clock += 2 * SECOND
    await expect(keys.index()).rejects.toEqual(unavailable)
    expect(asked).toBeGreaterThan(first)
  })

  test('what was read before still seals and opens, however old', async () => {
    const keys = worker()
    await keys.current()
    vault.fault = 403
    clock += 5 * DAY
    expect(await keys.current()).toMatchObject({ id: 'v1' })
    expect(await keys.byId('v1')).toMatchObject({ id: 'v1' })
  })

  test('is not asked again by every request, and an unknown id is no verdict', async () => {
    const keys = worker()
    await keys.current()
    let asked = 0
    vault.fault = 403
    const { sendRequest } = vault.httpClient
    vault.httpClient.sendRequest = (request) => ((asked += 1), sendRequest(request))
    clock += DAY
    for (let request = 0; request < 20; request++) {
      await keys.current()
      await expect(keys.byId('new')).rejects.toThrow(KeysUnavailable)
    }
    expect(asked).toBe(1)
    vault.fault = undefined
    rotate('v2')
    clock += 30 * SECOND
    expect(await keys.current()).toMatchObject({ id: 'v2' })
  })
})

describe('a vault that holds no usable key', () => {
  test.each([
    ['short', randomBytes(16).toString('base64url')],
    ['constant', Buffer.alloc(32, 7).toString('base64url')],
    ['text', Buffer.from('this is a sealing key, honestly!').toString('base64url')],
    ['a placeholder', '<sealing key>'],
  ])('%s: refused, for sealing and for the index', async (_, weak) => {
    vault.add(NAMES.sealing, 'weak', weak, clock)
    vault.add(NAMES.index, 'weak', weak, clock)
    const keys = worker()
    await expect(keys.current()).rejects.toThrow(WeakKey)
    await expect(keys.index()).rejects.toThrow(WeakKey)
  })

  test('a weak version that was replaced stands in nobody’s way', async () => {
    vault.add(NAMES.sealing, 'weak', 'changeme', clock)
    await expect(worker().current()).rejects.toThrow(WeakKey)
    clock += SECOND
    rotate('v2')
    const keys = worker()
    expect(await keys.current()).toMatchObject({ id: 'v2' })
    expect(await keys.byId('v1')).toMatchObject({ id: 'v1' })
    expect(await keys.byId('weak')).toBeUndefined()
  })

  test('every version disabled: unavailable', async () => {
    vault.disable(NAMES.sealing, 'v1')
    await expect(worker().current()).rejects.toMatchObject({ name: 'KeysUnavailable', code: 'NO_ENABLED_VERSION' })
  })
})
