import type { EntraCredential } from '../config/config.ts'
import { certificateEnd } from '../entra/certificate-end.ts'
import type { Audit } from '../telemetry/events.ts'
import type { SecretStore } from '../tokens/vault-keys.ts'

const DAY_MS = 86_400_000

export type AgesDeps = {
  readonly vault: SecretStore
  readonly sealingKey: string
  readonly credential: EntraCredential
  readonly now: () => number
  readonly audit: Audit
}

/**
 * Tells in whole days how old the sealing key is and how long the app's proof to Entra still lasts, so that an alert can
 * come before the end. Of a client secret only Key Vault's own date is known, where whoever put it there set one; a
 * managed identity has no end. A vault that is away is told elsewhere. Never rejects.
 */
export async function tellAges(deps: AgesDeps): Promise<void> {
  await Promise.allSettled([tellKey(deps), tellCredential(deps)])
}

async function tellKey({ vault, sealingKey, now, audit }: AgesDeps): Promise<void> {
  const made = (await vault.versions(sealingKey)).filter(({ enabled }) => enabled).map(({ createdAt }) => createdAt)
  if (made.length === 0) return
  audit({ name: 'key.checked', kind: 'sealing-key', count: Math.floor((now() - Math.max(...made)) / DAY_MS) })
}

async function tellCredential({ vault, credential, now, audit }: AgesDeps): Promise<void> {
  const end = await endOf(credential, vault)
  if (end === undefined) return
  audit({ name: 'credential.checked', kind: credential.kind, count: Math.floor((end - now()) / DAY_MS) })
}

async function endOf(credential: EntraCredential, vault: SecretStore): Promise<number | undefined> {
  if (credential.kind === 'certificate') return certificateEnd(await vault.value(credential.secretName))
  if (credential.kind !== 'vault-secret') return undefined
  const enabled = (await vault.versions(credential.secretName)).filter((version) => version.enabled)
  return enabled.sort((left, right) => right.createdAt - left.createdAt)[0]?.endsAt
}
