import { expect, test } from '@jest/globals'
import { tellAges } from '../../../shared/app/tell-ages.ts'
import type { EntraCredential } from '../../../shared/config/config.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import type { SecretStore, SecretVersion } from '../../../shared/tokens/vault-keys.ts'
import { selfSignedCertificate } from '../../sandbox/self-signed-certificate.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-28T10:42:00Z')
const version = (id: string, days: number, more: Partial<SecretVersion> = {}): SecretVersion => ({
  id,
  createdAt: NOW - days * DAY,
  enabled: true,
  ...more,
})
const SECRETS: Readonly<Record<string, readonly SecretVersion[]>> = {
  'sealing-key': [version('old', 900), version('new', 401.5), version('off', 2, { enabled: false })],
  secret: [version('old', 90, { endsAt: NOW - DAY }), version('new', 3, { endsAt: NOW + 20.5 * DAY })],
  endless: [version('only', 3)],
}

async function told(
  credential: EntraCredential,
  values: Readonly<Record<string, string>> = {},
  sealingKey = 'sealing-key',
) {
  const events: AuditEvent[] = []
  const vault: SecretStore = {
    versions: (name) => Promise.resolve(SECRETS[name] ?? []),
    value: (name) =>
      name in values ? Promise.resolve(values[name] ?? '') : Promise.reject(new Error('the vault is away')),
  }
  await tellAges({ vault, sealingKey, credential, now: () => NOW, audit: (event) => void events.push(event) })
  return events
}
const KEY: AuditEvent = { name: 'key.checked', kind: 'sealing-key', count: 401 }

test('the newest enabled key counts, in whole days; a managed identity never ends', async () => {
  expect(await told({ kind: 'managed-identity', clientId: 'x' })).toEqual([KEY])
})

test.each<[string, EntraCredential, readonly AuditEvent[]]>([
  [
    'the newest secret',
    { kind: 'vault-secret', secretName: 'secret' },
    [{ name: 'credential.checked', kind: 'vault-secret', count: 20 }],
  ],
  ['a secret without a date', { kind: 'vault-secret', secretName: 'endless' }, []],
  ['a certificate that cannot be read', { kind: 'certificate', secretName: 'away' }, []],
])('%s', async (_what, credential, expected) => {
  expect(await told(credential)).toEqual([KEY, ...expected])
})

test('a certificate ends when it says', async () => {
  const { cert, key } = selfSignedCertificate(['localhost'])
  const [, event] = await told({ kind: 'certificate', secretName: 'cert' }, { cert: `${key}\n${cert}` })
  expect(event).toMatchObject({ name: 'credential.checked', kind: 'certificate' })
  expect(Number.isInteger(event?.count)).toBe(true)
})

test('of a vault that knows no key nothing is told', async () => {
  expect(await told({ kind: 'managed-identity', clientId: 'x' }, {}, 'other')).toEqual([])
})
