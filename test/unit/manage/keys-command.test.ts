import { describe, expect, test } from '@jest/globals'
import { createSecretStore } from '../../../shared/app/azure-clients.ts'
import { readConfig } from '../../../shared/config/config.ts'
import type { EntraCaller } from '../../../shared/entra/access-token.ts'
import { createKeysCommand } from '../../../shared/manage/commands/keys.ts'
import { PRODUCTION } from '../config/environments.ts'
import { credential, FakeVault, VAULT_URL } from '../tokens/fake-vault.ts'
import { AZURE_CLI, NOW, PERSON } from './entra-tokens.ts'

const DAY = 86_400_000
const VALUE = 'cAnArY0-8VtYw1uXs_Rp5mLJ0nHd7cGf2bEa9iQoT4v'
const administrator: EntraCaller = {
  kind: 'person',
  objectId: PERSON,
  clientId: AZURE_CLI,
  scopes: ['MCP.Access'],
  roles: ['Administrator'],
}

function commandOn(vault: FakeVault) {
  const config = readConfig(PRODUCTION)
  const store = createSecretStore(VAULT_URL, credential, { httpClient: vault.httpClient })
  const command = createKeysCommand({ config, vault: store, now: () => NOW })
  return () => command.run({ administrator, correlationId: 'c0ffee', audit: () => undefined }, {})
}

describe('keys', () => {
  test('are told by version, age and end, and never by value', async () => {
    const vault = new FakeVault()
    vault.add('sealing-key', 'old', VALUE, NOW - 100 * DAY)
    vault.add('sealing-key', 'new', VALUE, NOW - 10 * DAY)
    vault.add('index-key', 'only', VALUE, NOW - 100 * DAY)
    const { answer } = await commandOn(vault)()
    expect(answer).toMatchObject({
      kept: 'vault',
      sealing: [
        { id: 'new', ageDays: 10, isCurrent: true, isEnabled: true },
        { id: 'old', ageDays: 100, isCurrent: false, readableUntil: new Date(NOW + 20 * DAY).toISOString() },
      ],
      index: { present: true, versions: 1 },
    })
    expect(JSON.stringify(answer)).not.toContain(VALUE)
    expect((answer as { sealing: object[] }).sealing[0]).not.toHaveProperty('readableUntil')
  })

  test('without an index key it is missing', async () => {
    const vault = new FakeVault()
    vault.add('sealing-key', 'only', VALUE, NOW)
    expect((await commandOn(vault)()).answer).toMatchObject({ index: { present: false, versions: 0 } })
  })

  test.each([403, 429, 500, 'no answer' as const])('a vault that says %s is a fault that may pass', async (fault) => {
    const vault = new FakeVault()
    vault.fault = fault
    await expect(commandOn(vault)()).rejects.toMatchObject({ status: 503, code: 'temporarily_unavailable' })
  })
})
