import { AuthenticationError } from '@azure/identity'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createSecretStore } from '../../../shared/app/azure-clients.ts'
import { vaultCheck } from '../../../shared/manage/checks/vault.ts'
import { createVaultKeys } from '../../../shared/tokens/vault-keys.ts'
import { credential, FakeVault, VAULT_URL } from '../tokens/fake-vault.ts'
import { NOW } from './entra-tokens.ts'

const DAY = 86_400_000
const KEY = 'q3Zk-8VtYw1uXs_Rp5mLJ0nHd7cGf2bEa9iQoT4vKxM'
const OTHER = 'Zx8-Yk3vQm_Wt5rNj1pLs0hGf7dCb2aE9uIoT4kRqMw'
const NAMES = { sealing: 'sealing-key', index: 'index-key' }

let vault: FakeVault
beforeEach(() => {
  vault = new FakeVault()
  vault.add('sealing-key', 'v1', OTHER, NOW - 40 * DAY)
  vault.add('sealing-key', 'v2', KEY, NOW - 12 * DAY - 1)
  vault.add('index-key', 'i1', OTHER, NOW - DAY)
})
type Identity = Parameters<typeof createSecretStore>[1]
const check = (identity: Identity = credential) => {
  const store = createSecretStore(VAULT_URL, identity, { httpClient: vault.httpClient })
  const keys = createVaultKeys(store, { names: NAMES, now: () => NOW, readableFor: 30 * 86_400_000 })
  return vaultCheck({
    vault: store,
    vaultUrl: VAULT_URL,
    keys,
    now: () => NOW,
    sealingKeyName: NAMES.sealing,
    indexKeyName: NAMES.index,
  }).run()
}

describe('the vault', () => {
  test('is well: versions and age, and no value', async () => {
    const verdicts = await check()
    expect(verdicts).toEqual([
      { status: 'ok', found: 'sealing-key is readable: 2 enabled versions, the newest 12 days old.' },
      { status: 'ok', found: 'index-key is readable: 1 enabled version, the newest 1 day old.' },
    ])
    expect(JSON.stringify(verdicts)).not.toMatch(new RegExp(`${KEY}|${OTHER}`))
  })

  test('before the hook made the keys', async () => {
    vault = new FakeVault()
    const verdicts = await check()
    expect(verdicts).toMatchObject([
      { status: 'failed', code: 'key-missing', found: 'The vault holds no enabled version of sealing-key.' },
      { status: 'failed', code: 'key-missing', found: 'The vault holds no enabled version of index-key.' },
    ])
  })

  test('a key that somebody disabled', async () => {
    vault.disable('index-key', 'i1')
    expect(await check()).toMatchObject([{ status: 'ok' }, { code: 'key-missing' }])
  })

  test('a key that is text', async () => {
    vault.add('sealing-key', 'v3', 'please-replace-this-sealing-key-with-a-one', NOW)
    const [verdict] = await check()
    expect(verdict).toMatchObject({
      status: 'failed',
      code: 'key-weak',
      fix: expect.stringContaining('rotate-key') as unknown,
    })
    expect(JSON.stringify(verdict)).not.toContain('please')
  })

  test('an index key that was replaced, and a sealing key that never was', async () => {
    vault = new FakeVault()
    vault.add('sealing-key', 'v1', KEY, NOW - 401 * DAY)
    vault.add('index-key', 'i1', KEY, NOW - 401 * DAY)
    vault.add('index-key', 'i2', OTHER, NOW)
    expect(await check()).toMatchObject([
      { status: 'warning', code: 'key-old' },
      { status: 'warning', code: 'index-key-replaced' },
    ])
  })

  test.each<[FakeVault['fault'], string]>([
    [403, 'vault-forbidden'],
    [401, 'vault-forbidden'],
    [400, 'vault-failed'],
    ['no answer', 'vault-unreachable'],
    [{ status: 403, inner: 'ForbiddenByConnection' }, 'vault-closed'],
    [{ status: 403, inner: 'ForbiddenByFirewall' }, 'vault-closed'],
    [{ status: 403, inner: 'ForbiddenByRbac' }, 'vault-forbidden'],
    [{ status: 403, inner: 'SecretDisabled' }, 'vault-forbidden'],
  ])('that answers %j', async (fault, code) => {
    vault.fault = fault
    expect(await check()).toMatchObject([
      { status: 'failed', code },
      { status: 'failed', code },
    ])
  })

  test('no managed identity', async () => {
    const refused = new AuthenticationError(400, { error: 'invalid_request', error_description: 'secret of priya' })
    const verdicts = await check({ getToken: () => Promise.reject(refused) })
    expect(verdicts).toMatchObject([{ code: 'identity-missing' }, { code: 'identity-missing' }])
    expect(JSON.stringify(verdicts)).not.toContain('priya')
  })

  test('keys in a file, in Development', async () => {
    const keys = { current: () => Promise.resolve({ id: 'local', key: new Uint8Array(32) }) }
    const read = { ...keys, byId: () => Promise.resolve(undefined), index: () => Promise.resolve(new Uint8Array(32)) }
    const deps = { vault: undefined, vaultUrl: undefined, keys: read, now: () => NOW }
    const verdicts = await vaultCheck({ ...deps, sealingKeyName: 's', indexKeyName: 'i' }).run()
    expect(verdicts).toMatchObject([{ status: 'ok', found: expect.stringContaining('Development') as unknown }])
  })
})
