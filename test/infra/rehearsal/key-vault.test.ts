import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { SecretClient } from '@azure/keyvault-secrets'
import { ROLES } from '../../sandbox/azure/access/role-definitions.ts'
import type { RoleAssignment } from '../../sandbox/azure/access/role-assignments.ts'
import { type Front, startFront } from '../../sandbox/azure/front/front.ts'
import { createKeyVault, type KeyVault, type VaultResource } from '../../sandbox/azure/key-vault/key-vault.ts'
import { createTokenIssuer, TENANT_ID, type TokenIssuer, V1_ISSUER } from './support/token-issuer.ts'

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-a'
const vault: VaultResource = {
  name: 'kv-a',
  id: `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-a`,
  purgeProtection: true,
}
const USER = 'reader-oid'
const OFFICER = 'officer-oid'

let issuer: TokenIssuer
let keyVault: KeyVault
let front: Front
let leave: () => void
let assignments: RoleAssignment[]
const now = Date.now()
let delay = 0

const assign = (principalId: string, role: { id: string }, scope = vault.id) =>
  assignments.push({ scope, principalId, principalType: 'User', roleDefinitionId: role.id, since: now })

beforeAll(async () => {
  issuer = await createTokenIssuer()
  keyVault = createKeyVault({
    vaults: () => [vault],
    tenantId: TENANT_ID,
    verify: issuer.verify,
    access: { roleAssignments: () => assignments, now: () => now, delayMs: () => delay, memberOf: () => ['group-oid'] },
  })
  front = await startFront({ routes: { '.vault.azure.net': keyVault } })
  leave = front.enter()
})
afterAll(async () => {
  leave()
  await front.close()
})
beforeEach(() => {
  assignments = []
  delay = 0
  keyVault.purge('kv-a')
  assign(USER, ROLES.keyVaultSecretsUser)
  assign(OFFICER, ROLES.keyVaultSecretsOfficer)
})

const token = async (oid: string, aud = 'https://vault.azure.net') => issuer.mint(aud, oid)
const clientOf = (oid: string) =>
  new SecretClient(
    'https://kv-a.vault.azure.net',
    { getToken: async () => ({ token: await token(oid), expiresOnTimestamp: Date.now() + 3_600_000 }) },
    { retryOptions: { maxRetries: 0 } },
  )
const call = async (path: string, bearer?: string, init: RequestInit = {}) => {
  const headers = { ...(bearer && { authorization: `Bearer ${bearer}` }), 'content-type': 'application/json' }
  const response = await fetch(`https://kv-a.vault.azure.net${path}`, { ...init, headers })
  const text = await response.text()
  const body =
    text === ''
      ? undefined
      : (JSON.parse(text) as { error?: { code: string; message: string; innererror?: { code: string } } })
  return { status: response.status, headers: response.headers, error: body?.error }
}

describe('Azure’s own client', () => {
  test('writes versions as officer and reads them as user', async () => {
    const officer = clientOf(OFFICER)
    const first = await officer.setSecret('sealing-key', 'one', { contentType: 'text' })
    const second = await officer.setSecret('sealing-key', 'two')
    const reader = clientOf(USER)
    expect((await reader.getSecret('sealing-key')).value).toBe('two')
    const { version = '' } = first.properties
    expect((await reader.getSecret('sealing-key', { version })).value).toBe('one')
    const versions = []
    for await (const one of reader.listPropertiesOfSecretVersions('sealing-key')) versions.push(one.version)
    expect(versions.sort()).toEqual([version, second.properties.version].sort())
    expect(second.properties.recoveryLevel).toBe('Recoverable')
    await officer.updateSecretProperties('sealing-key', version, { enabled: false })
    await expect(reader.getSecret('sealing-key', { version })).rejects.toMatchObject({
      statusCode: 403,
      message: /disabled secret/,
    })
  })

  test('walks through more versions than a page holds', async () => {
    for (let count = 0; count < 30; count += 1) await clientOf(OFFICER).setSecret('many', String(count))
    let found = 0
    for await (const one of clientOf(USER).listPropertiesOfSecretVersions('many')) found += one.version ? 1 : 0
    expect(found).toBe(30)
  })

  test('finds a deleted name in the bin: not to be written, but to be recovered, and never purged under protection', async () => {
    const officer = clientOf(OFFICER)
    await officer.setSecret('index-key', 'value')
    await (await officer.beginDeleteSecret('index-key', { intervalInMs: 10 })).pollUntilDone()
    await expect(officer.getSecret('index-key')).rejects.toMatchObject({ statusCode: 404 })
    await expect(officer.setSecret('index-key', 'new')).rejects.toMatchObject({
      statusCode: 409,
      message: /deleted but recoverable/,
    })
    await expect(officer.purgeDeletedSecret('index-key')).rejects.toMatchObject({
      statusCode: 403,
      message: /purge protection/,
    })
    const deleted = []
    for await (const one of officer.listDeletedSecrets()) deleted.push(one.name)
    expect(deleted).toEqual(['index-key'])
    await (await officer.beginRecoverDeletedSecret('index-key', { intervalInMs: 10 })).pollUntilDone()
    expect((await officer.getSecret('index-key')).value).toBe('value')
  })
})

describe('who may do what', () => {
  const CASES: [string, () => void, string, number][] = [
    ['nobody without a role', () => undefined, 'stranger', 403],
    ['a user reads', () => undefined, USER, 404],
    ['a role on the group counts', () => assign('p', ROLES.keyVaultSecretsUser, GROUP), 'p', 404],
    ['a role on another vault does not', () => assign('p', ROLES.keyVaultSecretsUser, `${vault.id}2`), 'p', 403],
    ['a role of a group counts for its members', () => assign('group-oid', ROLES.keyVaultSecretsUser), 'p', 404],
    ['Owner has no right to data', () => assign('p', ROLES.owner), 'p', 403],
    ['Key Vault Reader sees no value', () => assign('p', ROLES.keyVaultReader), 'p', 403],
    ['a new role does not act at once', () => void (delay = 60_000), USER, 403],
  ]
  test.each(CASES)('%s', async (_name, arrange, oid, status) => {
    arrange()
    expect(await call('/secrets/absent?api-version=7.6', await token(oid))).toMatchObject({ status })
  })

  test('the refusal is worded as Azure words it', async () => {
    const { error } = await call('/secrets/a?api-version=7.6', await token(USER), {
      method: 'PUT',
      body: '{"value":"x"}',
    })
    expect(error).toMatchObject({ code: 'Forbidden', innererror: { code: 'ForbiddenByRbac' } })
    expect(error?.message).toContain("Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'\r\n")
    expect(error?.message).toContain(`oid=${USER};iss=${V1_ISSUER}`)
  })
})

describe('requests that Key Vault refuses', () => {
  test('without a token: the challenge comes before anything else', async () => {
    const { status, headers, error } = await call('/nothing-like-it')
    expect(status).toBe(401)
    expect(error).toMatchObject({ code: 'Unauthorized' })
    expect(headers.get('www-authenticate')).toBe(
      `Bearer authorization="https://login.microsoftonline.com/${TENANT_ID}", resource="https://vault.azure.net"`,
    )
  })

  const TOKENS: [string, () => Promise<string>, string][] = [
    ['for another audience', () => token(OFFICER, 'https://management.azure.com/'), 'AKV10022'],
    [
      'of another tenant',
      () => issuer.mint('https://vault.azure.net', OFFICER, { iss: 'https://sts.windows.net/x/' }),
      'AKV10032',
    ],
    ['that has ended', () => issuer.mint('https://vault.azure.net', OFFICER, { exp: 1_000 }), 'AKV10021'],
    [
      'of a key that is not Entra’s',
      async () => (await createTokenIssuer()).mint('https://vault.azure.net', OFFICER),
      'AKV10046',
    ],
    ['that is none', async () => 'x.y.z', 'AKV10001'],
  ]
  test.each(TOKENS)('a token %s', async (_name, bearer, code) => {
    const { status, error } = await call('/secrets?api-version=7.6', await bearer())
    expect(status).toBe(401)
    expect(error?.message).toContain(code)
  })

  test.each([
    ['GET', '/secrets', undefined, 400],
    ['GET', '/secrets?api-version=9.9', undefined, 400],
    ['GET', '/secrets?api-version=7.6&maxresults=26', undefined, 400],
    ['PUT', '/secrets/under_score?api-version=7.6', '{"value":"x"}', 400],
    ['PUT', '/secrets/a?api-version=7.6', '{"value":1}', 400],
    ['PUT', '/secrets/a?api-version=7.6', '{', 400],
    ['PUT', '/secrets/a?api-version=7.6', JSON.stringify({ value: 'x'.repeat(25_601) }), 400],
    ['PATCH', '/secrets/a/b?api-version=7.6', '{}', 404],
    ['POST', '/deletedsecrets/a/recover?api-version=7.6', '', 404],
    ['POST', '/secrets/a?api-version=7.6', '{}', 405],
    ['GET', '/elsewhere?api-version=7.6', undefined, 404],
  ])('%s %s', async (method, path, body, status) => {
    expect(await call(path, await token(OFFICER), { method, ...(body !== undefined && { body }) })).toMatchObject({
      status,
    })
  })

  test('too many', async () => {
    keyVault.throttle(1, 3)
    const { status, headers } = await call('/secrets?api-version=7.6', await token(USER))
    expect([status, headers.get('retry-after')]).toEqual([429, '3'])
    expect(await call('/secrets?api-version=7.6', await token(USER))).toMatchObject({ status: 200 })
  })

  test('of a vault that is not there', async () => {
    await expect(fetch('https://kv-b.vault.azure.net/')).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } })
  })
})
